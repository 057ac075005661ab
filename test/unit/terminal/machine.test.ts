import assert from 'node:assert/strict';
import { INPUT_LIMIT } from '../../../src/terminal/machine.js';
import type { Effect, Event } from '../../../src/terminal/state.js';
import { MAX_WRITE, WRITE_WINDOW } from '../../../src/terminal/writes.js';
import {
  answered,
  drop,
  error,
  failed,
  fatal,
  input,
  live,
  size,
  terminal,
  upToAttached,
  upToLive,
} from '../../support/machineRig.js';

describe('the terminal’s state machine', () => {
  it('connects, launches with the real size, and goes live', () => {
    const it = terminal().on({ type: 'resize', size }, { type: 'start' });
    assert.deepEqual(it.kinds, ['connect']);
    assert.deepEqual(it.on({ type: 'opened' }).effects, [{ type: 'launch', size }]);
    assert.deepEqual(it.on({ type: 'launched', sessionId: 's' }).effects, []);
    assert.deepEqual([it.state.phase, it.state.sessionId], ['live', 's']);
  });

  it('launches with a usual size where none is known yet, and sends the real one later', () => {
    const it = terminal().on({ type: 'start' }, { type: 'opened' });
    assert.deepEqual(it.effects, [{ type: 'launch', size: { cols: 80, rows: 24 } }]);
    it.on({ type: 'resize', size });
    assert.deepEqual(it.effects, []);
    it.on({ type: 'launched', sessionId: 's' });
    assert.deepEqual(it.effects, [{ type: 'resize', sessionId: 's', size, redraw: false }]);
    assert.deepEqual(it.on({ type: 'resize', size }).effects, []);
  });

  it('sends what was typed before it was live, in order, as soon as it is', () => {
    const it = terminal().on({ type: 'start' }, input('a'), { type: 'opened' }, input('b'));
    assert.deepEqual(it.effects, []);
    assert.deepEqual(it.on({ type: 'launched', sessionId: 's' }).written, ['ab']);
    assert.deepEqual(it.on(input('c')).written, ['c']);
  });

  it('sends a long paste in pieces, as far as the window has room', () => {
    const it = live().on(input('x'.repeat(200_000)));
    assert.deepEqual(
      it.written.map(text => text.length),
      [MAX_WRITE, MAX_WRITE, MAX_WRITE, MAX_WRITE],
    );
    assert.deepEqual([WRITE_WINDOW, it.on(answered(1)).written.length], [4 * MAX_WRITE, 1]);
  });

  it('what could not be launched is said; Enter tries again', () => {
    const it = terminal().on({ type: 'start' }, { type: 'opened' }, input('typed'), { type: 'launchFailed', error });
    assert.deepEqual(it.notice, { type: 'ended', ending: { kind: 'failed' }, inDoubt: 0, unsent: 5, error });
    assert.equal(it.kinds[0], 'disconnect');
    assert.deepEqual(it.after(700, input('\r')).kinds, ['connect']);
    assert.deepEqual(it.on({ type: 'opened' }).kinds, ['launch']);
    assert.deepEqual(it.on({ type: 'launched', sessionId: 's2' }).written, []);
  });

  it('a drop during the launch leaves it uncertain: it is not launched twice by itself', () => {
    const it = terminal().on({ type: 'start' }, { type: 'opened' }, drop);
    assert.equal(it.state.phase, 'ended');
    assert.deepEqual(it.state.ending, { kind: 'uncertain' });
    assert.deepEqual(it.kinds, ['disconnect', 'notice']);
    assert.deepEqual(it.on(drop, { type: 'timer' }, { type: 'launched', sessionId: 'late' }).effects, []);
    assert.equal(it.state.sessionId, undefined);
  });

  it('a drop while live is said with what is in doubt, which is not sent again', () => {
    const it = live().on(input('abc'), input('de'), answered(1), drop);
    assert.deepEqual(it.notice, { type: 'lost', error, inDoubt: 2 });
    assert.deepEqual(it.kinds, ['disconnect', 'notice', 'schedule']);
    it.on(input('f'), { type: 'timer' });
    assert.deepEqual(it.kinds, ['connect']);
    assert.deepEqual(it.on({ type: 'opened' }).effects, [{ type: 'attach', sessionId: 's' }]);
    it.on({ type: 'attached', found: true });
    assert.deepEqual([it.notice?.type, it.written], ['reconnected', ['f']]);
  });

  it('after every attach the session is told the size first, and to draw itself anew', () => {
    const it = terminal().on({ type: 'resize', size }, ...upToLive, drop, input('x'), ...upToAttached);
    assert.deepEqual(it.kinds, ['notice', 'resize', 'write']);
    assert.deepEqual(it.effects[1], { type: 'resize', sessionId: 's', size, redraw: true });
  });

  it('backs off while it cannot connect, says so once, and at most 30 s', () => {
    const it = terminal().on({ type: 'start' }, drop);
    assert.equal(it.notice?.type, 'unreachable');
    const waits = [it.wait];
    for (let tries = 0; tries < 8; tries++) {
      it.on({ type: 'timer' }, drop);
      assert.equal(it.notice, undefined);
      waits.push(it.wait);
    }
    assert.deepEqual(waits, [375, 750, 1_500, 3_000, 6_000, 12_000, 22_500, 22_500, 22_500]);
    assert.ok((it.on({ type: 'timer' }, { ...drop, random: 0.999_999 }).wait ?? 0) <= 30_000);
  });

  it('starts over with short waits once it was live for a while, and not before', () => {
    const it = live().after(2_000, drop);
    assert.equal(it.wait, 375);
    assert.equal(it.on(...upToAttached, drop).wait, 750);
    assert.equal(it.on(...upToAttached, drop).wait, 1_500);
    assert.equal(it.on(...upToAttached).after(2_000, drop).wait, 375);
  });

  it('typing brings the next try nearer, but tries stay a second apart', () => {
    const it = live().after(60_000, drop, { type: 'timer' }, drop, { type: 'timer' }, drop, { type: 'timer' }, drop);
    assert.equal(it.wait, 3_000);
    assert.equal(it.after(200, input('a')).wait, 800);
    assert.equal(it.after(100, input('b')).wait, undefined);
    it.after(700, { type: 'timer' }, drop);
    assert.equal(it.after(1_500, input('c')).wait, 0);
  });

  it('typing does not put off a try that comes sooner', () => {
    const it = live().on(drop, { type: 'timer' }, drop);
    assert.equal(it.wait, 750);
    assert.equal(it.after(10, input('a')).wait, undefined);
  });

  it('the network’s return makes the next try come at once', () => {
    assert.deepEqual(live().on(drop, { type: 'online' }).kinds, ['connect']);
    assert.deepEqual(live().on({ type: 'online' }).kinds, []);
  });

  it('takes so much input while away, and refuses the rest with a bell, said once', () => {
    const it = live().on(drop, input('x'.repeat(INPUT_LIMIT - 1)), input('y'));
    assert.equal(it.kinds.includes('bell'), false);
    it.on(input('z'));
    assert.deepEqual([it.kinds.includes('bell'), it.notice?.type], [true, 'inputFull']);
    it.on(input('z'));
    assert.deepEqual([it.kinds.includes('bell'), it.notice], [true, undefined]);
    it.on(...upToAttached, drop, input('x'.repeat(INPUT_LIMIT + 1)));
    assert.equal(it.notice?.type, 'inputFull');
  });

  it('a session that is gone ends, with what could not be sent', () => {
    const it = live().on(drop, input('abc'), { type: 'timer' }, { type: 'opened' }, { type: 'attached', found: false });
    assert.deepEqual(it.notice, { type: 'ended', ending: { kind: 'gone' }, inDoubt: 0, unsent: 3 });
    assert.deepEqual(it.after(700, input('\r')).kinds, ['connect']);
    assert.deepEqual([it.state.sessionId, it.on({ type: 'opened' }).kinds], [undefined, ['launch']]);
  });

  it('a write to a session that is gone ends it, unless how it ended is heard first', () => {
    const it = live().on(input('a'), input('b'), failed(1, 'gone'));
    assert.deepEqual(it.effects, [{ type: 'schedule', ms: 1_000 }]);
    assert.deepEqual(it.on(failed(2, 'gone'), input('c')).effects, []);
    it.on({ type: 'timer' });
    const ending = { kind: 'gone' as const, connected: true as const };
    assert.deepEqual(it.notice, { type: 'ended', ending, inDoubt: 0, unsent: 1 });
    const told = live().on(input('a'), failed(1, 'gone'), { type: 'exit', sessionId: 's', exitCode: 0 });
    assert.deepEqual(told.state.ending, { kind: 'exit', exitCode: 0 });
    assert.deepEqual(live().on(input('a'), failed(1, 'gone'), drop).state.ending, ending);
  });

  it('where the service will not have us, Enter tries the same session again', () => {
    const it = live().on(input('abc'), fatal);
    assert.deepEqual(it.notice, { type: 'ended', ending: { kind: 'cutOff' }, inDoubt: 3, unsent: 0, error });
    assert.deepEqual(it.after(700, input('\r')).kinds, ['connect']);
    assert.deepEqual(it.on({ type: 'opened' }).effects, [{ type: 'attach', sessionId: 's' }]);
    assert.equal(it.on({ type: 'attached', found: true }).notice?.type, 'reconnected');
  });

  it('after an exit Enter starts anew', () => {
    const it = terminal().on({ type: 'resize', size }, ...upToLive);
    it.on({ type: 'exit', sessionId: 's', exitCode: 3 });
    assert.deepEqual(it.notice?.type, 'ended');
    assert.deepEqual(it.after(700, input('\r')).kinds, ['connect']);
    assert.deepEqual(it.on({ type: 'opened' }).effects, [{ type: 'launch', size }]);
  });

  it('after an exit any other key leaves, with the exit code', () => {
    const it = live().on({ type: 'exit', sessionId: 's', exitCode: 3 });
    assert.deepEqual(it.after(700, input('q')).effects, [{ type: 'leave', exitCode: 3 }]);
    assert.deepEqual(it.on(drop, input('\r')).effects, []);
    const pasted = live().on({ type: 'exit', sessionId: 's', exitCode: 3 });
    assert.deepEqual(pasted.after(700, input('\rls\r')).kinds, ['leave']);
  });

  it('keys that were on their way, and the terminal’s own reports, are no answer to the end', () => {
    const it = live().after(3_600_000, { type: 'exit', sessionId: 's', exitCode: 0 });
    assert.deepEqual(it.on(input('\r')).after(699, input('q')).effects, []);
    assert.deepEqual(it.after(5_000, input('\x1b[?1;2c')).effects, []);
  });

  it('where the session may go on, no key but Enter acts, and none vanishes without a sound', () => {
    const it = live().after(3_600_000, fatal, input('q'));
    assert.deepEqual([it.kinds, it.state.phase], [['bell'], 'ended']);
    assert.deepEqual(it.on(input('\r')).kinds, ['bell']);
    assert.deepEqual(it.after(700, input('q')).kinds, ['bell']);
    assert.deepEqual(it.on(input('\x1b[?1;2c')).kinds, []);
    assert.deepEqual(it.on(input('\r')).kinds, ['connect']);
    const neverBegun = terminal().on({ type: 'start' }, fatal);
    assert.deepEqual(neverBegun.state.ending, { kind: 'failed' });
    assert.deepEqual(neverBegun.after(700, input('q')).kinds, ['leave']);
  });

  it('an exit of another session is none of ours', () => {
    assert.equal(live().on({ type: 'exit', sessionId: 'other', exitCode: 0 }).state.phase, 'live');
  });

  it('closing ends the session, or leaves it', () => {
    const terminate: Effect = { type: 'terminate', sessionId: 's' };
    assert.deepEqual(live().on({ type: 'close', terminate: true }).effects, [terminate, { type: 'disconnect' }]);
    assert.deepEqual(live().on({ type: 'close', terminate: false }).kinds, ['disconnect']);
    assert.deepEqual(live().on(drop, { type: 'close', terminate: true }).effects[0], terminate);
    assert.deepEqual(terminal('s').on({ type: 'start' }, { type: 'close', terminate: true }).effects[0], terminate);
    assert.deepEqual(live().on(fatal, { type: 'close', terminate: true }).effects[0], terminate);
    const ended = live().on({ type: 'exit', sessionId: 's', exitCode: 0 }, { type: 'close', terminate: true });
    assert.deepEqual(ended.kinds, ['disconnect']);
  });

  it('closed during the launch, ends the session as soon as its id is known', () => {
    const it = terminal().on({ type: 'start' }, { type: 'opened' }, { type: 'close', terminate: true });
    assert.deepEqual(it.effects, []);
    it.on(input('x'), { type: 'launched', sessionId: 's' });
    assert.deepEqual(it.effects, [{ type: 'terminate', sessionId: 's' }, { type: 'disconnect' }]);
    const closed = () => terminal().on({ type: 'start' }, { type: 'opened' }, { type: 'close', terminate: true });
    assert.deepEqual(closed().on({ type: 'launchFailed', error }).kinds, ['disconnect']);
  });

  it('closed during the launch whose answer never comes, tells that it may be running, once', () => {
    const it = terminal().on({ type: 'start' }, { type: 'opened' }, { type: 'close', terminate: true }, drop);
    assert.deepEqual(it.effects, [{ type: 'disconnect' }, { type: 'mayRun', error }]);
    assert.deepEqual(it.on(drop).effects, []);
    const kept = terminal().on({ type: 'start' }, { type: 'opened' }, { type: 'close', terminate: false }, drop);
    assert.deepEqual(kept.effects, []);
    const connecting = terminal().on({ type: 'start' }, { type: 'close', terminate: true }, drop);
    assert.deepEqual(connecting.effects, []);
  });

  it('connects anew where its connection is of no more use, and loses nothing of what is typed', () => {
    const renew: Event = { type: 'renew', error, random: 0.5 };
    const it = live().on(input('a'), answered(1), renew);
    assert.deepEqual(it.notice, { type: 'lost', error, inDoubt: 0, renewed: true });
    assert.deepEqual([it.kinds, it.wait], [['disconnect', 'notice', 'schedule'], 375]);
    assert.deepEqual(it.on(input('b'), renew, ...upToAttached).written, ['b']);
    const launching = terminal().on({ type: 'start' }, { type: 'opened' }, input('x'), renew);
    assert.deepEqual([launching.effects, launching.state.phase], [[], 'launching']);
    assert.deepEqual(launching.on({ type: 'launched', sessionId: 's' }).kinds, ['disconnect', 'connect']);
    assert.deepEqual(launching.on({ type: 'opened' }).effects, [{ type: 'attach', sessionId: 's' }]);
    assert.deepEqual(launching.on({ type: 'attached', found: true }).written, ['x']);
    assert.deepEqual(live().on(fatal, renew).effects, []);
  });

  it('goes on with its session when the service will have us again, and only then', () => {
    const refused = live().on(fatal);
    assert.equal(refused.state.phase, 'ended');
    assert.deepEqual(refused.on({ type: 'again' }).kinds, ['connect']);
    assert.deepEqual(refused.on({ type: 'opened' }).effects, [{ type: 'attach', sessionId: 's' }]);
    assert.deepEqual(refused.on({ type: 'again' }).effects, []);
    const over = live().on({ type: 'exit', sessionId: 's', exitCode: 0 });
    assert.deepEqual(over.on({ type: 'again' }).effects, []);
    const neverBegun = terminal().on({ type: 'start' }, fatal);
    assert.deepEqual(neverBegun.on({ type: 'again' }).effects, []);
  });
});
