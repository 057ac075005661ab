import type { ExitReason } from '../core/resources.js';

export type EarlyEvent = { id: string } & ({ bytes: Uint8Array } | { exit: ExitReason });

/** Bounds what a server can make us keep; the launch's answer comes within moments of the first output. */
const MAX_BYTES = 256 * 1024;

/** What sessions said before the answer of the launch, or of the subscription, told that one of them is ours. */
export class EarlyEvents {
  private events: EarlyEvent[] = [];
  private bytes = 0;

  keep(event: EarlyEvent): void {
    if ('bytes' in event) {
      if (this.bytes >= MAX_BYTES) return;
      this.bytes += event.bytes.length;
    }
    this.events.push(event);
  }

  /** Those of one session, oldest first; none are kept afterwards. */
  take(sessionId: string | undefined): EarlyEvent[] {
    const taken = this.events.filter(event => event.id === sessionId);
    this.events = [];
    this.bytes = 0;
    return taken;
  }
}
