import { backoff } from '../core/clock.js';
import type { TerminalSize } from '../core/resources.js';
import { endKey } from './endKeys.js';
import { afterBytes, PASTE_END, skipPaste, withLost } from './pastes.js';
import { type Effect, type Ending, type Event, initialState, type Notice, type State, type Step } from './state.js';
import { wholeSize } from './whole.js';
import { concat, flush, giveUp, onAnswered, onBusyOver, onRefused, QUIET_MS, sum } from './writes.js';

/**
 * The life of one terminal as a pure reducer: what happened goes in, the next state and what is to be done come out. It
 * holds no socket, no clock and no text; `remoteTerminal.ts` carries out the effects and `words.ts` says the notices.
 *
 *   connecting → launching → live ⇄ waiting → connecting → attaching → live … → ended → connecting (Enter) | closed
 *
 * Invariants (held by the model test): every byte of input arrives at most once and in order; it is written, still
 * queued, refused (and said to be), or in doubt (and said to be). Nothing is sent to a session that is not live.
 */

/** Bytes typed while there is no session to send them to; more is refused. */
export const INPUT_LIMIT = 64 * 1024;
const RETRY_BASE_MS = 500;
const RETRY_MAX_MS = 30_000;
/** A session that was live for less than this has not recovered: the next try comes later than the one before. */
const STABLE_MS = 2_000;
/** Typing makes the next try come at once, but for this. */
export const MIN_TRY_INTERVAL_MS = 1_000;
/** How long after a write that found no session its exit is waited for. */
export const EXIT_WAIT_MS = 1_000;
/** After the end, keys that were on their way do not count as an answer to it. */
export const END_GRACE_MS = 700;
const DEFAULT_SIZE: TerminalSize = { cols: 80, rows: 24 };

/** @param now by `Clock.elapsed` */
export function reduce(state: State, event: Event, now: number): Step {
  if (state.phase === 'closed') return reduceClosed(state, event);
  switch (event.type) {
    case 'start':
      return connect(state, now);
    case 'opened':
      return onOpened(state);
    case 'launched':
      return onLaunched(state, event.sessionId, now);
    case 'launchFailed':
      return state.phase === 'launching' ? end(state, { kind: 'failed' }, now, event.error) : same(state);
    case 'attached':
      return onAttached(state, event.found, now);
    case 'dropped':
      return onDropped(state, event, now);
    case 'renew':
      if (state.phase === 'launching') return same({ ...state, outdated: true });
      return onDropped(state, { ...event, fatal: false, renewed: true }, now);
    case 'timer':
      if (state.phase === 'live' && state.gone) return endGone(state, now);
      if (state.phase === 'live' && state.held) return onBusyOver(state);
      return state.phase === 'waiting' ? connect(state, now) : same(state);
    case 'online':
      return state.phase === 'waiting' ? connect(state, now) : same(state);
    case 'again':
      return state.phase === 'ended' && mayGoOn(state) ? reattach(state, now) : same(state);
    case 'input':
      return onInput(state, event.bytes, now);
    case 'answered':
      return state.phase === 'live' && !state.gone ? onAnswered(state, event.id, now) : same(state);
    case 'writeFailed':
      return onWriteFailed(state, event, now);
    case 'resize':
      return onResize(state, wholeSize(event.size));
    case 'exit':
      if (event.sessionId !== state.sessionId) return same(state);
      if (state.phase !== 'live' && state.phase !== 'attaching') return same(state);
      return end(state, { kind: 'exit', exitCode: event.exitCode }, now);
    case 'close':
      return onClose(state, event.terminate);
  }
}

function same(state: State): Step {
  return { state, effects: [] };
}

function connect(state: State, now: number): Step {
  return { state: { ...state, phase: 'connecting', triedAt: now }, effects: [{ type: 'connect' }] };
}

function onOpened(state: State): Step {
  if (state.phase !== 'connecting') return same(state);
  const { sessionId } = state;
  if (sessionId !== undefined) {
    return { state: { ...state, phase: 'attaching' }, effects: [{ type: 'attach', sessionId }] };
  }
  const size = state.size ?? DEFAULT_SIZE;
  return { state: { ...state, phase: 'launching', sentSize: size }, effects: [{ type: 'launch', size }] };
}

function onLaunched(state: State, sessionId: string, now: number): Step {
  if (state.phase !== 'launching') return same(state);
  if (!state.outdated) return goLive({ ...state, sessionId }, now, []);
  const { state: next, effects } = connect({ ...state, sessionId, outdated: false, wasLive: true }, now);
  return { state: next, effects: [{ type: 'disconnect' }, ...effects] };
}

