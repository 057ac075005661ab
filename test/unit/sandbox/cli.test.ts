import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { descendants } from '../../support/processTable.js';
import { type Address, Client, list, resultOf } from './client.js';
import { ended } from './until.js';

const TEMPORARY = { type: 'temporaryLauncher', spec: { cpus: 1, memoryMebibytes: 512 } };

describe('sandbox: the command line', () => {
  let child: ChildProcess;
  /** Where it puts what is temporary. */
  let folder: string;
  let printed = '';
  let complained = '';

  function start(...args: string[]): void {
    printed = '';
    complained = '';
    child = spawn(process.execPath, ['dist/sandbox.js', ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, TMPDIR: folder },
    });
    child.stdout?.on('data', chunk => {
      printed += chunk;
    });
    child.stderr?.on('data', chunk => {
      complained += chunk;
    });
  }
  async function ready(): Promise<Address & { modelIds: string[] }> {
    while (!printed.includes('\n')) await once(child.stdout ?? child, 'data');
    const { decthings } = JSON.parse(printed);
    return decthings;
  }
  const exit = async () => (child.exitCode !== null ? [child.exitCode] : await once(child, 'close'))[0];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cli-test-'));
  });
  afterEach(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  it('says where it is in one line of JSON, and ends with its standard input, leaving nothing', async () => {
    start('--json', '--launchers', '3', '--terminals', '1', '--debug-sessions', '1');
    const decthings = await ready();
    const client = await Client.open(decthings);
    const [launcher] = list(
      resultOf(await client.call('PersistentLauncher', 'getPersistentLaunchers', { sortDirection: 'desc' })),
      'persistentLaunchers',
    );
    assert.deepEqual(
      list(launcher ?? {}, 'running').map(({ type }) => type),
      ['terminal', 'debug'],
    );

    const params = { modelId: decthings.modelIds[0], executionLocation: TEMPORARY };
    const terminal = await client.id('Terminal', 'launchTerminalSession', params, 'terminalSessionId');
    const keys = Buffer.from('nohup sleep 4713 & echo pids=$$,$!,$(basename "$PWD"),\r');
    await client.call('Terminal', 'writeToTerminalSession', { terminalSessionId: terminal }, keys);
    await client.prints(terminal, /appending output/);
    const [, shell, sleep, home] =
      /pids=(\d+),(\d+),([^,$]+),/.exec(await client.prints(terminal, /pids=\d+,\d+,/)) ?? [];
    assert.ok(readdirSync(folder, { recursive: true, encoding: 'utf8' }).some(path => home && path.endsWith(home)));
    const below = descendants(child.pid);
    assert.ok(below.length >= 3);

    child.stdin?.end();
    assert.equal(await exit(), 0);
    for (const pid of [...below.map(each => each.pid), shell, sleep]) await ended(Number(pid));
    assert.deepEqual(readdirSync(folder), []);
    assert.equal(printed.split('\n').length, 2);
    assert.equal(complained, '');
  });

  it('ends with SIGTERM', async () => {
    start('--json');
    await ready();
    child.kill('SIGTERM');
    assert.equal(await exit(), 0);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('has another key each time', async () => {
    const keys = new Set<string>();
    for (let count = 0; count < 2; count++) {
      start('--json');
      keys.add((await ready()).apiKey);
      child.stdin?.end();
      assert.equal(await exit(), 0);
    }
    assert.equal(keys.size, 2);
  });

  it('tells a person, when asked for nothing else', async () => {
    start();
    while (!printed.includes('Ctrl+C')) await once(child.stdout ?? child, 'data');
    assert.match(printed, /http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/v0\n/);
    child.stdin?.end();
    assert.equal(await exit(), 0);
  });

  it('complains about arguments it does not understand', async () => {
    start('--launchers', 'many');
    assert.equal(await exit(), 2);
    assert.match(complained, /--launchers takes a whole number/);
  });
});
