import { backoff } from '../core/clock.js';
import { afterBytes, NO_PASTE, type PastePlace, withLost, withOwedEnd } from './pastes.js';
import type { Effect, State, Step, Write } from './state.js';

/**
 * What is typed, on its way to the session: queued, sent in pieces, and settled by each piece's answer. A piece that the
 * service was too busy for is sent again where nothing that was typed later can stand in its place. Where something does,
 * nothing more of it is sent: an Enter would run another command than the one that was typed.
 */

/** Bytes sent and not answered: bounds what a dropped connection leaves in doubt. */
export const WRITE_WINDOW = 64 * 1024;
/** Bytes of one write. */
export const MAX_WRITE = 16 * 1024;
const BUSY_BASE_MS = 500;
const BUSY_MAX_MS = 5_000;
/** After a piece went missing, keys are taken again when none came for so long: those that were on their way do not count. */
export const QUIET_MS = 700;

/** Sends as much of the queue as the window has room for; to a busy service, one piece at a time. */
export function flush(before: State, effects: Effect[]): Step {
  const { sessionId, held, gone, busy } = before;
  const state = held || gone ? before : withOwedEnd(before);
  if (sessionId === undefined || held || gone || state.queue.length === 0) return { state, effects };
  const unanswered = [...state.unanswered];
  let { queue, lastWrite, place } = state;
  let room = busy > 0 ? (unanswered.length > 0 ? 0 : MAX_WRITE) : WRITE_WINDOW - sum(unanswered);
  // What follows a paste's beginning would be typed if that were refused.
  const mayFollow = () => !place.inside || !unanswered.some(({ opens, fate }) => opens && fate === 'sent');
  while (queue.length > 0 && room > 0 && mayFollow()) {
    const bytes = wholeBrackets(place, queue, Math.min(MAX_WRITE, room));
    if (bytes.length === 0) break;
    queue = queue.subarray(bytes.length);
    room -= bytes.length;
    const after = afterBytes(place, bytes).place;
    unanswered.push({ id: ++lastWrite, bytes, place, opens: after.inside && !place.inside, fate: 'sent' });
    place = after;
    effects.push({ type: 'write', sessionId, id: lastWrite, bytes });
  }
  return { state: { ...state, queue, place, unanswered, lastWrite }, effects };
}

/** A paste's bracket that is cut by a piece's end would be half lost with it. */
function wholeBrackets(place: PastePlace, queue: Uint8Array, length: number): Uint8Array {
  const bytes = queue.subarray(0, length);
  const { matched } = afterBytes(place, bytes).place;
  return length < queue.length ? bytes.subarray(0, bytes.length - matched.length) : bytes;
}

/** A piece arrived. It is done with when all before it are; till then it matters that it is there. */
export function onAnswered(state: State, id: number, now: number): Step {
  const known = withFate(state, id, 'arrived');
  const open = known.findIndex(({ fate }) => fate !== 'arrived');
  const unanswered = open < 0 ? [] : known.slice(open);
  if (!state.held) return flush({ ...state, unanswered, busy: 0 }, []);
  return settle({ ...state, unanswered }, now);
}

/** A piece did not arrive (`refused`), or nobody knows (`failed`). Until the others' fate is known, nothing is sent. */
export function onRefused(
  state: State,
  id: number,
  fate: 'refused' | 'failed',
  error: Error,
  random: number,
  now: number,
) {
  return settle({ ...state, unanswered: withFate(state, id, fate), held: { error, random } }, now);
}

/** The service may be less busy by now. */
export function onBusyOver(state: State): Step {
  return flush({ ...state, held: undefined }, []);
}

/** Every piece is lost that cannot be sent again in its place, and with it what was to follow. */
export function giveUp(state: State, now: number): Step {
  const { held, unanswered, queue } = state;
  if (!held || unanswered.length === 0) return { state, effects: [] };
  const lost = unanswered.filter(({ fate }) => fate === 'refused' || fate === 'failed');
  const later = unanswered.some(({ fate }) => fate === 'arrived');
  const rest = unanswered.filter(({ fate }) => fate === 'sent');
  const cut = withLost(state, lost);
  // Nothing of the queue is sent: of a paste that it ends in, more may come.
  const { place, touched } = afterBytes(state.place, queue);
  const next = {
    ...(touched ? { ...cut, owesPasteEnd: true } : cut),
    ...{ queue: new Uint8Array(0), unanswered: rest, held: undefined, deafUntil: now + QUIET_MS },
    ...{ place: NO_PASTE, skipping: place.inside ? place : cut.skipping },
  };
  const cutPaste = next.owesPasteEnd && !state.owesPasteEnd ? { cutPaste: true as const } : {};
  const notice = { type: 'missing' as const, error: held.error, missing: sum(lost), later, unsent: queue.length };
  return { state: next, effects: [{ type: 'notice', notice: { ...notice, ...cutPaste } }] };
}

function settle(state: State, now: number): Step {
  const { unanswered, held, busy } = state;
  if (!held || unanswered.some(({ fate }) => fate === 'sent')) return { state, effects: [] };
  if (unanswered.some(({ fate }) => fate !== 'refused')) {
    const left = giveUp(state, now);
    return flush(left.state, left.effects);
  }
  const ms = backoff(busy, held.random, BUSY_BASE_MS, BUSY_MAX_MS);
  const effects: Effect[] = [{ type: 'schedule', ms }];
  // The first wait is too short to tell of.
  if (busy === 1) effects.unshift({ type: 'notice', notice: { type: 'held', error: held.error } });
  const queue = unanswered.reduceRight((rest, { bytes }) => concat(bytes, rest), state.queue);
  const place = unanswered[0]?.place ?? state.place;
  return { state: { ...state, queue, place, unanswered: [], busy: busy + 1 }, effects };
}

function withFate({ unanswered }: State, id: number, fate: Write['fate']): Write[] {
  return unanswered.map(write => (write.id === id ? { ...write, fate } : write));
}

/** Ctrl+C and Ctrl+\. */
const INTERRUPTS = [0x03, 0x1c];

export function interrupts(bytes: Uint8Array): boolean {
  return INTERRUPTS.some(key => bytes.includes(key));
}

/** Bytes of what is not known to have arrived. */
export function sum(writes: readonly Write[]): number {
  return writes.reduce((total, { fate, bytes }) => total + (fate === 'arrived' ? 0 : bytes.length), 0);
}

export function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
