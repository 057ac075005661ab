import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SwanServices } from '../../../../src/sandbox/swan.js';
import { descendants, type Process } from '../../../support/processTable.js';
import { ended, until } from '../until.js';
import { at, dataOf, type Json, SwanClient } from './client.js';

describe('sandbox: the command line, for Swan', () => {
  // Set here, it holds for the hooks too.

  let child: ChildProcess;
  let folder: string;
  let printed = '';
  let complained = '';

  async function start(...args: string[]): Promise<void> {
    printed = '';
    complained = '';
    child = spawn(process.execPath, ['dist/sandbox.js', ...args], { env: { ...process.env, TMPDIR: folder } });
    child.stderr?.on('data', chunk => {
      complained += chunk;
    });
    child.stdout?.on('data', chunk => {
      printed += chunk;
    });
    while (!printed.includes('\n')) await once(child.stdout ?? child, 'data');
  }
  async function end(): Promise<void> {
    const closed = once(child, 'close');
    child.stdin?.end();
    assert.equal((await closed)[0], 0);
    assert.equal(complained, '');
    assert.deepEqual(readdirSync(folder), []);
  }
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'swan-cli-test-'));
  });
  afterEach(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  it('says where Swan is beside Decthings, and leaves no process', async () => {
    await start('--json', '--chain-id', '4711');
    const { decthings, swan }: Record<string, Json> = JSON.parse(printed);
    assert.ok(decthings);
    assert.deepEqual(Object.keys(swan ?? {}), [
      'url',
      'apiKey',
      'rpcUrl',
      'chainId',
      'swanToken',
      'clientContract',
      'wallet',
      'signer',
    ]);
    assert.deepEqual(Object.keys(at(swan ?? {}, 'wallet')), ['address', 'privateKey']);
    assert.equal(swan?.chainId, 4711);
    const processes = descendants(child.pid);
    assert.ok(processes.some(isChain));
    await end();
    for (const { pid } of processes) await ended(pid);
  });

  it('takes the chain along when it is killed', async () => {
    await start('--json', '--only', 'swan');
    const chain = descendants(child.pid).find(isChain);
    assert.ok(chain);
    child.kill('SIGKILL');
    await ended(chain.pid);
  });

  it('leaves either out', async () => {
    await start('--json', '--only', 'decthings');
    assert.deepEqual(Object.keys(JSON.parse(printed)), ['decthings']);
    assert.ok(!descendants(child.pid).some(isChain));
    await end();
    await start('--json', '--only', 'swan');
    assert.deepEqual(Object.keys(JSON.parse(printed)), ['swan']);
    await end();
    const closed = once(spawn(process.execPath, ['dist/sandbox.js', '--only', 'moon'], { stdio: 'ignore' }), 'close');
    assert.equal((await closed)[0], 2);
  });

  it('tells a person', async () => {
    await start('--only', 'swan');
    await until('the last line', () => printed.includes('Ctrl+C'));
    assert.match(printed, /RPC +http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/rpc\n/);
    await end();
  });

  it('invents as many tasks as it is asked for', async () => {
    await start('--json', '--only', 'swan', '--tasks', '10000');
    const { swan }: { swan: SwanServices } = JSON.parse(printed);
    const client = new SwanClient(swan);
    await client.login();
    const page = dataOf(await client.get(`/v2/task_list?wallet_address=${client.wallet.address}&page=500&size=20`));
    assert.deepEqual([page.total, page.total_page], [10_000, 500]);
    client.close();
    await end();
  });
});

function isChain({ command }: Process): boolean {
  return /\/anvil --port/.test(command) && !/^\S*\bsh\b/.test(command);
}
