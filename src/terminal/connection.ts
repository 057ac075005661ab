import type { MachineBackend, TerminalLink } from '../core/backend.js';
import type { Clock } from '../core/clock.js';
import { RemoteError, toRemoteError } from '../core/errors.js';
import { Health } from '../core/health.js';
import { t } from '../core/l10n.js';
import type { ExitReason } from '../core/resources.js';

export interface ConnectionHandlers {
  opened(): void;
  data(id: string, bytes: Uint8Array): void;
  exit(id: string, reason: ExitReason): void;
  /** It could not be opened, it was closed, or it gives no sign of life. */
  dropped(error: RemoteError): void;
  /** Whether reading is paused: then silence means nothing. */
  isPaused(): boolean;
}

/** The one socket that a terminal has at a time. What a former one still says is never taken for the present one's. */
export class Connection {
  private link: TerminalLink | undefined;
  private health: Health | undefined;
  private opening: AbortController | undefined;
  /** Counts connections. */
  private epoch = 0;

  constructor(
    private readonly service: Pick<MachineBackend['terminals'], 'connect'>,
    private readonly clock: Clock,
    private readonly handlers: ConnectionHandlers,
  ) {}

  /** Opens a new one; `opened` or `dropped` tells what came of it. */
  async open(): Promise<void> {
    this.close();
    const { epoch, handlers } = this;
    const current = () => epoch === this.epoch;
    const opening = new AbortController();
    this.opening = opening;
    try {
      const link = await this.service.connect(
        {
          data: (id, bytes) => current() && handlers.data(id, bytes),
          exit: (id, reason) => current() && handlers.exit(id, reason),
          alive: () => current() && this.health?.alive(),
          closed: error => current() && handlers.dropped(toRemoteError(error)),
        },
        opening.signal,
      );
      if (!current()) return link.close();
      this.link = link;
      if (handlers.isPaused()) link.pause();
      this.health = new Health(this.clock, {
        ping: () => link.ping(),
        isPaused: () => handlers.isPaused(),
        dead: () => {
          link.abandon();
          handlers.dropped(new RemoteError('network', t('The connection gave no sign of life.')));
        },
      });
      handlers.opened();
    } catch (error) {
      if (current()) handlers.dropped(toRemoteError(error));
    }
  }

  /** @returns whether there was one */
  close(): boolean {
    this.epoch++;
    this.opening?.abort();
    this.opening = undefined;
    this.health?.dispose();
    this.health = undefined;
    const { link } = this;
    this.link = undefined;
    link?.close();
    return link !== undefined;
  }

  pause(): void {
    this.link?.pause();
  }

  resume(): void {
    this.link?.resume();
  }

  /** A call on the present connection. What comes of it after that one ended is nobody's business. */
  ask<T>(
    call: (link: TerminalLink) => Promise<T>,
    done: (value: T) => void,
    failed: (error: RemoteError) => void,
  ): void {
    const { link, epoch } = this;
    if (!link) return;
    call(link).then(
      value => epoch === this.epoch && done(value),
      error => epoch === this.epoch && failed(toRemoteError(error)),
    );
  }
}
