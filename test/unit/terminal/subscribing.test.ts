import assert from 'node:assert/strict';
import { live } from '../../support/startedTerminal.js';

describe('RemoteTerminal, before a subscription is answered', () => {
  it('output that comes before the subscription’s answer stands after the notice', async () => {
    const { terminals, link, clock, text } = await live();
    await link.drop();
    clock.advance(500);
    const next = await terminals.open();
    next.data('first');
    await next.answer('attach', true);
    clock.advance(4);
    assert.match(text(), /Reconnected.*first$/s);
  });

  it('what is too much before the subscription’s answer is counted, and said in its place', async () => {
    const { terminals, link, clock, text } = await live();
    await link.drop();
    clock.advance(500);
    const next = await terminals.open();
    const pass = () => {
      for (let seconds = 0; seconds < 60; seconds++) {
        clock.advance(1_000);
        next.handlers.alive();
      }
    };
    next.data(`${'x'.repeat(256 * 1024)}\x1b[3`);
    for (let part = 0; part < 3; part++) next.data('y'.repeat(1024));
    await next.answer('attach', true);
    next.data('1mz');
    pass();
    assert.match(text(), /x\x1b\[3\x18\r\n\x1b\[0;2m3 KiB of output is missing here: [^\r]*\r\n1mz$/);
    assert.equal(terminals.links.length, 2);
  });

  it('what a subscription that failed left no room for is not missed by the next', async () => {
    const { terminal, terminals, link, clock, text } = await live();
    await link.drop();
    clock.advance(500);
    const failed = await terminals.open();
    failed.data('x'.repeat(256 * 1024));
    await failed.drop();
    clock.advance(1_000);
    const next = await terminals.open();
    next.data('second');
    await next.answer('attach', true);
    for (let seconds = 0; seconds < 60; seconds++) {
      clock.advance(1_000);
      next.handlers.alive();
    }
    assert.match(text(), /x\r\n.*Reconnected.*second$/s);
    assert.equal(terminal.phase, 'live');
  });

  it('an exit is known also where the connection drops before the subscription’s answer', async () => {
    const { terminal, terminals, link, clock, text } = await live();
    await link.drop();
    clock.advance(500);
    const next = await terminals.open();
    next.data('last words');
    next.handlers.exit('s1', { code: 'process_exit', exitCode: 0 });
    await next.drop();
    assert.equal(terminal.phase, 'ended');
    assert.match(text(), /last words\r\n\x1b\[0;2mEnded with exit code 0/);
  });

  it('output that came before a subscription that failed is shown, once', async () => {
    const all = await live();
    const { terminals, link, clock, text } = all;
    await link.drop();
    clock.advance(500);
    const failed = await terminals.open();
    failed.data('first ');
    await failed.drop();
    clock.advance(1_000);
    const next = await terminals.open();
    next.data('second');
    await next.answer('attach', true);
    clock.advance(4);
    assert.match(text(), /first .*Reconnected.*second$/s);
    assert.equal(text().match(/first/g)?.length, 1);
  });

  it('an exit that comes before the subscription’s answer has its reason', async () => {
    const { terminal, terminals, link, clock, text } = await live();
    await link.drop();
    clock.advance(500);
    const next = await terminals.open();
    next.handlers.exit('s1', { code: 'inactive_timeout' });
    await next.answer('attach', true);
    assert.equal(terminal.phase, 'ended');
    assert.match(text(), /idle for too long/);
  });
});
