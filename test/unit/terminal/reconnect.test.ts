import assert from 'node:assert/strict';
import { RemoteError } from '../../../src/core/errors.js';
import { live, opened, reattached, started } from '../../support/startedTerminal.js';

describe('RemoteTerminal, reconnecting', () => {
  it('says so, comes back, sends the size and what was typed, and goes on', async () => {
    const all = await live();
    const { terminal, terminals, link, clock, text, phases } = all;
    terminal.input('sent');
    await link.answer('write');
    await link.drop();
    assert.match(text(), /Connection lost\. Reconnecting…/);
    assert.doesNotMatch(text(), /may not have arrived/);
    terminal.input('ty');
    terminal.resize({ cols: 90, rows: 30 });
    terminal.input('ped');
    clock.advance(500);
    const next = await terminals.open();
    assert.deepEqual(next.asked('attach'), ['s1']);
    terminal.input('!');
    assert.deepEqual(next.asked('write'), []);
    await next.answer('attach', true);
    assert.deepEqual(next.log, ['attach:s1', 'resize:s1 90x29', 'write:s1 typed!']);
    assert.match(text(), /Reconnected\. Output in between may be missing\./);
    next.data('on');
    clock.advance(4);
    assert.match(text(), /on$/);
    assert.deepEqual(phases, ['launching', 'live', 'waiting', 'connecting', 'attaching', 'live']);
  });

  it('a write whose answer never came is not sent again, and said to be in doubt', async () => {
    const all = await live();
    const { terminal, link, clock, text } = all;
    terminal.input('abc');
    terminal.input('de');
    await link.answer('write');
    await link.drop();
    assert.match(text(), /The last 2 bytes typed may not have arrived, and will not be sent again/);
    clock.advance(500);
    assert.deepEqual((await reattached(all)).asked('write'), []);
  });

  it('what a former connection still says is ignored', async () => {
    const all = await live();
    const { terminal, link, clock, text } = all;
    terminal.input('x');
    link.handlers.closed(new RemoteError('network', 'lost'));
    clock.advance(500);
    const next = await reattached(all);
    terminal.input('y');
    const before = text();
    await link.answer('write');
    link.data('stale');
    link.handlers.exit('s1', { code: 'process_exit', exitCode: 1 });
    link.handlers.alive();
    await link.drop();
    clock.advance(100);
    assert.deepEqual([text(), terminal.phase], [before, 'live']);
    assert.deepEqual(next.asked('write'), ['s1 y']);
    await next.drop();
    assert.match(text().slice(before.length), /The last key typed may not have arrived/);
  });

  it('a session that is gone is said, in whichever way it is found out', async () => {
    for (const found of ['lookup', 'refusal', 'write'] as const) {
      const { terminal, terminals, link, clock, text } = await live();
      const gone = new RemoteError('notFound', 'gone');
      if (found === 'write') {
        terminal.input('x');
        await link.refuse('write', gone);
        assert.equal(terminal.phase, 'live');
        clock.advance(1_000);
      } else {
        await link.drop();
        clock.advance(500);
        const next = await terminals.open();
        if (found === 'lookup') await next.answer('attach', false);
        else await next.refuse('attach', gone);
      }
      assert.equal(terminal.phase, 'ended');
      const words = found === 'write' ? /has ended; how is not known\./ : /has ended while nobody was connected\./;
      assert.match(text(), words);
    }
  });

  it('tries on while it cannot connect, says it once, and ever later', async () => {
    const { terminals, link, clock, text } = await live();
    await link.drop();
    for (let tries = 0; tries < 12; tries++) {
      clock.advance(30_000);
      await terminals.refuse(new RemoteError('network', 'No network.'));
    }
    assert.equal(terminals.links.length, 13);
    assert.equal(text().match(/\r\n\x1b\[0;2m/g)?.length, 1);
    assert.equal(clock.pending, 1);
  });

  it('never connected, says why, and tries on', async () => {
    const { terminals, clock, text } = started();
    await terminals.refuse(new RemoteError('network', 'Decthings could not be reached.'));
    assert.match(text(), /Decthings could not be reached\. Trying again…/);
    clock.advance(500);
    assert.deepEqual((await terminals.open()).asked('launch'), ['m1 120x40']);
  });

  it('a key, or the network’s return, makes it try soon', async () => {
    const { terminal, terminals, link, clock } = await live();
    clock.advance(5_000);
    await link.drop();
    terminal.input('x');
    clock.advance(0);
    assert.equal(terminals.links.length, 2);
    await terminals.refuse(new RemoteError('network', 'No network.'));
    terminal.online();
    assert.equal(terminals.links.length, 3);
  });

  it('a half-open connection is noticed within 10 s', async () => {
    const { terminal, terminals, link, clock } = await live();
    clock.advance(3_000);
    assert.ok(link.log.includes('ping'));
    clock.advance(7_000);
    assert.ok(link.log.includes('close'));
    assert.ok(['waiting', 'connecting'].includes(terminal.phase));
    assert.equal(terminals.links.length, 2);
  });

  it('a connection that shows life is left alone', async () => {
    const { terminal, link, clock } = await live();
    for (let second = 0; second < 60; second++) {
      clock.advance(1_000);
      link.handlers.alive();
    }
    assert.equal(terminal.phase, 'live');
  });

  it('keys count after the end as soon as ever, also where somebody has set the clock back', async () => {
    const { terminal, link, clock } = await live();
    link.handlers.exit('s1', { code: 'process_exit', exitCode: 0 });
    assert.equal(terminal.phase, 'ended');
    clock.set(-3_600_000);
    clock.advance(1_000);
    terminal.input('\r');
    assert.equal(terminal.phase, 'connecting');
  });

  it('a sleep is noticed within 10 s of waking up', async () => {
    const { terminal, link, clock } = await live();
    clock.jump(3_600_000);
    assert.ok(link.log.includes('ping'));
    clock.advance(3_000);
    assert.ok(['waiting', 'connecting'].includes(terminal.phase));
    assert.ok(link.log.includes('close'));
  });

  it('a connection that dies during the launch is noticed too', async () => {
    const { clock, terminal } = await opened();
    clock.advance(10_000);
    assert.equal(terminal.phase, 'ended');
  });

  it('while the terminal does not keep up, silence is not taken for death', async () => {
    const { terminal, link, clock } = await live();
    link.data('y\n'.repeat(1_000_000));
    for (let ms = 0; ms < 4_000; ms += 100) clock.advance(100);
    assert.deepEqual([terminal.phase, link.log.includes('ping')], ['live', false]);
  });

  it('a connection that opens while the terminal does not keep up is paused at once', async () => {
    const all = await live();
    const { link, clock, terminals } = all;
    link.data('y\n'.repeat(1_000_000));
    await link.drop();
    clock.advance(500);
    assert.deepEqual((await terminals.open()).log, ['pause', 'attach:s1']);
  });

  it('what was cut short is ended before the notice', async () => {
    const { link, text } = await live();
    link.data('\x1b]0;title');
    await link.drop();
    assert.match(text(), /^\x1b\]0;title\x18\r\n\x1b\[0;2mConnection lost/);
  });

  it('credentials that are refused end it; Enter attaches to the same session', async () => {
    for (const when of ['connecting', 'attaching', 'writing'] as const) {
      const { terminal, terminals, link, clock, text } = await live();
      const refused = new RemoteError('credentials', 'Sign in again.');
      if (when === 'writing') {
        terminal.input('x');
        await link.refuse('write', refused);
        assert.match(text(), /The last key typed may not have arrived/);
      } else {
        await link.drop();
        clock.advance(500);
        if (when === 'connecting') await terminals.refuse(refused);
        else await (await terminals.open()).refuse('attach', refused);
      }
      assert.equal(terminal.phase, 'ended');
      assert.match(text(), /Sign in again\. Enter tries again/);
      clock.advance(1_000);
      terminal.input('\r');
      assert.deepEqual((await terminals.open()).asked('attach'), ['s1']);
    }
  });

  it('attaches to a session that runs already, without a word', async () => {
    const { terminal, link, text } = await opened('kept');
    terminal.input('x');
    assert.deepEqual(link.log, ['attach:kept']);
    await link.answer('attach', true);
    assert.deepEqual(link.log.slice(1), ['resize:kept 120x39', 'write:kept x']);
    assert.equal(text(), '');
  });
});