function onAttached(state: State, found: boolean, now: number): Step {
  if (state.phase !== 'attaching') return same(state);
  if (!found) return end(state, { kind: 'gone' }, now);
  const effects: Effect[] = state.wasLive ? [{ type: 'notice', notice: { type: 'reconnected' } }] : [];
  return goLive({ ...state, sentSize: undefined }, now, effects);
}

/** The session takes input: the size first, if it is not what the session has, then what was typed meanwhile. */
function goLive(state: State, now: number, effects: Effect[]): Step {
  const attached = state.sentSize === undefined;
  const live: State = { ...state, phase: 'live', liveAt: now, refused: false, wasLive: true, told: undefined };
  return flush(...sendSize(live, effects, attached));
}

function sendSize(state: State, effects: Effect[], redraw: boolean): [State, Effect[]] {
  const { size, sentSize, sessionId } = state;
  if (!size || !sessionId || (size.cols === sentSize?.cols && size.rows === sentSize.rows)) return [state, effects];
  return [{ ...state, sentSize: size }, [...effects, { type: 'resize', sessionId, size, redraw }]];
}

type Drop = Omit<Extract<Event, { type: 'dropped' }>, 'type'> & { renewed?: true };

function onDropped(state: State, { error, fatal, answered, random, renewed }: Drop, now: number): Step {
  if (state.phase === 'ended' || state.phase === 'waiting') return same(state);
  if (state.phase === 'launching') return end(state, { kind: 'uncertain' }, now, error);
  if (state.phase === 'live' && state.gone) return endGone(state, now);
  if (fatal) return end(state, { kind: state.sessionId === undefined ? 'failed' : 'cutOff' }, now, error);
  // Of what was refused before something that may have arrived, the place is lost.
  const { state: left, effects: givenUp } = giveUp(state, now);
  const kept = withLost(left, left.unanswered);
  const effects: Effect[] = [{ type: 'disconnect' }, ...givenUp];
  if (state.phase === 'live') {
    const waiting = kept.queue.length > 0 ? { waiting: kept.queue.length } : {};
    const notice: Notice = {
      type: 'lost',
      error,
      inDoubt: sum(kept.unanswered),
      ...waiting,
      ...(renewed && { renewed }),
      ...(kept.owesPasteEnd && !left.owesPasteEnd && { cutPaste: true }),
    };
    effects.push({ type: 'notice', notice });
  } else if (isNews(state, error, answered)) {
    effects.push({ type: 'notice', notice: { type: 'unreachable', error } });
  }
  const attempt = state.phase === 'live' && now - state.liveAt >= STABLE_MS ? 0 : state.attempt;
  const ms = backoff(attempt, random, RETRY_BASE_MS, RETRY_MAX_MS);
  effects.push({ type: 'schedule', ms });
  const waiting: State = {
    ...kept,
    phase: 'waiting',
    unanswered: [],
    held: undefined,
    told: answered ? error.message : state.told,
  };
  return { state: { ...waiting, attempt: attempt + 1, retryAt: now + ms }, effects };
}

/** Why it cannot be reached is told once; what something in between answers, again when it answers something else. */
function isNews(state: State, error: Error, answered: boolean | undefined): boolean {
  if (answered && state.told !== error.message) return true;
  return state.attempt === 0 && !state.wasLive;
}

function onInput(state: State, bytes: Uint8Array, now: number): Step {
  if (bytes.length === 0) return same(state);
  if (state.phase === 'ended') return onKeyAfterEnd(state, bytes, now);
  if (state.skipping) {
    const { rest, skipping } = skipPaste(state.skipping, bytes);
    return onInput({ ...state, skipping }, rest, now);
  }
  if (now < state.deafUntil) {
    return { state: { ...withRefused(state, bytes), deafUntil: now + QUIET_MS }, effects: [{ type: 'bell' }] };
  }
  if (state.phase === 'live') return flush({ ...state, queue: concat(state.queue, bytes) }, []);
  const effects: Effect[] = [];
  let next = state;
  if (state.queue.length + bytes.length <= INPUT_LIMIT) {
    next = { ...state, queue: concat(state.queue, bytes) };
  } else {
    // All of it or none: half of what was typed would be a different command.
    effects.push({ type: 'bell' });
    if (!state.refused) effects.push({ type: 'notice', notice: { type: 'inputFull' } });
    next = { ...withRefused(state, bytes), refused: true };
  }
  const soon = Math.max(now, state.triedAt + MIN_TRY_INTERVAL_MS);
  if (state.phase === 'waiting' && soon < state.retryAt) {
    effects.push({ type: 'schedule', ms: soon - now });
    next = { ...next, retryAt: soon };
  }
  return { state: next, effects };
}

