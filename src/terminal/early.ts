import type { ExitReason } from '../core/resources.js';

export type EarlyEvent = { id: string } & ({ bytes: Uint8Array } | { exit: ExitReason });

/** More output than this is dropped; the answer that is waited for comes within moments. */
const MAX_BYTES = 256 * 1024;

/** What came of a session before the answer of the call that starts it or subscribes to it. */
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

  takeAll(): EarlyEvent[] {
    const { events } = this;
    this.events = [];
    this.bytes = 0;
    return events;
  }
}
