import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { RemoteError } from '../../../src/core/errors.js';
import type { RunningSandbox } from '../../../src/core/sandbox.js';
import { startSandboxProcess } from '../../../src/sandbox/process.js';
import { descendants } from '../../support/processTable.js';
import { Client, list, resultOf } from './client.js';
import { ended, until } from './until.js';

const TEMPORARY = { type: 'temporaryLauncher', spec: { cpus: 1, memoryMebibytes: 512 } };
const NEVER = new AbortController().signal;
const silent = () => {};

describe('sandbox: the process of a window', () => {
  let root: string;
  let sandbox: RunningSandbox | undefined;
  let parent: ChildProcess | undefined;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'process-test-'));
  });

  afterEach(async () => {
    await sandbox?.stop();
    sandbox = undefined;
    parent?.kill('SIGKILL');
    parent = undefined;
    rmSync(root, { recursive: true });
  });

  /** A folder as it is packaged, with a chain of the test's own. */
  function packaged(chain?: { archive: Buffer; digest: string }): { bundles: string; storage: string } {
    const bundles = join(root, 'dist');
    mkdirSync(join(bundles, 'chain'), { recursive: true });
    symlinkSync(resolve('dist/sandbox.js'), join(bundles, 'sandbox.js'));
    if (chain) {
      writeFileSync(join(bundles, 'chain', 'anvil.br'), chain.archive);
      writeFileSync(join(bundles, 'chain', 'anvil.sha256'), `${chain.digest}\n`);
    }
    return { bundles, storage: join(root, 'storage') };
  }

  it('has launchers and a Swan, and leaves nothing when it is stopped', async () => {
    sandbox = await startSandboxProcess({ bundles: 'dist', storage: join(root, 'storage') }, silent, NEVER);
    const { decthings, swan, folder } = sandbox;
    const client = await Client.open(decthings);
    const answer = await client.call('PersistentLauncher', 'getPersistentLaunchers', { sortDirection: 'desc' });
    assert.equal(list(resultOf(answer), 'persistentLaunchers').length, 3);
    assert.equal(swan?.chainId, 31337);
    assert.ok(existsSync(folder));
    await sandbox.stop();
    await sandbox.ended;
    assert.ok(!existsSync(folder));
  });

  it('ends with its parent, however that ends, and its shells and its chain with it', async () => {
    const script = `
      const { startSandboxProcess } = require('./dist/sandboxProcess.js');
      const options = { bundles: 'dist', storage: ${JSON.stringify(join(root, 'storage'))} };
      startSandboxProcess(options, () => {}, new AbortController().signal).then(({ decthings, folder }) => {
        console.log(JSON.stringify({ decthings, folder }));
      });`;
    parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    let printed = '';
    parent.stdout?.on('data', chunk => {
      printed += chunk;
    });
    while (!printed.includes('\n')) await once(parent.stdout ?? parent, 'data');
    const { decthings, folder } = JSON.parse(printed);
    const client = await Client.open(decthings);
    const [model] = list(resultOf(await client.call('Model', 'getModels', { sortDirection: 'desc' })), 'models');
    const params = { modelId: model?.id, executionLocation: TEMPORARY };
    const terminal = await client.id('Terminal', 'launchTerminalSession', params, 'terminalSessionId');
    const keys = Buffer.from('nohup sleep 4714 & echo pids=$$,$!,\r');
    await client.call('Terminal', 'writeToTerminalSession', { terminalSessionId: terminal }, keys);
    const [, shell, sleep] = /pids=(\d+),(\d+),/.exec(await client.prints(terminal, /pids=\d+,\d+,/)) ?? [];
    const below = descendants(Number(parent.pid));
    for (const pid of [shell, sleep]) assert.ok(below.some(each => each.pid === Number(pid)));
    assert.ok(
      below.some(({ command }) => /\banvil\b/.test(command)),
      'no chain',
    );

    parent.kill('SIGKILL');
    for (const { pid } of below) await ended(pid);
    await until('its folder to go', () => !existsSync(folder));
  });

  it('says how it ended when it is killed, and leaves no folder', async () => {
    sandbox = await startSandboxProcess({ bundles: 'dist', storage: join(root, 'storage') }, silent, NEVER);
    const { folder } = sandbox;
    const found = descendants(process.pid).find(({ command }) => command.includes(folder));
    assert.ok(found);
    process.kill(found.pid, 'SIGKILL');
    assert.match(await sandbox.ended, /SIGKILL/);
    assert.ok(!existsSync(folder));
  });

  it('ends when starting it is called off', async () => {
    const abort = new AbortController();
    const starting = startSandboxProcess({ bundles: 'dist', storage: join(root, 'storage') }, silent, abort.signal);
    const { pid } = await until('its process', () =>
      descendants(process.pid).find(({ command }) => /sandbox\.js/.test(command)),
    );
    abort.abort();
    await assert.rejects(starting, isError('cancelled'));
    await ended(pid);
  });

  it('has no Swan where its chain does not start, and says why', async () => {
    const program = Buffer.from('#!/bin/sh\necho "GLIBC_9.99 not found" >&2\nexit 127\n');
    const options = packaged({ archive: brotliCompressSync(program), digest: digestOf(program) });
    sandbox = await startSandboxProcess(options, silent, NEVER);
    assert.equal(sandbox.swan, undefined);
    assert.match(sandbox.withoutSwan ?? '', /GLIBC_9\.99 not found/);
    await Client.open(sandbox.decthings);
  });

  it('unpacks its chain once, and again when it was tampered with', async () => {
    const program = Buffer.from('#!/bin/sh\nexit 1\n');
    const options = packaged({ archive: brotliCompressSync(program), digest: digestOf(program) });
    mkdirSync(options.storage);
    writeFileSync(join(options.storage, 'anvil-of-a-former-version'), '');
    const said: string[] = [];
    const start = async () => {
      await (await startSandboxProcess(options, words => said.push(words), NEVER)).stop();
      const [name = '', ...others] = readdirSync(options.storage);
      assert.deepEqual(others, []);
      return join(options.storage, name);
    };
    const file = await start();
    assert.equal(statSync(file).mode & 0o777, 0o755);
    assert.equal(said.length, 1);
    await start();
    assert.equal(said.length, 1);
    writeFileSync(file, 'something else');
    await start();
    assert.equal(said.length, 2);
    assert.equal(readFileSync(file, 'utf8'), program.toString());
  });

  it('runs nothing of a damaged package', async () => {
    const program = Buffer.from(`#!/bin/sh\ntouch ${join(root, 'ran')}\n`);
    sandbox = await startSandboxProcess(
      packaged({ archive: brotliCompressSync(program), digest: digestOf(Buffer.of()) }),
      silent,
      NEVER,
    );
    assert.match(sandbox.withoutSwan ?? '', /damaged. Install the extension again/);
    assert.ok(!existsSync(join(root, 'ran')));
  });

  it('says what it lacks where no shell can be opened', async () => {
    const bundles = join(root, 'dist');
    mkdirSync(bundles);
    copyFileSync('dist/sandbox.js', join(bundles, 'sandbox.js'));
    await assert.rejects(
      startSandboxProcess({ bundles, storage: join(root, 'storage') }, silent, NEVER),
      isError('service', /^The Sandbox did not start\. .*node-pty/),
    );
  });
});

function isError(kind: string, text = /./): (error: unknown) => boolean {
  return error => {
    assert.ok(error instanceof RemoteError);
    assert.equal(error.kind, kind, error.message);
    assert.match(error.message, text);
    return true;
  };
}

function digestOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
