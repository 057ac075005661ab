import assert from 'node:assert/strict';
import type { CommandLaunch, CommandLinkHandlers, MachineBackend } from '../../../src/core/backend.js';
import { RemoteError } from '../../../src/core/errors.js';
import { silentLog } from '../../../src/core/log.js';
import type { ExitReason } from '../../../src/core/resources.js';
import { RemoteCommand, taskExitCode } from '../../../src/terminal/remoteCommand.js';
import { FakeClock, settled } from '../../support/fakeClock.js';
import { FakeTerminals } from '../../support/fakeService.js';
import { withoutQueries } from '../../support/queries.js';
import { type Told, told } from '../../support/told.js';

const launch: CommandLaunch = {
  modelId: 'm1',
  location: { type: 'persistentLauncher', persistentLauncherId: 'l1' },
  command: 'train',
  args: ['--fast'],
};

describe('RemoteCommand', () => {
  function started() {
    const clock = new FakeClock();
    const fake = new FakeTerminals();
    const runs: CommandLaunch[] = [];
    const sockets: CommandLinkHandlers[] = [];
    const shows: string[] = [];
    const ends: number[] = [];
    const kept: RemoteError[] = [];
    const refusals: RemoteError[] = [];
    const service: MachineBackend['commands'] = {
      async terminate(id) {
        await fake.service.terminate(id);
        const refusal = refusals.shift();
        if (refusal) throw refusal;
      },
      async connect(handlers, signal) {
        sockets.push(handlers);
        const {
          launch: begin,
          resize: _resize,
          ...link
        } = await fake.service.connect(
          { ...handlers, data: (id, bytes) => handlers.output(id, 'stdout', bytes) },
          signal,
        );
        return {
          ...link,
          run(request) {
            runs.push(request);
            return begin({ modelId: request.modelId, location: request.location }, { cols: 80, rows: 24 });
          },
        };
      },
    };
    const command = new RemoteCommand({
      service,
      clock,
      log: silentLog,
      launch,
      show: text => shows.push(text),
      ended: exitCode => ends.push(exitCode),
      notEnded: error => kept.push(error),
    });
    command.start();
    /** All that was shown, without flow control's queries and without attributes. */
    const text = () => withoutQueries(shows.join('')).replace(/\x1b\[[\d;]*m/g, '');
    return { clock, fake, runs, sockets, text, ends, kept, refusals, command };
  }

  async function live() {
    const all = started();
    const link = await all.fake.open();
    await link.answer('launch', 's1');
    const print = (stream: 'stdout' | 'stderr', bytes: string | Buffer, id = 's1') =>
      all.sockets.at(-1)?.output(id, stream, Buffer.from(bytes));
    return { ...all, link, print };
  }

  const exit = (exitCode: number): ExitReason => ({ code: 'process_exit', exitCode, oom: false });

  it('runs what it was given, and shows both streams with a terminal’s line ends', async () => {
    const { runs, text, print } = await live();
    assert.deepEqual(runs, [launch]);
    print('stdout', 'one\ntwo\r\n');
    print('stderr', 'warning\n');
    assert.equal(text(), 'one\r\ntwo\r\nwarning\r\n');
  });

  it('decodes each stream across its chunks, whatever comes between on the other', async () => {
    const { text, print } = await live();
    const [first, second] = [Buffer.from('漢'), Buffer.from('é')];
    print('stdout', first.subarray(0, 2));
    print('stderr', second.subarray(0, 1));
    print('stdout', first.subarray(2));
    print('stderr', second.subarray(1));
    assert.equal(text(), '漢é');
  });

  it('shows half a character that nothing completes, at the end', async () => {
    const { text, print, link, ends } = await live();
    print('stdout', Buffer.from('漢').subarray(0, 2));
    link.handlers.exit('s1', exit(0));
    assert.match(text(), /^\ufffd\r\nEnded with exit code 0\.\r\n$/);
    assert.deepEqual(ends, [0]);
  });

  it('ends with the command’s exit code, once, after all that it printed', async () => {
    const { text, print, link, ends, clock } = await live();
    print('stdout', 'x'.repeat(300_000));
    link.handlers.exit('s1', exit(3));
    assert.deepEqual(ends, []);
    await clock.run(60_000);
    assert.match(text(), /x{300000}\r\nEnded with exit code 3\.\r\n$/);
    assert.deepEqual(ends, [3]);
  });

  it('shows output and the exit that come before the answer', async () => {
    const { fake, sockets, text, ends } = started();
    const link = await fake.open();
    sockets[0]?.output('s1', 'stderr', Buffer.from('early\n'));
    link.handlers.exit('s1', exit(2));
    assert.deepEqual([text(), ends], ['', []]);
    await link.answer('launch', 's1');
    assert.match(text(), /^early\r\n\r\nEnded with exit code 2/);
    assert.deepEqual(ends, [2]);
  });

  it('sends what is typed line by line, and none of it once it has ended', async () => {
    const { link, command, ends, runs, print } = await live();
    command.input('y');
    assert.deepEqual(link.asked('write'), []);
    command.input('es\r');
    assert.deepEqual(link.asked('write'), ['s1 yes\n']);
    // Its end is not shown yet: the tab is still there, and takes keys.
    print('stdout', 'x'.repeat(300_000));
    link.handlers.exit('s1', exit(0));
    command.input('\r');
    assert.deepEqual([ends, runs.length, link.asked('write').length], [[], 1, 1]);
  });

  it('Ctrl+C ends the remote command, and its own end is awaited', async () => {
    const { command, fake, ends, link, text } = await live();
    command.input('\x03');
    assert.deepEqual([fake.terminated, ends], [['s1'], []]);
    link.handlers.exit('s1', { code: 'terminated_on_request' });
    assert.match(text(), /Ending the command…\r\n\r\nEnded on request\./);
    assert.deepEqual(ends, [130]);
  });

  it('a second Ctrl+C does not wait, and asks for its end again', async () => {
    const { command, fake, ends, link } = await live();
    command.input('\x03');
    command.input('\x03');
    assert.deepEqual([fake.terminated, ends], [['s1', 's1'], [130]]);
    assert.equal(link.log.at(-1), 'close');
  });

  it('says when Ctrl+C did not end it, and tries again', async () => {
    const { command, refusals, text, fake, ends } = await live();
    refusals.push(new RemoteError('network', 'No network.'));
    command.input('\x03');
    await settled();
    assert.match(text(), /No network\. The command was not ended: Ctrl\+C tries again\./);
    command.input('\x03');
    await settled();
    assert.deepEqual([fake.terminated.length, ends], [2, []]);
  });

  it('its tab’s end is its end, and it is said when that failed', async () => {
    const { command, fake, ends, kept, refusals } = await live();
    refusals.push(new RemoteError('network', 'No network.'));
    command.end();
    command.end();
    await settled();
    assert.deepEqual([fake.terminated, ends], [['s1'], [130]]);
    assert.deepEqual(
      kept.map(({ message }) => message),
      ['No network.'],
    );
  });

  it('one that has ended meanwhile needs no more ending', async () => {
    const { command, kept, refusals } = await live();
    refusals.push(new RemoteError('notFound', 'Gone.'));
    command.end();
    await settled();
    assert.deepEqual(kept, []);
  });

  it('left while it is being started, ends as soon as its id is known', async () => {
    const { command, fake } = started();
    const link = await fake.open();
    command.end();
    assert.deepEqual(fake.terminated, []);
    await link.answer('launch', 's1');
    assert.deepEqual(fake.terminated, ['s1']);
  });

  it('left while it is being started, is said to go on where nobody will know its id', async () => {
    const { command, fake, kept } = started();
    const link = await fake.open();
    command.end();
    await link.drop();
    assert.deepEqual(
      kept.map(({ message }) => message),
      ['The connection was lost.'],
    );
  });

  it('after a drop says so, looks it up, and goes on, without running it twice', async () => {
    const { clock, fake, link, runs, text, ends, sockets } = await live();
    await link.drop();
    assert.match(text(), /Connection lost\. Reconnecting…/);
    await clock.run(60_000);
    const second = await fake.open();
    assert.deepEqual(second.asked('attach'), ['s1']);
    await second.answer('attach', true);
    assert.match(text(), /Reconnected\. Output in between may be missing\./);
    sockets.at(-1)?.output('s1', 'stdout', Buffer.from('more\n'));
    second.handlers.exit('s1', exit(0));
    assert.match(text(), /more\r\n\r\nEnded with exit code 0/);
    assert.deepEqual([runs.length, ends], [1, [0]]);
  });

  it('after a drop that it did not outlive, says that nobody knows how it ended', async () => {
    const { clock, fake, link, runs, text, ends } = await live();
    await link.drop();
    await clock.run(60_000);
    await (await fake.open()).answer('attach', false);
    assert.match(text(), /ended while nobody was connected\. How it ended is not known\./);
    assert.deepEqual([runs.length, ends], [1, [1]]);
  });

  it('ends with its exit code also where something typed finds it gone first, and output stands between', async () => {
    const { command, link, clock, text, ends, print } = await live();
    print('stdout', 'x'.repeat(300_000));
    command.input('more\r');
    await link.refuse('write', new RemoteError('notFound', 'Gone.'));
    await clock.run(1_500);
    assert.deepEqual(ends, []);
    link.handlers.exit('s1', exit(0));
    await clock.run(60_000);
    assert.match(text(), /Ended with exit code 0/);
    assert.deepEqual(ends, [0]);
  });

  it('that something typed finds gone, and that says no more, ended as nobody knows', async () => {
    const { command, link, clock, text, ends } = await live();
    command.input('more\r');
    await link.refuse('write', new RemoteError('notFound', 'Gone.'));
    await clock.run(1_000);
    assert.match(text(), /The command has ended\. How it ended is not known\./);
    assert.deepEqual(ends, [1]);
  });

  it('a drop while it is being started does not start it again', async () => {
    const { clock, fake, runs, text, ends } = started();
    const link = await fake.open();
    await link.drop();
    await clock.run(600_000);
    assert.match(text(), /so it may be running\. It is not started a second time\. \(The connection was lost\.\)/);
    assert.deepEqual([runs.length, fake.links.length, ends], [1, 1, [1]]);
  });

  it('a refusal is told, and is an end', async () => {
    const { fake, text, ends } = started();
    const link = await fake.open();
    await link.refuse('launch', new RemoteError('refused', 'This would exceed the quota.'));
    assert.match(text(), /^\r\nThis would exceed the quota\.\r\n$/);
    assert.deepEqual(ends, [1]);
  });

  it('signed out, says that it may go on', async () => {
    const { command, text, ends, fake } = await live();
    command.drop(new RemoteError('credentials', 'Signed out.'));
    assert.match(text(), /Signed out\. The command was not ended, and may go on\./);
    assert.deepEqual([ends, fake.terminated], [[1], []]);
  });
});

describe('taskExitCode', () => {
  const cases: [Told<ExitReason> | undefined, number][] = [
    [{ code: 'process_exit', exitCode: 0, oom: false }, 0],
    [{ code: 'process_exit', exitCode: 42 }, 42],
    [{ code: 'process_exit', signal: 'SIGKILL', oom: false }, 137],
    [{ code: 'process_exit', signal: 'SIGTERM' }, 143],
    [{ code: 'process_exit', signal: '9' }, 137],
    [{ code: 'process_exit', signal: 'SIGKILL', oom: true }, 137],
    [{ code: 'process_exit', exitCode: 0, oom: true }, 137],
    [{ code: 'process_exit' }, 1],
    [{ code: 'terminated_on_request' }, 130],
    [{ code: 'launcher_terminated' }, 1],
    [{ code: 'inactive_timeout', exitCode: 0 }, 1],
    [{ code: 'unknown' }, 1],
    [{ code: 'meteor', exitCode: 0 }, 1],
    [undefined, 1],
  ];
  for (const [reason, code] of cases) {
    it(`${JSON.stringify(reason)} is ${code}`, () =>
      assert.equal(taskExitCode(reason && told<ExitReason>(reason)), code));
  }
});
