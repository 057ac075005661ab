import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { encodeHttpRequest, encodeWsRequest } from '../../src/decthings/frames.js';
import { seed, seededRandom } from '../support/random.js';
import { type Sandbox, startSandbox } from '../support/sandbox.mjs';
import { Client } from '../unit/sandbox/client.js';

const REQUESTS = Number(process.env.SOAK_REQUESTS ?? 1_500);
const AT_ONCE = 20;
const PATIENCE_MS = 100;
const TEMPORARY = { type: 'temporaryLauncher', spec: { cpus: 1, memoryMebibytes: 512 } };
const HANDSHAKE =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';

describe(`the Sandbox among ${REQUESTS} malformed requests, frames and resets (SEED=${seed})`, function () {
  this.timeout(120_000 + REQUESTS * 100);
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(items: readonly T[]) => items[below(items.length)] as T;
  let sandbox: Sandbox;
  let client: Client;
  let dead: Error | undefined;

  before(async () => {
    sandbox = await startSandbox();
    void sandbox.died.then(error => {
      dead = error;
    });
    client = await Client.open(sandbox.services.decthings);
  });
  after(async () => {
    client.ws.terminate();
    await sandbox.stop();
  });

  it('goes on, and so does its shell', async () => {
    const { modelIds } = sandbox.services.decthings;
    const launch = { modelId: modelIds[0], executionLocation: TEMPORARY };
    const terminal = await client.id('Terminal', 'launchTerminalSession', launch, 'terminalSessionId');
    const type = (text: string) =>
      client.call('Terminal', 'writeToTerminalSession', { terminalSessionId: terminal }, Buffer.from(text));
    await type('kept=before; echo rea""dy\r');
    await client.prints(terminal, /ready/);
    const ports = [new URL(sandbox.services.decthings.httpUrl), new URL(sandbox.services.swan.url)];
    let answered = 0;
    const one = async () => {
      const target = pick(ports);
      const bytes = mutated(request(target));
      if (await harm(Number(target.port), bytes)) answered++;
    };
    for (let count = 0; count < REQUESTS && !dead; count += AT_ONCE)
      await Promise.all(Array.from({ length: AT_ONCE }, one));
    assert.equal(dead, undefined);
    assert.ok(answered > REQUESTS / 20, `only ${answered} were answered`);
    console.log(`      ${REQUESTS} requests, ${answered} answered`);
    await type('echo still-$kept\r');
    await client.prints(terminal, /still-before/);
  });

  /** One that would be carried out, or nearly. */
  function request({ pathname }: URL): Buffer {
    const { decthings, swan } = sandbox.services;
    const base = pathname.replace(/\/v0$/, '');
    const key = `Authorization: Bearer ${pick([decthings.apiKey, swan.apiKey, 'guessed'])}\r\n`;
    const path = pick([
      '/v0/ws',
      '/v0/Model/getModels',
      '/rpc',
      '/login_by_api_key',
      '/contract_info',
      '/sandbox/stats',
      '/sandbox/swan/stats',
      '/apps/none',
      '//',
      '',
      '/%',
      '/api/v1/computing/lagrange/spaces/log?type=build',
    ]);
    const host = pick(['127.0.0.1', '127.0.0.1', 'localhost', 'example.com']);
    if (below(3) === 0) {
      const call = encodeWsRequest(1, { api: 'Model', method: 'getModels', params: {}, apiKey: decthings.apiKey }, []);
      const head = `GET ${base}${path} HTTP/1.1\r\nHost: ${host}\r\n${HANDSHAKE}\r\n`;
      return Buffer.concat([Buffer.from(head), frame(call)]);
    }
    const [type, body] = pick<[string, Uint8Array]>([
      ['application/octet-stream', encodeHttpRequest({}, [])],
      ['application/json', Buffer.from('[{"id":1,"method":"eth_chainId"}]')],
      ['application/json', Buffer.from('['.repeat(below(5_000)))],
      ['application/x-www-form-urlencoded', Buffer.from('api_key=none')],
    ]);
    const head = `${pick(['GET', 'POST', 'PUT', 'OPTIONS', 'CONNECT', 'HEAD'])} ${base}${path} HTTP/1.1\r\nHost: ${host}\r\n`;
    return Buffer.concat([
      Buffer.from(`${head}${key}Content-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`),
      body,
    ]);
  }

  /** Masked with zeros. */
  function frame(payload: Uint8Array): Buffer {
    const length = payload.length < 126 ? [0x80 | payload.length] : [0xfe, payload.length >> 8, payload.length & 255];
    return Buffer.concat([Buffer.from([0x82, ...length, 0, 0, 0, 0]), payload]);
  }

  function mutated(bytes: Buffer): Buffer {
    const copy = Buffer.from(bytes);
    const kind = below(4);
    if (kind === 0) return copy;
    if (kind === 1) return copy.subarray(0, below(copy.length + 1));
    if (kind === 2) return Buffer.concat([copy, Buffer.from(Array.from({ length: below(200) }, () => below(256)))]);
    for (let count = 1 + below(4); count > 0; count--) copy[below(copy.length)] = below(256);
    return copy;
  }

  /** Sends it, resets at some byte or waits a moment for an answer. @returns whether there was one */
  function harm(port: number, bytes: Buffer): Promise<boolean> {
    const resets = below(2) === 0;
    const at = below(bytes.length + 1);
    return new Promise(resolve => {
      let got = false;
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(bytes.subarray(0, at), () => {
          if (resets) socket.resetAndDestroy();
          else socket.write(bytes.subarray(at));
        });
      });
      const timer = setTimeout(() => socket.resetAndDestroy(), PATIENCE_MS);
      socket.on('data', () => {
        got = true;
        socket.destroy();
      });
      socket.on('error', () => {});
      socket.on('close', () => {
        clearTimeout(timer);
        resolve(got);
      });
    });
  }
});
