import { encodeWsEvent } from '../../decthings/frames.js';
import type { Connection } from './connection.js';

/** Where events come from, as far as it can be told to wait. */
export interface Source {
  pause(): void;
  resume(): void;
  /** The last subscriber has gone. */
  unwatched?(): void;
}

/**
 * The events of one session, to every socket that subscribed to it. While one of them is full, the source waits: the
 * slowest reader sets the pace, and what waits for it stays bounded. Nothing is replayed to one that comes later.
 */
export class EventStream {
  /** Whether the source waits. */
  held: boolean = false;
  private released: boolean = false;
  private readonly sockets = new Set<Connection>();

  constructor(
    private readonly api: string,
    private readonly params: Record<string, string>,
    private readonly source: Source,
  ) {}

  subscribe(socket: Connection): void {
    if (socket.closed) return;
    this.sockets.add(socket);
    socket.subscribedTo(this);
    this.settle();
  }

  /** @returns whether it was subscribed */
  unsubscribe(socket: Connection): boolean {
    const was = this.sockets.delete(socket);
    socket.unsubscribedFrom(this);
    this.settle();
    if (was && this.sockets.size === 0) this.source.unwatched?.();
    return was;
  }

  emit(event: string, extra: object, blob?: Uint8Array): void {
    if (this.sockets.size === 0) return;
    const frame = encodeWsEvent(this.api, event, { ...this.params, ...extra }, blob === undefined ? [] : [blob]);
    for (const socket of this.sockets) {
      // A released stream is at its end: what its slow readers have not room for, they miss.
      if (!(this.released && blob !== undefined && socket.full)) socket.send(frame);
    }
    this.settle();
  }

  /** From now on the source waits for nobody, so that it can come to its end. */
  release(): void {
    this.released = true;
    this.settle();
  }

  end(): void {
    for (const socket of [...this.sockets]) this.unsubscribe(socket);
  }

  settle(): void {
    const hold = !this.released && [...this.sockets].some(socket => socket.full);
    if (hold === this.held) return;
    this.held = hold;
    if (hold) this.source.pause();
    else this.source.resume();
  }

  holdsUpOthers(socket: Connection): boolean {
    return this.held && socket.full && [...this.sockets].some(other => other !== socket && !other.full);
  }
}
