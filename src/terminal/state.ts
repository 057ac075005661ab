import type { TerminalSize } from '../core/resources.js';
import { NO_PASTE, type PastePlace } from './pastes.js';

/** What `machine.ts` reduces: the state of a terminal, what can happen to it, and what is to be done. */

export type Phase = 'connecting' | 'launching' | 'attaching' | 'live' | 'waiting' | 'ended' | 'closed';

export interface State {
  readonly phase: Phase;
  /** Known from the launch's answer on, or from the start when attaching. */
  readonly sessionId: string | undefined;
  /** Undefined until the terminal is laid out. */
  readonly size: TerminalSize | undefined;
  /** The size the session was last told. */
  readonly sentSize: TerminalSize | undefined;
  /** Typed and not sent yet. */
  readonly queue: Uint8Array;
  /** Where the queue begins. */
  readonly place: PastePlace;
  /** A part of a paste was lost: its end is to be sent, and what still comes of it is not. */
  readonly owesPasteEnd: boolean;
  readonly skipping: PastePlace | undefined;
  /** What was sent and is not done with, oldest first. */
  readonly unanswered: readonly Write[];
  /** The id of the last one. */
  readonly lastWrite: number;
  /** Why nothing is sent though the session is live: the service refused a write. */
  readonly held: { readonly error: Error; readonly random: number } | undefined;
  /** A write found no session: how that ended may be on its way. */
  readonly gone: boolean;
  /** How often in a row the service was too busy for what was sent. */
  readonly busy: number;
  /** Keys are refused until then: something before them is missing. By `Clock.elapsed`, as all times here. */
  readonly deafUntil: number;
  /** Failed tries since the session was last live for a while. */
  readonly attempt: number;
  /** When the last try began, when the next is to begin, and when the session was last live. */
  readonly triedAt: number;
  readonly retryAt: number;
  readonly liveAt: number;
  /** Input was refused since the session was last live, and that was said. */
  readonly refused: boolean;
  /** The connection is of no more use, but for the launch's answer that it is to bring. */
  readonly outdated: boolean;
  /** What was said last of why nothing gets through, since the session was live. */
  readonly told: string | undefined;
  /** Whether the session was ever live on this or an earlier connection. */
  readonly wasLive: boolean;
  readonly endedAt: number;
  readonly ending: Ending | undefined;
  /** On closing: the remote session is to end too, as soon as its id is known. */
  readonly terminate: boolean;
}

/** `refused`: it did not arrive. `failed`: nobody knows. `arrived`: after one that did not. */
export interface Write {
  readonly id: number;
  readonly bytes: Uint8Array;
  /** Where it begins, and whether a paste begins in it that it does not end. */
  readonly place: PastePlace;
  readonly opens: boolean;
  readonly fate: 'sent' | 'arrived' | 'refused' | 'failed';
}

export type Ending =
  | { kind: 'exit'; exitCode: number | undefined }
  /** It was not there any more when it was looked up, or typed to. */
  | { kind: 'gone'; connected?: true }
  /** It could not be started. */
  | { kind: 'failed' }
  /** The service will not have us. The session may well go on. */
  | { kind: 'cutOff' }
  /** The connection ended while it was being started: it may be running. */
  | { kind: 'uncertain' };

export type Event =
  | { type: 'start' }
  | { type: 'opened' }
  | { type: 'launched'; sessionId: string }
  | { type: 'launchFailed'; error: Error }
  | { type: 'attached'; found: boolean }
  /** `fatal`: trying again cannot help, as with refused credentials. */
  /** `answered`: something did answer, and would not let us through. */
  | { type: 'dropped'; error: Error; fatal: boolean; answered?: boolean; random: number }
  /** Calls are to be made in another way from now on, as with a key in the place of a former one. */
  | { type: 'renew'; error: Error; random: number }
  | { type: 'timer' }
  | { type: 'online' }
  /** What kept the service from having us is over: somebody signed in, or asks for the session again. */
  | { type: 'again' }
  | { type: 'input'; bytes: Uint8Array }
  | { type: 'answered'; id: number }
  /** The service refused one write: it has no such session, was too busy to take it, or anything else. */
  | { type: 'writeFailed'; id: number; error: Error; why: 'gone' | 'busy' | 'other'; random: number }
  | { type: 'resize'; size: TerminalSize }
  | { type: 'exit'; sessionId: string; exitCode: number | undefined }
  | { type: 'close'; terminate: boolean };

export type Notice =
  /** `waiting`: bytes typed after those in doubt, which will be sent. `renewed`: it was ended on our side, to be made anew. */
  | { type: 'lost'; error: Error; inDoubt: number; waiting?: number; renewed?: true; cutPaste?: true }
  | { type: 'unreachable'; error: Error }
  | { type: 'reconnected' }
  | { type: 'inputFull' }
  /** What is typed waits, since the service is too busy for it. */
  | { type: 'held'; error: Error }
  /** Bytes that will not be sent again; `later`: some that were typed after them arrived; `unsent`: others will not be sent. */
  | { type: 'missing'; error: Error; missing: number; later: boolean; unsent: number; cutPaste?: true }
  /** `unsent`: bytes that were typed and will not be sent. */
  | { type: 'ended'; ending: Ending; inDoubt: number; unsent: number; error?: Error };

export type Effect =
  | { type: 'connect' }
  | { type: 'launch'; size: TerminalSize }
  | { type: 'attach'; sessionId: string }
  | { type: 'write'; sessionId: string; id: number; bytes: Uint8Array }
  /** `redraw`: a full-screen program is to draw itself anew, even where the size is the same. */
  | { type: 'resize'; sessionId: string; size: TerminalSize; redraw: boolean }
  | { type: 'terminate'; sessionId: string }
  /** Milliseconds until a `timer` event; a new one replaces the old, and so does any other act on the connection. */
  | { type: 'schedule'; ms: number }
  /** It was to end as soon as its id is known, and nobody will know it. */
  | { type: 'mayRun'; error: Error }
  | { type: 'disconnect' }
  | { type: 'bell' }
  | { type: 'notice'; notice: Notice }
  /** The terminal's tab goes. */
  | { type: 'leave'; exitCode: number | undefined };

export function initialState(sessionId?: string): State {
  return {
    phase: 'connecting',
    sessionId,
    size: undefined,
    sentSize: undefined,
    queue: new Uint8Array(0),
    place: NO_PASTE,
    owesPasteEnd: false,
    skipping: undefined,
    unanswered: [],
    lastWrite: 0,
    held: undefined,
    gone: false,
    busy: 0,
    deafUntil: 0,
    attempt: 0,
    triedAt: 0,
    retryAt: 0,
    liveAt: 0,
    refused: false,
    outdated: false,
    told: undefined,
    wasLive: false,
    endedAt: 0,
    ending: undefined,
    terminate: false,
  };
}

export interface Step {
  state: State;
  effects: Effect[];
}