/** What is refused of a paste is refused to its end; one that began before is ended. */
function withRefused(state: State, bytes: Uint8Array): State {
  const { place } = afterBytes(state.place, state.queue);
  const { place: after } = afterBytes(place, bytes);
  const ended = place.inside ? { queue: concat(state.queue, PASTE_END) } : {};
  return { ...state, ...ended, skipping: after.inside ? after : undefined };
}

function onKeyAfterEnd(state: State, bytes: Uint8Array, now: number): Step {
  const key = endKey(bytes);
  if (key === undefined) return same(state);
  const early = now - state.endedAt < END_GRACE_MS;
  const enter = key === 'enter';
  // Of a session that may go on, no key is to be the last that is seen.
  if (mayGoOn(state)) return enter && !early ? reattach(state, now) : { state, effects: [{ type: 'bell' }] };
  if (early) return same(state);
  if (!enter) {
    const exitCode = state.ending?.kind === 'exit' ? state.ending.exitCode : undefined;
    return { state: { ...state, phase: 'closed' }, effects: [{ type: 'leave', exitCode }] };
  }
  return connect({ ...initialState(), size: state.size }, now);
}

function reattach(state: State, now: number): Step {
  const { size, sessionId, wasLive, owesPasteEnd } = state;
  if (sessionId === undefined) return same(state);
  return connect({ ...initialState(sessionId), size, wasLive, owesPasteEnd }, now);
}

function onWriteFailed(state: State, event: Extract<Event, { type: 'writeFailed' }>, now: number): Step {
  if (state.phase !== 'live' || state.gone) return same(state);
  const { id, error, why, random } = event;
  // The exit, which tells how it ended, can come behind the answer.
  if (why === 'gone') return { state: { ...state, gone: true }, effects: [{ type: 'schedule', ms: EXIT_WAIT_MS }] };
  return onRefused(state, id, why === 'busy' ? 'refused' : 'failed', error, random, now);
}

function endGone(state: State, now: number): Step {
  return end(state, { kind: 'gone', connected: true }, now);
}

function onResize(state: State, size: TerminalSize | undefined): Step {
  if (!size) return same(state);
  const next = { ...state, size };
  if (state.phase !== 'live') return same(next);
  // One that was attached before its tab had a size is to draw itself too.
  const [sized, effects] = sendSize(next, [], state.sentSize === undefined);
  return { state: sized, effects };
}

function end(state: State, ending: Ending, now: number, error?: Error): Step {
  // Of a session that has ended itself, nobody asks any more what it still received.
  const inDoubt = ending.kind === 'cutOff' ? sum(state.unanswered) : 0;
  const { touched } = afterBytes(state.place, state.queue);
  const left = touched ? { ...state, owesPasteEnd: true } : withLost(state, state.unanswered);
  const notice: Notice = { type: 'ended', ending, inDoubt, unsent: state.queue.length, ...(error ? { error } : {}) };
  return {
    state: { ...left, phase: 'ended', endedAt: now, ending, queue: new Uint8Array(0), unanswered: [] },
    effects: [{ type: 'disconnect' }, { type: 'notice', notice }],
  };
}

/** Where the service would not have us, the session may well go on. */
function mayGoOn(state: State): boolean {
  return state.phase !== 'ended' || state.ending?.kind === 'cutOff';
}

function onClose(state: State, terminate: boolean): Step {
  const launching = state.phase === 'launching';
  const closed: State = { ...state, phase: 'closed', queue: new Uint8Array(0), terminate: terminate && launching };
  // Its id comes with the launch's answer; until then the connection stays.
  if (closed.terminate) return same(closed);
  const effects: Effect[] = [];
  if (terminate && state.sessionId !== undefined && mayGoOn(state)) {
    effects.push({ type: 'terminate', sessionId: state.sessionId });
  }
  effects.push({ type: 'disconnect' });
  return { state: closed, effects };
}

function reduceClosed(state: State, event: Event): Step {
  if (!state.terminate) return same(state);
  const over: State = { ...state, terminate: false };
  switch (event.type) {
    case 'launched': {
      const { sessionId } = event;
      return { state: { ...over, sessionId }, effects: [{ type: 'terminate', sessionId }, { type: 'disconnect' }] };
    }
    case 'launchFailed':
      return { state: over, effects: [{ type: 'disconnect' }] };
    case 'dropped':
      return { state: over, effects: [{ type: 'disconnect' }, { type: 'mayRun', error: event.error }] };
    default:
      return same(state);
  }
}
