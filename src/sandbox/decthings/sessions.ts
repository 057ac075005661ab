import { randomUUID } from 'node:crypto';
import type { ExitReason } from '../../core/resources.js';
import type { Call } from './dispatch.js';
import { fault } from './errors.js';
import type { Launchers, Place, Resident } from './launchers.js';
import type { LocationParams } from './params.js';
import { EventStream, type Source } from './stream.js';

type EndCode = 'terminated_on_request' | 'launcher_terminated' | 'inactive_timeout' | 'unknown';
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const MOST_SESSIONS = 256;

export function timer(seconds: number, act: () => void): NodeJS.Timeout {
  return setTimeout(act, Math.min(seconds * 1000, LONGEST_TIMER_MS)).unref();
}

/** What a kind of session is called on the wire. */
export interface Kind {
  readonly api: 'Terminal' | 'Debug' | 'Spawned';
  readonly idName: string;
  readonly notFound: string;
  readonly resident: Resident['type'];
}

/** A terminal, debug session or command, from its launch until its exit event. It outlives the sockets that watch it. */
export abstract class Session implements Source {
  readonly openedAt = Date.now();
  readonly events: EventStream;
  /** Fulfilled when it has ended. */
  readonly ended: Promise<void>;
  private readonly idle: NodeJS.Timeout;
  private ending: EndCode | undefined;
  private settle: () => void = () => {};

  constructor(
    readonly id: string,
    readonly place: Place,
    kind: Kind,
    idleSeconds: number,
  ) {
    this.events = new EventStream(kind.api, { [kind.idName]: id }, this);
    this.idle = timer(idleSeconds, () => this.end('inactive_timeout'));
    this.ended = new Promise(resolve => {
      this.settle = resolve;
    });
  }

  abstract pause(): void;
  abstract resume(): void;
  protected abstract kill(): void;

  /** Ends what runs, for a reason that is not its own. */
  end(code: EndCode): void {
    if (this.ending !== undefined) return;
    this.ending = code;
    this.events.release();
    this.kill();
  }

  /** Puts off the end for want of activity. */
  protected active(): void {
    this.idle.refresh();
  }

  protected finish(reason: ExitReason): void {
    clearTimeout(this.idle);
    this.events.emit('exit', { reason: this.ending === undefined ? reason : { code: this.ending } });
    this.events.end();
    this.settle();
  }
}

/** The sessions of one kind that have not ended. */
export class Sessions<S extends Session> {
  private readonly running = new Map<string, S>();
  private closed: boolean = false;

  constructor(
    private readonly kind: Kind,
    private readonly launchers: Launchers,
  ) {}

  /** @param start is given the session's id and place, and starts what runs there */
  async launch(
    location: LocationParams,
    socket: Call['socket'] | false,
    start: (id: string, place: Place) => S,
  ): Promise<S> {
    if (this.running.size >= MOST_SESSIONS) throw fault('quota_exceeded');
    const id = randomUUID();
    const lost = () => this.running.get(id)?.end('launcher_terminated');
    const place = await this.launchers.place(location, { id, type: this.kind.resident, lost });
    let session: S;
    try {
      if (this.closed) throw fault('server_overloaded');
      session = start(id, place);
    } catch (error) {
      place.release();
      throw error;
    }
    this.running.set(id, session);
    void session.ended.then(() => {
      this.running.delete(id);
      place.release();
    });
    if (socket) session.events.subscribe(socket);
    return session;
  }

  /** @throws ApiError saying that there is no such session */
  get(id: string): S {
    const session = this.running.get(id);
    if (session === undefined) throw fault(this.kind.notFound);
    return session;
  }

  list(ids: readonly string[] | undefined): S[] {
    return [...this.running.values()].filter(({ id }) => ids?.includes(id) ?? true);
  }

  subscribe(id: string, { socket }: Call): object {
    const session = this.get(id);
    if (socket !== undefined) session.events.subscribe(socket);
    return {};
  }

  unsubscribe(id: string, { socket }: Call): object {
    const subscribed = socket !== undefined && this.running.get(id)?.events.unsubscribe(socket);
    if (!subscribed) throw fault('not_subscribed');
    return {};
  }

  /** How many wait for a slow reader. */
  get held(): number {
    return [...this.running.values()].filter(({ events }) => events.held).length;
  }

  /** Ends them all, for good. */
  async close(): Promise<void> {
    this.closed = true;
    const sessions = [...this.running.values()];
    for (const session of sessions) session.end('launcher_terminated');
    await Promise.all(sessions.map(({ ended }) => ended));
  }
}
