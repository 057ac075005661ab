import assert from 'node:assert/strict';
import { type DecthingsSandbox, type SandboxOptions, startDecthingsSandbox } from '../../../src/sandbox/decthings.js';
import { Client } from './client.js';
import { until } from './until.js';

const KIB = 1024;
/** What may wait for one reader: the bound, and the chunk that passed it. */
const MOST_BUFFERED = (256 + 64 + 1) * KIB;
const TEMPORARY = { type: 'temporaryLauncher', spec: { cpus: 1, memoryMebibytes: 512 } };

describe('sandbox: slow readers', () => {
  let sandbox: DecthingsSandbox;
  afterEach(() => sandbox.close());

  const start = async (options: SandboxOptions = {}) => {
    sandbox = await startDecthingsSandbox(options);
  };
  const launch = async (client: Client) => {
    const params = { modelId: sandbox.modelIds[0], executionLocation: TEMPORARY };
    const id = await client.id('Terminal', 'launchTerminalSession', params, 'terminalSessionId');
    await client.prints(id, /\$ $/);
    return id;
  };
  const type = (client: Client, terminalSessionId: string, keys: string) =>
    client.call('Terminal', 'writeToTerminalSession', { terminalSessionId }, Buffer.from(keys));
  const held = () => until('a session held up', () => sandbox.stats().held === 1);

  it('hold up their session, within a bound, and no other', async () => {
    await start({ stuckAfterMs: 1 });
    const slow = await Client.open(sandbox);
    const quick = await Client.open(sandbox);
    const flooding = await launch(slow);
    const other = await launch(quick);
    void type(slow, flooding, 'yes\r');
    slow.ws.pause();
    await held();
    for (let round = 1; round <= 20; round++) {
      void type(quick, other, `echo round-$((${round}))\r`);
      await quick.prints(other, new RegExp(`\\nround-${round}\r|\x1b\\[\\?2004l\rround-${round}\r`));
    }
    const { bufferedBytes, peakBufferedBytes, held: stillHeld, sockets } = sandbox.stats();
    assert.deepEqual([stillHeld, sockets], [1, 2]);
    assert.ok(bufferedBytes > 64 * KIB && peakBufferedBytes <= MOST_BUFFERED, `${bufferedBytes}, ${peakBufferedBytes}`);

    // Its input still gets through, and what it reads then is whole.
    void type(slow, flooding, '\x03');
    void type(slow, flooding, 'echo en""ough\r');
    slow.ws.resume();
    const output = await slow.prints(flooding, /enough/);
    assert.match(output, /yes\r\n(\x1b\[\?2004l\r)?(y\r\n)+(y\r?\n?)?\^C/);
  });

  it('miss nothing of what a program printed before it ended', async () => {
    await start();
    const slow = await Client.open(sandbox);
    const id = await launch(slow);
    void type(slow, id, 'seq 1 2000000; exit 6\r');
    slow.ws.pause();
    await held();
    slow.ws.resume();
    assert.deepEqual(await slow.exit(id), { code: 'process_exit', exitCode: 6, oom: false });
    const output = slow.output(id);
    assert.match(output.slice(-30), /1999999\r\n2000000\r\n(exit\r\n)?$/);
    assert.equal(output.split('\r\n').filter(line => /^\d+$/.test(line)).length, 1_999_999);
  });

  it('are cut off when they stay stuck and others wait for them', async () => {
    await start({ stuckAfterMs: 100 });
    const stuck = await Client.open(sandbox);
    const other = await Client.open(sandbox);
    const id = await launch(stuck);
    await other.call('Terminal', 'subscribeToEvents', { terminalSessionId: id });
    stuck.ws.pause();
    void type(other, id, 'seq 1 3000000; echo al""l\r');
    await other.prints(id, /all\r\n/);
    assert.deepEqual([sandbox.stats().sockets, sandbox.stats().held], [1, 0]);
  });

  it('do not keep a session from being ended', async () => {
    await start();
    const slow = await Client.open(sandbox);
    const other = await Client.open(sandbox);
    const id = await launch(slow);
    void type(slow, id, 'yes\r');
    slow.ws.pause();
    await held();
    await other.call('Terminal', 'terminateTerminalSession', { terminalSessionId: id });
    await until('the session gone', async () => {
      const response = await other.call('Terminal', 'getTerminalSessions');
      return JSON.stringify(response) === '{"result":{"terminalSessions":[]}}';
    });
    slow.ws.resume();
    assert.deepEqual(await slow.exit(id), { code: 'terminated_on_request' });
  });

  it('are buffered for without bound, by a server that is told to', async () => {
    await start({ unbounded: true });
    const slow = await Client.open(sandbox);
    const id = await launch(slow);
    void type(slow, id, 'yes\r');
    slow.ws.pause();
    await until('much buffered', () => sandbox.stats().bufferedBytes > 16 * MOST_BUFFERED);
    assert.equal(sandbox.stats().held, 0);
    slow.ws.terminate();
    await until('nothing buffered', () => sandbox.stats().bufferedBytes === 0);
  });
});
