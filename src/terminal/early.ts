import type { ExitReason } from '../core/resources.js';
import type { OutputFlow } from './output.js';
import type { Screen } from './screen.js';
import { missingOutputText } from './words.js';

type EarlyEvent = { id: string } & ({ bytes: Uint8Array } | { missing: number } | { exit: ExitReason });

/** Bounds what a server can make us keep; the launch's answer comes within moments of the first output. */
const MAX_BYTES = 256 * 1024;

/** What sessions said before the answer of the launch, or of the subscription, told that one of them is ours. */
export class EarlyEvents {
  private events: EarlyEvent[] = [];
  private bytes = 0;

  output(id: string, bytes: Uint8Array): void {
    const last = this.events.at(-1);
    if (this.bytes < MAX_BYTES) {
      this.bytes += bytes.length;
      this.events.push({ id, bytes });
    } else if (last && 'missing' in last && last.id === id) {
      last.missing += bytes.length;
    } else {
      this.events.push({ id, missing: bytes.length });
    }
  }

  exit(id: string, exit: ExitReason): void {
    this.events.push({ id, exit });
  }

  /** Gives what one session said to its terminal, and keeps nothing. @returns how it ended, if it has */
  release(sessionId: string | undefined, output: OutputFlow, screen: Pick<Screen, 'notice'>): ExitReason | undefined {
    const { events } = this;
    this.events = [];
    this.bytes = 0;
    let exit: ExitReason | undefined;
    for (const event of events) {
      if (event.id !== sessionId) continue;
      if ('bytes' in event) {
        output.push(event.bytes);
      } else if ('missing' in event) {
        output.cut(false);
        screen.notice(missingOutputText(event.missing));
      } else {
        exit = event.exit;
      }
    }
    return exit;
  }
}
