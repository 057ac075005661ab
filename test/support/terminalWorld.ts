import assert from 'node:assert/strict';
import { END_GRACE_MS, INPUT_LIMIT, MIN_TRY_INTERVAL_MS } from '../../src/terminal/machine.js';
import type { Effect, Event, Write } from '../../src/terminal/state.js';
import { count, notices, sum } from './terminalRules.js';
import { TerminalSurroundings, typedAt } from './terminalSurroundings.js';

/** Everything around the reducer, and all that can happen there. */
export class World extends TerminalSurroundings {
  constructor(attaching: boolean) {
    super(attaching ? 'kept' : undefined);
    this.alive = attaching;
    this.dispatch({ type: 'start' });
  }

  /** Lets one thing happen, of those that can. @param amount and chance give it its particulars */
  step(what: string, amount: number, chance: number): void {
    const error = new Error(what);
    switch (what) {
      case 'pass':
        this.pass(amount);
        break;
      case 'timer':
        if (this.timer !== undefined) this.pass(this.timer - this.now);
        break;
      case 'online':
        this.dispatch({ type: 'online' });
        break;
      case 'resize':
        this.size = { cols: 1 + (amount % 5), rows: 1 + (amount % 7) };
        this.dispatch({ type: 'resize', size: this.size });
        break;
      case 'type':
        this.type(amount);
        break;
      case 'key':
        this.key(chance < 0.5 ? '\r' : chance < 0.75 ? '\x1b[0n' : 'q');
        break;
      case 'again':
        this.again();
        break;
      case 'open':
        if (this.connection === 'opening') {
          this.connection = 'open';
          this.dispatch({ type: 'opened' });
        }
        break;
      case 'grant':
        this.grant(chance);
        break;
      case 'refuse':
        if (this.asked === 'launch') this.answerTo('launch', { type: 'launchFailed', error });
        break;
      case 'answer':
        this.answer(chance, 'arrived');
        break;
      case 'refuseWrite':
        if (chance < 0.2) this.alive = false;
        this.answer((chance * 7) % 1, this.alive ? (chance < 0.8 ? 'refused' : 'failed') : 'gone');
        break;
      case 'drop':
        this.drop(error, chance);
        break;
      case 'renew':
        this.dispatch({ type: 'renew', error, random: chance });
        break;
      case 'exit':
        if (this.connection === 'open' && this.state.sessionId && this.alive && this.asked !== 'launch') {
          this.alive = false;
          this.dispatch({ type: 'exit', sessionId: this.state.sessionId, exitCode: amount % 3 });
        }
        break;
      case 'vanish':
        if (this.connection === 'none') this.alive = false;
        break;
      case 'close':
        this.close(chance < 0.5);
        break;
    }
  }

  private drop(error: Error, chance: number): void {
    if (this.connection === 'none') return;
    const unheard = this.closed && this.asked === 'launch';
    const effects = this.dispatch({ type: 'dropped', error, fatal: chance < 0.1, random: chance });
    assert.equal(count(effects, 'mayRun'), unheard ? 1 : 0);
  }

  private pass(ms: number): void {
    this.now += ms;
    if (this.timer === undefined || this.timer > this.now) return;
    if (this.state.phase === 'waiting')
      assert.ok(this.now - this.state.triedAt >= 250, 'tries follow each other too fast');
    this.timer = undefined;
    this.dispatch({ type: 'timer' });
  }

  /** A write is answered: mostly the oldest, for the service carries them out in order. */
  private answer(chance: number, fate: Write['fate'] | 'gone'): void {
    const open = this.inFlight.filter(flight => flight.fate === 'sent');
    const flight = open[chance < 0.7 ? 0 : Math.floor(chance * open.length)];
    if (!flight) return;
    const { id } = flight;
    const error = new Error(fate);
    if (fate === 'gone' || this.state.gone) {
      const known = this.state.gone;
      const effects = this.dispatch({ type: 'writeFailed', id, error, why: 'gone', random: chance });
      assert.deepEqual([effects.length, count(effects, 'schedule')], known ? [0, 0] : [1, 1]);
      return;
    }
    flight.fate = fate;
    while (this.inFlight[0]?.fate === 'arrived') this.inFlight.shift();
    const settled = this.state.phase === 'live' && this.inFlight.every(each => each.fate !== 'sent');
    const refused = this.inFlight.filter(each => each.fate === 'refused');
    const lost = settled && refused.length < this.inFlight.length;
    const missing = sum(this.inFlight) + this.accepted - this.written;
    if (lost) {
      this.accepted = this.written;
      this.inFlight = [];
    } else if (settled && refused[0]) {
      this.written = refused[0].from;
      this.inFlight = [];
    }
    const why = fate === 'refused' ? 'busy' : 'other';
    const effects = this.dispatch(
      fate === 'arrived' ? { type: 'answered', id } : { type: 'writeFailed', id, error, why, random: chance },
    );
    assert.equal(notices(effects, 'missing').length, lost ? 1 : 0);
    if (lost) assert.equal(this.missing, missing);
  }

