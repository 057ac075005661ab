import type { MachineBackend, TerminalLaunch } from '../core/backend.js';
import type { Clock } from '../core/clock.js';
import type { Log } from '../core/log.js';
import type { ExitReason } from '../core/resources.js';
import type { ScreenEnds } from './screen.js';
import type { Notice } from './state.js';

export interface RemoteTerminalOptions extends ScreenEnds {
  service: Pick<MachineBackend['terminals'], 'connect' | 'terminate'>;
  clock: Clock;
  log: Log;
  /** What to start, also anew after an end. */
  launch: TerminalLaunch;
  /** A session that runs already: it is attached, not started. */
  sessionId?: string;
  /** What was kept of the modes of that one. */
  modes?: string | undefined;
  /** What is sent of what is typed, and what is said of how it goes, where that is not as in any terminal. */
  cook?(typed: string): string;
  words?(notice: Notice, exit: ExitReason | undefined): string;
  /** The service will end the session for want of input in so many milliseconds. */
  warnIdle?(leftMs: number): void;
  /** It was closed while it was being started, and it is not known whether it was. */
  mayRun?(error: Error): void;
  /** The tab is to go. */
  leave(exitCode: number | undefined): void;
}
