import assert from 'node:assert/strict';
import { RemoteError } from '../../../src/core/errors.js';
import type { ExitReason } from '../../../src/core/resources.js';
import { queriesIn } from '../../support/queries.js';
import { opened, started } from '../../support/startedTerminal.js';
import { type Told, told } from '../../support/told.js';

describe('RemoteTerminal', () => {
  it('launches with the real size, shows output at once, and sends what is typed', async () => {
    const { terminal, link, phases, text } = await opened();
    assert.deepEqual(link.asked('launch'), ['m1 120x40']);
    await link.answer('launch', 's1');
    assert.deepEqual([terminal.phase, terminal.sessionId], ['live', 's1']);
    link.data('$ ');
    assert.equal(text(), '$ ');
    terminal.input('ls\r');
    assert.deepEqual(link.asked('write'), ['s1 ls\r']);
    assert.deepEqual(phases, ['launching', 'live']);
  });

  it('input typed before it is live arrives, in order', async () => {
    const { terminal, link } = await opened();
    for (const key of 'echo 1\r') terminal.input(key);
    assert.deepEqual(link.asked('write'), []);
    await link.answer('launch', 's1');
    terminal.input('x');
    assert.deepEqual(link.asked('write'), ['s1 echo 1\r', 's1 x']);
  });

  it('10,000 keys arrive in order, with so many on their way at a time', async () => {
    const { terminal, link } = await opened();
    await link.answer('launch', 's1');
    for (let key = 0; key < 10_000; key++) terminal.input(`${key};`);
    const sent = () => link.asked('write').map(each => each.slice(3));
    assert.ok(sent().join('').length <= 64 * 1024);
    while (sent().join('').length < 48_890) await link.answer('write');
    assert.equal(sent().join(''), Array.from({ length: 10_000 }, (_, key) => `${key};`).join(''));
  });

  it('no more than a window of input waits for answers', async () => {
    const { terminal, link } = await opened();
    await link.answer('launch', 's1');
    terminal.input('x'.repeat(100_000));
    assert.equal(link.asked('write').length, 4);
    await link.answer('write');
    assert.equal(link.asked('write').length, 5);
  });

  it('output and exit that come before the launch’s answer are kept, by session', async () => {
    const { terminal, link, text, clock } = await opened();
    link.data('another’s', 's2');
    link.data('early ');
    link.handlers.exit('s2', { code: 'unknown' });
    link.handlers.exit('s1', { code: 'process_exit', exitCode: 3 });
    assert.equal(text(), '');
    await link.answer('launch', 's1');
    clock.advance(4);
    assert.equal(terminal.phase, 'ended');
    assert.match(text(), /^early .*Ended with exit code 3/s);
    assert.doesNotMatch(text(), /another/);
  });

  it('an exit is kept however much output came before it', async () => {
    const { terminal, link } = await opened();
    for (let sent = 0; sent < 20; sent++) link.data('y\n'.repeat(20_000));
    link.handlers.exit('s1', { code: 'process_exit', exitCode: 3 });
    await link.answer('launch', 's1');
    assert.equal(terminal.phase, 'ended');
  });

  const reasons: [Told<ExitReason>, RegExp, number | undefined][] = [
    [{ code: 'process_exit', exitCode: 3 }, /exit code 3/, 3],
    [{ code: 'process_exit', signal: 'SIGKILL', oom: true }, /out of memory/, 137],
    [{ code: 'process_exit', signal: 'SIGHUP' }, /signal SIGHUP/, undefined],
    [{ code: 'inactive_timeout' }, /idle for too long/, undefined],
    [{ code: 'launcher_terminated' }, /launcher was terminated/, undefined],
    [{ code: 'terminated_on_request' }, /on request/, undefined],
    [{ code: 'meteor' }, /meteor/, undefined],
  ];
  for (const [reason, words, exitCode] of reasons) {
    it(`an exit by ${JSON.stringify(reason)} is said, the text stays, and any key leaves`, async () => {
      const { terminal, link, text, clock, left } = await opened();
      await link.answer('launch', 's1');
      link.data('last words');
      link.handlers.exit('s1', told<ExitReason>(reason));
      clock.advance(1_000);
      assert.match(text(), /^last words/);
      assert.match(text(), words);
      assert.deepEqual([link.log.at(-1), left], ['close', []]);
      terminal.input('q');
      assert.deepEqual([left, terminal.phase], [[exitCode], 'closed']);
      terminal.close(false);
      assert.equal(clock.pending, 0);
    });
  }

  it('Enter after an exit starts another in its place', async () => {
    const { terminal, link, terminals, clock, text } = await opened();
    await link.answer('launch', 's1');
    link.data('\x1b[?1049h\x1b[?1000h');
    link.handlers.exit('s1', { code: 'process_exit', exitCode: 0 });
    terminal.resize({ cols: 50, rows: 20 });
    clock.advance(1_000);
    terminal.input('\r');
    assert.match(text(), /\x1b\[\?1049l\x1b\[\?1000l(?:\x1b\[\?1006l)?\r\n[^\r]*Ended with exit code 0[^\r]*\r\n$/);
    const next = await terminals.open();
    assert.notEqual(next, link);
    assert.deepEqual(next.asked('launch'), ['m1 50x20']);
    await next.answer('launch', 's2');
    terminal.input('x');
    assert.deepEqual([terminal.sessionId, next.asked('write')], ['s2', ['s2 x']]);
    next.data('new', 's2');
    next.data('old', 's1');
    clock.advance(4);
    assert.match(text(), /new$/);
  });

  it('a launch that is refused is said, and Enter tries again', async () => {
    const { terminal, link, terminals, text, clock } = await opened();
    await link.refuse('launch', new RemoteError('busy', 'No machine is free.'));
    assert.match(text(), /No machine is free\. Enter tries again/);
    clock.advance(1_000);
    terminal.input('\r');
    assert.deepEqual((await terminals.open()).asked('launch'), ['m1 120x40']);
  });

  for (const kind of ['timeout', 'protocol'] as const) {
    it(`a launch that ends with an error of kind ${kind} may have happened`, async () => {
      const { link, text } = await opened();
      await link.refuse('launch', new RemoteError(kind, 'Who knows.'));
      assert.match(text(), /may be running: see the Terminals view.*Who knows/);
    });
  }

  it('a connection that ends during the launch says so once, and leaves no timer', async () => {
    const { link, text, clock } = await opened();
    await link.drop();
    assert.equal(text().match(/may be running/g)?.length, 1);
    clock.advance(10);
    assert.equal(clock.pending, 0);
  });

  it('refused credentials are said; Enter tries again', async () => {
    const { terminal, terminals, text, clock } = started();
    await terminals.refuse(new RemoteError('credentials', 'Sign in again.'));
    assert.match(text(), /Sign in again\. Enter tries again/);
    clock.advance(1_000);
    terminal.input('\r');
    assert.equal(terminals.links.length, 2);
  });

  it('resizes are sent while live, and the last one counts before', async () => {
    const { terminal, link } = await opened();
    terminal.resize({ cols: 90, rows: 30 });
    terminal.resize({ cols: 100, rows: 35 });
    await link.answer('launch', 's1');
    terminal.resize({ cols: 101, rows: 35 });
    assert.deepEqual(link.asked('resize'), ['s1 100x35', 's1 101x35']);
    await link.refuse('resize', new RemoteError('busy', 'later'));
    assert.equal(terminal.phase, 'live');
  });

  it('takes the terminal’s answers to its own queries out of the input', async () => {
    const { terminal, link, shows } = await opened();
    await link.answer('launch', 's1');
    link.data('y\n'.repeat(10_000));
    const query = queriesIn(shows.join(''))[0] ?? assert.fail('no query');
    terminal.input(query.replace('$p', ';0$y'));
    terminal.input('\x1b[?2026;2$y');
    assert.deepEqual(link.asked('write'), ['s1 \x1b[?2026;2$y']);
  });

  it('pauses reading when the terminal does not keep up', async () => {
    const { link, clock } = await opened();
    await link.answer('launch', 's1');
    link.data('y\n'.repeat(200_000));
    assert.equal(link.log.at(-1), 'pause');
    clock.advance(6_000);
    assert.ok(link.log.includes('resume'));
  });

  it('Ctrl+C in a flood drops it, until the service has it and the flood lulls', async () => {
    const { terminal, link, text, clock } = await opened();
    await link.answer('launch', 's1');
    link.data('y\n'.repeat(200_000));
    const before = text().length;
    terminal.input('\x03');
    assert.deepEqual([link.asked('write'), link.log.at(-2)], [['s1 \x03'], 'resume']);
    for (let ms = 0; ms < 400; ms += 100) {
      link.data('y\n'.repeat(10_000));
      clock.advance(100);
    }
    assert.equal(text().length, before);
    await link.answer('write');
    link.data('^C\n$ ');
    clock.advance(50);
    assert.match(text().slice(before), /^\r\n.*Interrupted: \d+ KiB of output skipped\..*\ny\n(y\n)*\^C\n\$ $/s);
  });

  describe('closing', () => {
    it('while live ends the session, or keeps it', async () => {
      for (const terminate of [true, false]) {
        const { terminal, link, terminals, clock, shows } = await opened();
        await link.answer('launch', 's1');
        link.data(terminate ? 'y\n'.repeat(100_000) : `${'y\n'.repeat(10_000)}\x1b[3`);
        const query = queriesIn(shows.join(''))[0] ?? assert.fail('no query');
        const { length } = shows;
        terminal.close(terminate);
        terminal.input(`late${query.replace('$p', ';0$y')}`);
        link.data('late');
        assert.equal(shows.length, length);
        assert.deepEqual(terminals.terminated, terminate ? ['s1'] : []);
        assert.deepEqual([link.log.at(-1), clock.pending, link.asked('write')], ['close', 0, []]);
      }
    });

    it('while connecting calls it off', async () => {
      const { terminal, terminals, clock, text } = started();
      terminal.close(true);
      await terminals.open();
      assert.deepEqual([terminals.terminated, terminals.links.length, clock.pending, text()], [[], 1, 0, '']);
    });

    it('as a connection opens closes that one', async () => {
      const { terminal, terminals, clock } = started();
      const opening = terminals.open();
      terminal.close(false);
      const link = await opening;
      assert.deepEqual([link.log, clock.pending], [['close'], 0]);
    });

    it('during the launch ends the session once its id is known', async () => {
      const { terminal, link, terminals, clock } = await opened();
      terminal.close(true);
      assert.deepEqual([terminals.terminated, link.log.includes('close')], [[], false]);
      link.data('output');
      await link.answer('launch', 's1');
      assert.deepEqual([terminals.terminated, link.log.at(-1), clock.pending], [['s1'], 'close', 0]);
    });

    it('during the launch, keeping the session, just leaves', async () => {
      const { terminal, link, terminals, clock } = await opened();
      terminal.close(false);
      await link.answer('launch', 's1');
      assert.deepEqual([terminals.terminated, link.log.at(-1), clock.pending], [[], 'close', 0]);
    });

    it('during a launch that nothing more is heard of, lets go, and says so', async () => {
      const { terminal, link, clock, unheard } = await opened();
      terminal.close(true);
      await link.drop();
      assert.deepEqual([link.log.at(-1), clock.pending], ['close', 0]);
      assert.deepEqual(unheard, ['The connection was lost.']);
    });

    it('while waiting to reconnect ends the session, or keeps it', async () => {
      for (const terminate of [true, false]) {
        const { terminal, link, terminals, clock } = await opened();
        await link.answer('launch', 's1');
        await link.drop();
        terminal.close(terminate);
        assert.deepEqual([terminals.terminated, clock.pending], [terminate ? ['s1'] : [], 0]);
      }
    });
  });
});
