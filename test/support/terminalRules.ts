import assert from 'node:assert/strict';
import type { TerminalSize } from '../../src/core/resources.js';
import { INPUT_LIMIT } from '../../src/terminal/machine.js';
import type { Effect, State, Write } from '../../src/terminal/state.js';
import { WRITE_WINDOW } from '../../src/terminal/writes.js';

/** A write that is on its way, or whose answer is known and an earlier one's is not. */
export interface Flight {
  id: number;
  /** The place of its first byte. */
  from: number;
  length: number;
  fate: Write['fate'];
}
export const sum = (flights: readonly Flight[]) =>
  flights.reduce((total, { length, fate }) => total + (fate === 'arrived' ? 0 : length), 0);

/** What is so around the reducer. */
export interface Surroundings {
  readonly connection: 'none' | 'opening' | 'open';
  readonly asked: 'launch' | 'attach' | undefined;
  readonly timer: number | undefined;
  readonly size: TerminalSize | undefined;
  readonly remoteSize: string | undefined;
  readonly accepted: number;
  readonly written: number;
  readonly inFlight: readonly Flight[];
  readonly ends: boolean;
}

/** What is true after every event. */
export function check(state: State, before: State, effects: readonly Effect[], around: Surroundings): void {
  const { phase, queue, unanswered, held, gone } = state;
  if (phase !== 'closed') {
    const flights = unanswered.map(({ id, bytes, fate }) => [id, bytes.length, fate]);
    assert.deepEqual(
      flights,
      around.inFlight.map(({ id, length, fate }) => [id, length, fate]),
    );
  }
  assert.ok(sum(around.inFlight) <= WRITE_WINDOW);
  const holds = phase === 'live' && (gone || (held !== undefined && unanswered.length === 0));
  assert.equal(around.timer !== undefined, phase === 'waiting' || holds, 'a timer is pending exactly while waiting');
  if (phase === 'live' && !holds && unanswered.length === 0) assert.equal(queue.length, 0, 'what is typed is stuck');
  if (phase === 'waiting') assert.equal(around.timer, state.retryAt);
  if (phase !== 'closed')
    assert.equal(queue.length, around.accepted - around.written, 'a byte is neither sent nor queued');
  if (phase !== 'live') assert.ok(queue.length <= Math.max(INPUT_LIMIT, before.queue.length));
  if (phase !== 'closed') assert.deepEqual(state.size, around.size);
  if (phase === 'live' && state.size)
    assert.equal(around.remoteSize, JSON.stringify(state.size), 'the session has another size');
  if (phase === 'waiting' || phase === 'ended') assert.equal(around.connection, 'none');
  if (phase === 'ended' && before.phase !== 'ended') assert.equal(notices(effects, 'ended').length, 1);
  // Only a launch whose session is to be ended is waited for.
  if (phase === 'closed' && around.connection !== 'none') assert.ok(around.ends && around.asked === 'launch');
}

export function count(effects: readonly Effect[], type: Effect['type']): number {
  return effects.filter(effect => effect.type === type).length;
}

export function notices(effects: readonly Effect[], type: string): Effect[] {
  return effects.filter(effect => effect.type === 'notice' && effect.notice.type === type);
}
