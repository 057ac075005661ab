import assert from 'node:assert/strict';
import type { TerminalSize } from '../../src/core/resources.js';
import { END_GRACE_MS, INPUT_LIMIT, MIN_TRY_INTERVAL_MS, reduce } from '../../src/terminal/machine.js';
import { type Effect, type Event, initialState, type State, type Write } from '../../src/terminal/state.js';
import { MAX_WRITE, WRITE_WINDOW } from '../../src/terminal/writes.js';

/** The byte that is typed at this place of the stream, so that a lost, doubled or reordered one shows. */
const typedAt = (place: number) => place % 251;

/** A write that is on its way, or whose answer is known and an earlier one's is not. */
interface Flight {
  id: number;
  /** The place of its first byte. */
  from: number;
  length: number;
  fate: Write['fate'];
}
const sum = (flights: readonly Flight[]) =>
  flights.reduce((total, { length, fate }) => total + (fate === 'arrived' ? 0 : length), 0);

/** Everything around the reducer: the connection, the remote session, the timer, and what the person was told. */
export class World {
  state: State;
  now = 1_000_000;
  private connection: 'none' | 'opening' | 'open' = 'none';
  private asked: 'launch' | 'attach' | undefined;
  private timer: number | undefined;
  private sessions = 0;
  private alive = false;
  private size: TerminalSize | undefined;
  private remoteSize: string | undefined;
  /** Bytes of the person's that the present session's terminal took, and those it wrote. */
  private accepted = 0;
  private written = 0;
  private inFlight: Flight[] = [];
  /** Bytes that the person was told of as missing, or as not sent. */
  private missing: number | undefined;
  private readonly terminated = new Set<string>();
  private closed = false;
  /** On closing, the session was to end too. */
  private ends = false;

  constructor(attaching: boolean) {
    if (attaching) this.alive = true;
    this.state = initialState(attaching ? 'kept' : undefined);
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

  private dispatch(event: Event): Effect[] {
    const before = this.state;
    const { state, effects } = reduce(before, event, this.now);
    this.state = state;
    if (event.type === 'close') this.closed = true;
    for (const effect of effects) this.perform(effect, before);
    this.check(before, effects);
    return effects;
  }

  private perform(effect: Effect, before: State): void {
    const { phase, sessionId } = this.state;
    if (this.closed && effect.type !== 'leave') {
      assert.ok(['terminate', 'disconnect', 'mayRun'].includes(effect.type), `${effect.type} after closing`);
    }
    switch (effect.type) {
      case 'connect':
        assert.deepEqual([phase, this.connection], ['connecting', 'none']);
        this.connection = 'opening';
        this.timer = undefined;
        break;
      case 'disconnect':
        this.connection = 'none';
        this.asked = this.timer = undefined;
        break;
      case 'launch':
      case 'attach':
        assert.deepEqual([this.connection, this.asked], ['open', undefined]);
        this.asked = effect.type;
        if (effect.type === 'launch') this.remoteSize = JSON.stringify(effect.size);
        else assert.equal(effect.sessionId, sessionId);
        break;
      case 'write':
        assert.deepEqual([phase, this.connection, effect.sessionId], ['live', 'open', sessionId]);
        assert.ok(effect.bytes.length > 0 && effect.bytes.length <= MAX_WRITE);
        assert.ok(
          effect.bytes.every((byte, n) => byte === typedAt(this.written + n)),
          'input lost, doubled or reordered',
        );
        assert.ok(
          this.inFlight.every(({ fate }) => fate === 'sent' || fate === 'arrived'),
          'written behind a gap',
        );
        this.inFlight.push({ id: effect.id, from: this.written, length: effect.bytes.length, fate: 'sent' });
        this.written += effect.bytes.length;
        break;
      case 'resize':
        assert.deepEqual([phase, this.connection, effect.sessionId], ['live', 'open', sessionId]);
        this.remoteSize = JSON.stringify(effect.size);
        break;
      case 'schedule':
        assert.ok(effect.ms >= 0 && effect.ms <= 30_000);
        this.timer = this.now + effect.ms;
        break;
      case 'terminate':
        assert.ok(this.ends && !this.terminated.has(effect.sessionId));
        this.terminated.add(effect.sessionId);
        break;
      case 'notice':
        this.hear(effect.notice, before);
        break;
    }
  }

  /** What is in doubt and what was not sent is told, to the byte. */
  private hear(notice: Extract<Effect, { type: 'notice' }>['notice'], before: State): void {
    if (notice.type === 'missing') {
      this.missing = notice.missing + notice.unsent;
    } else if (notice.type === 'lost') {
      const refused = this.inFlight.filter(({ fate }) => fate === 'refused' || fate === 'failed');
      if (refused.length > 0) {
        assert.equal(this.missing, sum(refused) + this.accepted - this.written);
        this.accepted = this.written;
      }
      assert.deepEqual([before.phase, notice.inDoubt], ['live', sum(this.inFlight) - sum(refused)]);
      assert.equal(notice.waiting ?? 0, this.accepted - this.written);
    } else if (notice.type === 'ended') {
      assert.equal(notice.unsent, this.accepted - this.written);
      if (notice.ending.kind === 'cutOff') assert.equal(notice.inDoubt, sum(this.inFlight));
      this.accepted = this.written;
    }
  }

  private check(before: State, effects: readonly Effect[]): void {
    const { phase, queue, unanswered, size, held, gone } = this.state;
    if (phase !== 'live') this.inFlight = [];
    if (phase !== 'closed') {
      const flights = unanswered.map(({ id, bytes, fate }) => [id, bytes.length, fate]);
      assert.deepEqual(
        flights,
        this.inFlight.map(({ id, length, fate }) => [id, length, fate]),
      );
    }
    assert.ok(sum(this.inFlight) <= WRITE_WINDOW);
    const holds = phase === 'live' && (gone || (held !== undefined && unanswered.length === 0));
    assert.equal(this.timer !== undefined, phase === 'waiting' || holds, 'a timer is pending exactly while waiting');
    if (phase === 'live' && !holds && unanswered.length === 0) assert.equal(queue.length, 0, 'what is typed is stuck');
    if (phase === 'waiting') assert.equal(this.timer, this.state.retryAt);
    if (phase !== 'closed')
      assert.equal(queue.length, this.accepted - this.written, 'a byte is neither sent nor queued');
    if (phase !== 'live') assert.ok(queue.length <= Math.max(INPUT_LIMIT, before.queue.length));
    if (phase !== 'closed') assert.deepEqual(size, this.size);
    if (phase === 'live' && size) assert.equal(this.remoteSize, JSON.stringify(size), 'the session has another size');
    if (phase === 'waiting' || phase === 'ended') assert.equal(this.connection, 'none');
    if (phase === 'ended' && before.phase !== 'ended') assert.equal(notices(effects, 'ended').length, 1);
    // Only a launch whose session is to be ended is waited for.
    if (phase === 'closed' && this.connection !== 'none') assert.ok(this.ends && this.asked === 'launch');
  }
}

function count(effects: readonly Effect[], type: Effect['type']): number {
  return effects.filter(effect => effect.type === type).length;
}

function notices(effects: readonly Effect[], type: string): Effect[] {
  return effects.filter(effect => effect.type === 'notice' && effect.notice.type === type);
}
