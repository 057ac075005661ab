import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { FrameEdges } from './frameEdges.js';

/** How bytes travel. The order is always kept. */
export interface Shape {
  /** One way, milliseconds. */
  delayMs: number;
  /** Up to so much more, anew for each piece. */
  jitterMs: number;
  bytesPerSecond: number;
  /** `split`: frames arrive in pieces. `merge`: several arrive at once. */
  chunks: 'asTheyCome' | 'split' | 'merge';
}

export const PLAIN: Shape = { delayMs: 0, jitterMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY, chunks: 'asTheyCome' };

/** `frame`: what follows is no WebSocket frame. `message`: the frame is whole, and what it carries makes no sense. */
export type Corruption = 'frame' | 'message';

/** Bytes on their way, above which no more are read. */
const ROOM = 1024 * 1024;
const MERGE_MS = 15;
/** What a throttled lane passes on at once. */
const THROTTLED_PIECE = 2048;
const NONSENSE = 0xff;

type Item = { bytes: Buffer; due: number } | 'end';

/** One direction of one connection. */
export class Lane {
  stalled = false;
  private readonly items: Item[] = [];
  private readonly edges = new FrameEdges();
  private waiting = 0;
  private lastDue = 0;
  private free = 0;
  private corruption: Corruption | undefined;
  private timer: NodeJS.Timeout | NodeJS.Immediate | undefined;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
    private readonly shape: () => Shape,
    private readonly random: () => number,
  ) {
    from.on('data', chunk => this.take(Buffer.from(chunk)));
    from.on('end', () => {
      this.items.push('end');
      this.pump();
    });
    to.on('drain', () => this.pump());
  }

  /** Bytes that came and were not passed on. */
  get held(): number {
    return this.from.readableLength + this.waiting;
  }

  /** Harms the next frame. */
  corrupt(corruption: Corruption): void {
    this.corruption = corruption;
  }

  stall(): void {
    this.stalled = true;
    this.from.pause();
  }

  flow(): void {
    this.stalled = false;
    this.from.resume();
    this.pump();
  }

  private take(chunk: Buffer): void {
    const { frames, payloads } = this.edges.find(chunk);
    const [at] = this.corruption === 'frame' ? frames : payloads;
    if (this.corruption !== undefined && at !== undefined) {
      chunk[at] = NONSENSE;
      this.corruption = undefined;
    }
    const { delayMs, jitterMs, bytesPerSecond, chunks } = this.shape();
    const now = performance.now();
    for (const bytes of this.pieces(chunk)) {
      let due = now + delayMs + this.random() * jitterMs;
      if (chunks === 'merge') due = Math.ceil(due / MERGE_MS) * MERGE_MS;
      due = Math.max(due, this.lastDue, this.free);
      this.lastDue = due;
      this.free = due + (bytes.length / bytesPerSecond) * 1000;
      this.items.push({ bytes, due });
      this.waiting += bytes.length;
    }
    if (this.waiting > ROOM) this.from.pause();
    this.pump();
  }

  private pieces(chunk: Buffer): Buffer[] {
    const { chunks, bytesPerSecond } = this.shape();
    const size = chunks === 'split' ? Math.ceil(chunk.length / 6) : THROTTLED_PIECE;
    if (chunks !== 'split' && !Number.isFinite(bytesPerSecond)) return [chunk];
    const pieces: Buffer[] = [];
    for (let at = 0; at < chunk.length; ) {
      const end = at + Math.max(1, Math.ceil(size * (chunks === 'split' ? 2 * this.random() : 1)));
      pieces.push(chunk.subarray(at, end));
      at = end;
    }
    return pieces;
  }

  private pump(): void {
    if (this.timer !== undefined) return;
    while (!this.stalled && !this.to.writableNeedDrain) {
      const [item] = this.items;
      if (item === undefined) break;
      if (item === 'end') {
        this.items.shift();
        this.to.end();
        break;
      }
      const wait = item.due - performance.now();
      if (wait > 0) {
        this.timer = setTimeout(() => this.goOn(), wait);
        return;
      }
      this.items.shift();
      this.waiting -= item.bytes.length;
      if (this.to.writable) this.to.write(item.bytes);
      if (this.shape().chunks === 'split') {
        // Written in one turn, the pieces would travel as one.
        this.timer = setImmediate(() => this.goOn());
        return;
      }
    }
    if (!this.stalled && this.waiting < ROOM / 2) this.from.resume();
  }

  private goOn(): void {
    this.timer = undefined;
    this.pump();
  }
}
