import type { State, Write } from './state.js';
import { concat } from './writes.js';

/**
 * Pastes in what is typed: a terminal brackets them for programs that ask for it. Where a part of one is lost, its end may
 * be too, and the program would wait for it, deaf to keys; or its beginning, and the program would take lines for typed.
 * So the rest of it is not sent, and its end is.
 */
const START = '\x1b[200~';
const END = '\x1b[201~';
export const PASTE_END = new TextEncoder().encode(END);
/** A key's sequence begins likewise. */
const TELLING = 3;

/** Where a stream of input is: within a paste or not, and how much of the next bracket it ends with. */
export interface PastePlace {
  readonly inside: boolean;
  readonly matched: string;
}

export const NO_PASTE: PastePlace = { inside: false, matched: '' };

/** @returns where the stream is after these bytes, and whether any of them belongs to a paste */
export function afterBytes(place: PastePlace, bytes: Uint8Array): { place: PastePlace; touched: boolean } {
  const text = place.matched + latin1(bytes);
  let { inside } = place;
  let touched = inside || text.includes(END);
  let at = 0;
  for (;;) {
    const found = text.indexOf(inside ? END : START, at);
    if (found < 0) break;
    at = found + START.length;
    inside = !inside;
    touched = true;
  }
  const matched = endOfBracket(text.slice(at), inside ? END : START);
  return { place: { inside, matched }, touched: touched || matched.length >= TELLING };
}

/** These writes are lost, or may be. */
export function withLost(state: State, lost: readonly Write[]): State {
  if (!lost.some(({ place, bytes }) => afterBytes(place, bytes).touched)) return state;
  const { inside, matched } = state.place;
  const cut = { ...state, owesPasteEnd: true, place: NO_PASTE };
  if (!inside && matched.length < TELLING) return cut;
  const { rest, skipping } = skipPaste({ inside: true, matched: inside ? matched : '' }, state.queue);
  return { ...cut, queue: rest, skipping };
}

/** @returns what stands behind the paste's end, or where in it the bytes end */
export function skipPaste(
  place: PastePlace,
  bytes: Uint8Array,
): { rest: Uint8Array<ArrayBufferLike>; skipping: PastePlace | undefined } {
  const text = place.matched + latin1(bytes);
  const end = text.indexOf(END);
  if (end >= 0) return { rest: bytes.subarray(end + END.length - place.matched.length), skipping: undefined };
  return { rest: new Uint8Array(0), skipping: { inside: true, matched: endOfBracket(text, END) } };
}

/** The end that a program may wait for comes before all that is typed. */
export function withOwedEnd(state: State): State {
  if (!state.owesPasteEnd) return state;
  return { ...state, owesPasteEnd: false, queue: concat(PASTE_END, state.queue) };
}

function endOfBracket(text: string, bracket: string): string {
  for (let length = bracket.length - 1; length > 0; length--) {
    if (text.endsWith(bracket.slice(0, length))) return bracket.slice(0, length);
  }
  return '';
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
