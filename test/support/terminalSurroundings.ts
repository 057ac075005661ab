import assert from 'node:assert/strict';
import type { TerminalSize } from '../../src/core/resources.js';
import { reduce } from '../../src/terminal/machine.js';
import { type Effect, type Event, initialState, type State } from '../../src/terminal/state.js';
import { MAX_WRITE } from '../../src/terminal/writes.js';
import { check, type Flight, sum } from './terminalRules.js';

/** The byte that is typed at this place of the stream, so that a lost, doubled or reordered one shows. */
export const typedAt = (place: number) => place % 251;

/** What is around the reducer, and what its effects do to that: the connection, the remote session, the timer, the person. */
export class TerminalSurroundings {
  state: State;
  now = 1_000_000;
  connection: 'none' | 'opening' | 'open' = 'none';
  asked: 'launch' | 'attach' | undefined;
  timer: number | undefined;
  protected sessions = 0;
  protected alive = false;
  size: TerminalSize | undefined;
  remoteSize: string | undefined;
  /** Bytes of the person's that the present session's terminal took, and those it wrote. */
  accepted = 0;
  written = 0;
  inFlight: Flight[] = [];
  /** Bytes that the person was told of as missing, or as not sent. */
  protected missing: number | undefined;
  protected readonly terminated = new Set<string>();
  protected closed = false;
  /** On closing, the session was to end too. */
  ends = false;

  constructor(sessionId: string | undefined) {
    this.state = initialState(sessionId);
  }

  protected dispatch(event: Event): Effect[] {
    const before = this.state;
    const { state, effects } = reduce(before, event, this.now);
    this.state = state;
    if (event.type === 'close') this.closed = true;
    for (const effect of effects) this.perform(effect, before);
    if (state.phase !== 'live') this.inFlight = [];
    check(state, before, effects, this);
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
}
