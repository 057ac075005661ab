// The reducer of a terminal, one event after the other.
import { reduce } from '../../src/terminal/machine.js';
import { type Effect, type Event, initialState, type Notice } from '../../src/terminal/state.js';

export const error = new Error('no');
export const drop = { type: 'dropped', error, fatal: false, random: 0.5 } as const satisfies Event;
export const fatal: Event = { ...drop, fatal: true };
export const input = (text: string): Event => ({ type: 'input', bytes: Buffer.from(text) });
export const answered = (id: number): Event => ({ type: 'answered', id });
export const failed = (id: number, why: 'gone' | 'busy' | 'other'): Event => ({
  type: 'writeFailed',
  id,
  error,
  why,
  random: 0.5,
});
export const size = { cols: 120, rows: 40 };
export const upToLive: Event[] = [{ type: 'start' }, { type: 'opened' }, { type: 'launched', sessionId: 's' }];
export const upToAttached: Event[] = [{ type: 'timer' }, { type: 'opened' }, { type: 'attached', found: true }];

/** A terminal, and what its last event had for effects. */
export function terminal(sessionId?: string) {
  let state = initialState(sessionId);
  let now = 1_000_000;
  let effects: Effect[] = [];
  const self = {
    after(ms: number, ...events: Event[]) {
      now += ms;
      for (const event of events) ({ state, effects } = reduce(state, event, now));
      return self;
    },
    on: (...events: Event[]) => self.after(0, ...events),
    get state() {
      return state;
    },
    get effects() {
      return effects;
    },
    get kinds() {
      return effects.map(effect => effect.type);
    },
    get notice(): Notice | undefined {
      return effects.flatMap(effect => (effect.type === 'notice' ? [effect.notice] : []))[0];
    },
    get written() {
      return effects.flatMap(effect => (effect.type === 'write' ? [Buffer.from(effect.bytes).toString()] : []));
    },
    get wait() {
      return effects.flatMap(effect => (effect.type === 'schedule' ? [effect.ms] : []))[0];
    },
  };
  return self;
}

export const live = () => terminal().on(...upToLive);