  private type(amount: number): void {
    if (this.state.phase === 'ended') return;
    const bytes = Uint8Array.from({ length: amount }, (_, n) => typedAt(this.accepted + n));
    const { queue, phase } = this.state;
    if (this.closed || amount === 0) {
      this.dispatch({ type: 'input', bytes });
      return;
    }
    const deaf = this.now < this.state.deafUntil;
    const fits = !deaf && (phase === 'live' || queue.length + amount <= INPUT_LIMIT);
    if (fits) this.accepted += amount;
    const wasRefused = this.state.refused;
    const effects = this.dispatch({ type: 'input', bytes });
    assert.equal(count(effects, 'bell'), fits ? 0 : 1);
    assert.equal(notices(effects, 'inputFull').length, fits || deaf || wasRefused ? 0 : 1);
    if (phase === 'waiting' && !deaf) {
      const latest = Math.max(this.now, this.state.triedAt + MIN_TRY_INTERVAL_MS);
      assert.ok((this.timer ?? 0) <= latest, 'typing does not bring the next try nearer');
    }
  }

  private key(text: string): void {
    const { phase, endedAt, ending, sessionId } = this.state;
    if (phase !== 'ended') return;
    const effects = this.dispatch({ type: 'input', bytes: Buffer.from(text) });
    const early = this.now - endedAt < END_GRACE_MS;
    if (text.startsWith('\x1b')) {
      assert.deepEqual([effects, this.state.phase], [[], 'ended']);
    } else if (early || (ending?.kind === 'cutOff' && text !== '\r')) {
      assert.deepEqual([count(effects, 'bell'), this.state.phase], [ending?.kind === 'cutOff' ? 1 : 0, 'ended']);
    } else if (text === '\r') {
      assert.equal(this.state.sessionId, ending?.kind === 'cutOff' ? sessionId : undefined);
      assert.deepEqual([this.state.phase, count(effects, 'connect')], ['connecting', 1]);
      this.accepted = this.written = 0;
    } else {
      assert.deepEqual([this.state.phase, count(effects, 'leave')], ['closed', 1]);
      this.closed = true;
    }
  }

  /** Somebody signed in anew, or asked for the tab: only what failed goes on, with the session it had. */
  private again(): void {
    const { phase, ending, sessionId } = this.state;
    const goesOn = phase === 'ended' && ending?.kind === 'cutOff';
    const effects = this.dispatch({ type: 'again' });
    assert.deepEqual([count(effects, 'connect'), effects.length], goesOn ? [1, 1] : [0, 0]);
    assert.equal(this.state.sessionId, sessionId);
    if (goesOn) this.accepted = this.written = 0;
  }

  private grant(chance: number): void {
    if (this.asked === 'attach') {
      const found = this.alive;
      const wasLive = this.state.wasLive;
      this.remoteSize = undefined;
      const effects = this.answerTo('attach', { type: 'attached', found });
      if (this.closed) return;
      assert.equal(notices(effects, 'reconnected').length, found && wasLive ? 1 : 0);
      const redraws = effects.filter(effect => effect.type === 'resize' && effect.redraw).length;
      assert.equal(redraws, found && this.state.size ? 1 : 0);
    } else if (this.asked === 'launch') {
      this.alive = true;
      if (chance < 0.3) this.step('resize', Math.floor(chance * 100), chance);
      const sessionId = `s${this.sessions++}`;
      const { outdated } = this.state;
      this.answerTo('launch', { type: 'launched', sessionId });
      if (!this.closed) assert.equal(this.state.phase, outdated ? 'connecting' : 'live');
      assert.equal(this.terminated.has(sessionId), this.closed);
    }
  }

  /** A session that is to end is ended at once, or as soon as its id is known. */
  private close(terminate: boolean): void {
    const { sessionId, phase, ending } = this.state;
    const mayRun = sessionId !== undefined && (phase !== 'ended' || ending?.kind === 'cutOff');
    const launching = this.asked === 'launch';
    if (this.closed) return void this.dispatch({ type: 'close', terminate });
    this.ends = terminate;
    const effects = this.dispatch({ type: 'close', terminate });
    assert.equal(count(effects, 'terminate'), terminate && mayRun ? 1 : 0);
    assert.equal(this.connection, terminate && launching ? 'open' : 'none');
  }

  private answerTo(asked: 'launch' | 'attach', event: Event): Effect[] {
    assert.equal(this.asked, asked);
    this.asked = undefined;
    return this.dispatch(event);
  }
}
