import assert from 'node:assert/strict';
import { RemoteError } from '../../../src/core/errors.js';
import { live, opened, reattached } from '../../support/startedTerminal.js';

describe('RemoteTerminal, and what is typed', () => {
  it('what a busy service did not take is sent again in its place, before what was typed since', async () => {
    const { terminal, link, clock, text } = await live();
    const busy = new RemoteError('busy', 'Too many requests.');
    terminal.input('rm -r old');
    await link.refuse('write', busy);
    terminal.input('/tmp\r');
    assert.deepEqual(link.asked('write'), ['s1 rm -r old']);
    clock.advance(500);
    assert.deepEqual(link.asked('write').slice(1), ['s1 rm -r old/tmp\r']);
    assert.equal(text(), '');
    await link.refuse('write', busy);
    assert.match(text(), /Too many requests\. What is typed waits, and is sent as soon as it can be\./);
    clock.advance(1_000);
    await link.answer('write');
    terminal.input('ls\r');
    assert.deepEqual(link.asked('write').slice(2), ['s1 rm -r old/tmp\r', 's1 ls\r']);
  });

  it('after a piece that is missing before another nothing is sent, until the person had a look', async () => {
    const { terminal, link, clock, text } = await live();
    for (const keys of ['rm -r ./o', 'ld', '/tmp']) terminal.input(keys);
    await link.answer('write');
    await link.refuse('write', new RemoteError('busy', 'Too many requests.'));
    terminal.input('\r');
    await link.answer('write');
    assert.match(text(), /2 bytes may be missing before what did arrive\. \(1 byte typed could not be sent\.\)/);
    clock.advance(600);
    terminal.input('\r');
    clock.advance(600);
    terminal.input('\r');
    assert.match(text(), /\x07\x07$/);
    assert.equal(link.asked('write').length, 3);
    clock.advance(700);
    terminal.input('\x15');
    assert.deepEqual(link.asked('write').slice(3), ['s1 \x15']);
  });

  it('a write of which nobody knows whether it arrived is said, and not sent again', async () => {
    const { terminal, link, clock, text } = await live();
    terminal.input('a');
    await link.refuse('write', new RemoteError('service', 'Internal error.'));
    assert.match(text(), /Internal error\. The last key typed may not have arrived/);
    clock.advance(700);
    terminal.input('b');
    assert.deepEqual(link.asked('write'), ['s1 a', 's1 b']);
  });

  it('input that does not fit any more is refused with a bell and a notice', async () => {
    const { terminal, link, text } = await live();
    await link.drop();
    terminal.input('x'.repeat(65_536));
    assert.doesNotMatch(text(), /\x07/);
    terminal.input('y');
    assert.match(text(), /\x07.*64 KiB are waiting/s);
  });

  it('with another key in the place of its own goes on by another connection, and sends what was typed', async () => {
    const all = await live();
    const { terminal, link, clock, text } = all;
    terminal.renew(new RemoteError('network', 'The API key was replaced.'));
    assert.match(text(), /The API key was replaced\. Reconnecting…/);
    terminal.input('ls\r');
    clock.advance(500);
    const next = await reattached(all);
    assert.deepEqual([link.asked('write'), next.asked('write')], [[], ['s1 ls\r']]);
  });

  it('is kept running on request as soon as it is connected, and not idle once the service has answered', async () => {
    const all = await opened(undefined, 60);
    const { terminal, link, clock, terminals, text, warnings } = all;
    await link.answer('launch', 's1');
    for (let seconds = 0; seconds < 45; seconds++) {
      clock.advance(1_000);
      link.handlers.alive();
    }
    assert.deepEqual(warnings, [15_000]);
    await link.drop();
    terminal.keepAlive();
    clock.advance(500);
    const next = await terminals.open();
    assert.deepEqual(next.asked('write'), []);
    await next.answer('attach', true);
    assert.deepEqual(next.asked('write'), ['s1 ']);
    await next.refuse('write', new RemoteError('busy', 'Too many requests.'));
    assert.match(text(), /Too many requests\. The terminal was not kept running/);
    for (let seconds = 0; seconds < 60; seconds++) {
      clock.advance(1_000);
      next.handlers.alive();
    }
    assert.equal(warnings.length, 1, 'what was refused is no input');
    terminal.keepAlive();
    await next.answer('write');
    for (let seconds = 0; seconds < 45; seconds++) {
      clock.advance(1_000);
      next.handlers.alive();
    }
    assert.equal(warnings.length, 2);
  });
});
