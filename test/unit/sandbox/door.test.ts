import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type DecthingsSandbox, startDecthingsSandbox } from '../../../src/sandbox/decthings.js';
import { type SwanSandbox, startSwanSandbox } from '../../../src/sandbox/swan.js';

const LISTENS = /createServer|\.listen\(|new WebSocketServer|createSecureServer|--inspect=/;
const UPGRADE = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n';
const HANDSHAKE = `${UPGRADE}Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n`;

interface Asked {
  verb?: string;
  path?: string;
  host?: string;
  headers?: string;
  body?: string;
}

describe('sandbox: its door', () => {
  let decthings: DecthingsSandbox;
  let swan: SwanSandbox;

  before(async () => {
    [decthings, swan] = await Promise.all([startDecthingsSandbox(), startSwanSandbox()]);
  });
  after(() => Promise.all([decthings.close(), swan.close()]));

  /** @returns the status of the answer, 0 for none */
  async function status(address: string, asked: Asked): Promise<number> {
    const { port, host: own, pathname } = new URL(address);
    const { verb = 'POST', path = pathname, host = own, headers = '', body = '' } = asked;
    const length = verb === 'GET' ? '' : `Content-Length: ${body.length}\r\n`;
    const answer = await raw(
      Number(port),
      `${verb} ${path} HTTP/1.1\r\nHost: ${host}\r\n${headers}${length}\r\n${body}`,
    );
    return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);
  }

  async function raw(port: number, text: string): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    socket.write(text);
    socket.on('error', () => {});
    return new Promise(resolve => {
      socket.once('data', data => {
        resolve(data.toString());
        socket.destroy();
      });
      socket.once('close', () => resolve(''));
    });
  }

  const parts = (): [name: string, address: string, type: string, body: string][] => [
    ['calls', `${decthings.httpUrl}/Model/getModels`, 'application/octet-stream', '\x00\x02{}'],
    ['controls', decthings.httpUrl.replace(/v0$/, 'sandbox/drop'), 'application/json', '{}'],
    ['orchestrator', `${swan.services.url}/login_by_api_key`, 'application/x-www-form-urlencoded', 'api_key=a'],
    ['chain', swan.services.rpcUrl, 'application/json', '{"id":1,"method":"eth_chainId"}'],
    ['controls of Swan', `${swan.services.url}/sandbox/swan/clear`, 'application/json', '{}'],
  ];

  it('is the only thing in the Sandbox that listens', () => {
    const files = readdirSync('src/sandbox', { recursive: true, encoding: 'utf8' }).filter(name =>
      /\.[cm]?ts$/.test(name),
    );
    assert.ok(files.length > 40);
    const listening = files.filter(name => LISTENS.test(readFileSync(join('src/sandbox', name), 'utf8')));
    assert.deepEqual(listening, ['door.ts']);
  });

  it('lets in what knows its secret and is what it says, and nothing else, to each of its servers', async () => {
    for (const [name, address, type, body] of parts()) {
      const headers = `Content-Type: ${type}\r\n`;
      const { pathname, port } = new URL(address);
      const guessed = pathname.replace(/[0-9a-f]{32}/, '0'.repeat(32));
      const bare = pathname.replace(/\/[0-9a-f]{32}/, '');
      const ask = (asked: Asked) => status(address, { headers, body, ...asked });
      assert.ok(![0, 403, 404, 415].includes(await ask({})), name);
      assert.ok(![0, 403, 404, 415].includes(await ask({ host: `localhost:${port}` })), name);
      for (const host of [
        'example.com',
        `example.com:${port}`,
        `127.0.0.1.example.com`,
        '127.0.0.1:1@example.com',
        '',
      ]) {
        assert.equal(await ask({ host }), 403, `${name}: ${host}`);
      }
      for (const origin of ['https://example.com', 'null', `http://127.0.0.1:${port}`]) {
        assert.equal(await ask({ headers: `${headers}Origin: ${origin}\r\n` }), 403, `${name}: ${origin}`);
      }
      for (const path of [guessed, bare, `/${bare}`, '/', '//', '*', `http://example.com${pathname}`]) {
        assert.ok([400, 404].includes(await ask({ path })), `${name}: ${path}`);
      }
      for (const other of ['text/plain', 'text/plain;charset=UTF-8', 'multipart/form-data; boundary=a', '']) {
        assert.equal(await ask({ headers: `Content-Type: ${other}\r\n` }), 415, `${name}: ${other}`);
      }
      assert.equal(await ask({ headers: '' }), 415, name);
    }
  });

  it('lets a WebSocket in by the same rule', async () => {
    const { port, pathname } = new URL(decthings.wsUrl);
    const ask = (asked: Asked) => status(decthings.wsUrl, { verb: 'GET', headers: HANDSHAKE, ...asked });
    assert.equal(await ask({}), 101);
    assert.equal(await ask({ host: 'example.com' }), 403);
    assert.equal(await ask({ headers: `${HANDSHAKE}Origin: http://127.0.0.1:${port}\r\n` }), 403);
    assert.equal(await ask({ path: pathname.replace(/^\/[0-9a-f]+/, '') }), 404);
    assert.equal(await ask({ path: pathname.replace(/ws$/, 'elsewhere') }), 404);
    assert.equal(await ask({ headers: UPGRADE }), 400);
    const log = '/api/v1/computing/lagrange/spaces/log?type=build&job_uuid=none';
    const { host, pathname: base } = new URL(swan.services.url);
    assert.equal(await status(`ws://${host}/`, { verb: 'GET', headers: HANDSHAKE, path: log }), 404);
    assert.equal(await status(`ws://${host}/`, { verb: 'GET', headers: HANDSHAKE, path: `${base}${log}` }), 404);
  });

  it('stands upgrades of nothing, and resets right after them', async () => {
    for (const address of [decthings.wsUrl, swan.services.url]) {
      const { port, pathname } = new URL(address);
      for (const path of ['//', '*', '/', pathname, `${pathname}//`, `//${pathname}`, 'http://[', '/%']) {
        const text = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${HANDSHAKE}\r\n`;
        await raw(Number(port), text);
        await new Promise<void>(resolve => {
          const socket = connect(Number(port), '127.0.0.1', () => {
            socket.write(text, () => socket.resetAndDestroy());
          });
          socket.on('error', () => {});
          socket.on('close', () => resolve());
        });
      }
    }
    for (const [name, address, type, body] of parts()) {
      assert.notEqual(await status(address, { headers: `Content-Type: ${type}\r\n`, body }), 0, name);
    }
  });
});
