import { StringDecoder } from 'node:string_decoder';
import type { Clock } from '../core/clock.js';
import { Acknowledgements } from './acknowledge.js';
import { Patience } from './patience.js';
import { Scanner } from './scanner.js';
import { Skipper } from './skipper.js';

/** What the output flow drives: the terminal that shows, and the socket that is read. */
export interface OutputEnds {
  show(text: string): void;
  /** Input that was held back, since it could have been the terminal's answer. */
  typed(text: string): void;
  pause(): void;
  resume(): void;
  /** The line that stands in for dropped output. */
  skipped(bytes: number): string;
}

/** Characters shown and not yet known to be parsed, above which reading pauses; below half of it, it goes on. */
export const HIGH_WATER = 100_000;
const LOW_WATER = HIGH_WATER / 2;
/** Characters between two queries. */
const QUERY_INTERVAL = 16_384;
/** Bytes decoded at a time. */
const SLICE = 16_384;
/** What was shown at once within so many milliseconds, in characters; what follows is gathered… */
const BURST_MS = 4;
const BURST_LENGTH = 512;
/** …until they are over, or up to this size. */
const BATCH_LENGTH = 16_384;
/** So long after reading was last held back, there may still be a flood behind it. */
const RECENT_MS = 1_000;
/** After an interrupt, the flood is over when nothing came for this long… */
const LULL_MS = 50;
/** …or this, while the interrupt itself is still on its way to the service. */
const EARLY_LULL_MS = 500;
/** The flood goes on in spite of the interrupt: it is shown again. */
const MAX_SKIP_MS = 10_000;

/**
 * The way of output from the socket to the terminal: decoded across chunk ends, in batches, never more ahead of the
 * terminal than it can parse at once, and dropped on an interrupt like a tty's own queue.
 */
export class OutputFlow {
  private decoder = new StringDecoder('utf8');
  private readonly scanner = new Scanner();
  private readonly acks: Acknowledgements;
  private readonly patience: Patience;
  private held: (Uint8Array | string)[] = [];
  private heldBytes = 0;
  /** Characters shown, and of those the ones before the last query. */
  private shown = 0;
  private queried = 0;
  private paused = false;
  private resumedAt = Number.NEGATIVE_INFINITY;
  private releasing = false;
  private batch = '';
  private burst = 0;
  private cancelBurst: (() => void) | undefined;
  private skipper: Skipper | undefined;
  private lull = LULL_MS;
  private cancelLull: (() => void) | undefined;
  private cancelMaxSkip: (() => void) | undefined;

  constructor(
    private readonly ends: OutputEnds,
    private readonly clock: Clock,
  ) {
    this.acks = new Acknowledgements(clock, text => ends.typed(text));
    this.patience = new Patience(clock, this.acks, () => {
      this.acks.presume(this.shown);
      this.release();
    });
  }

  /** Bytes received and not shown yet. */
  get backlog(): number {
    return this.heldBytes;
  }

  get isEmpty(): boolean {
    return this.held.length === 0 && this.batch === '';
  }

  /** Whether reading is paused: no sign of life can be expected meanwhile. */
  get isPaused(): boolean {
    return this.paused;
  }

  /** Whether reading is held back, or was lately: more may stand behind what came. */
  get isFlooded(): boolean {
    return this.paused || this.clock.now() - this.resumedAt < RECENT_MS;
  }

  push(bytes: Uint8Array): void {
    if (this.skipper) {
      this.skipper.skip(bytes);
      this.awaitLull();
      return;
    }
    this.held.push(bytes);
    this.heldBytes += bytes.length;
    this.release();
  }

  /** A line of our own, after all the output that came before it. */
  notice(text: string): void {
    this.endSkip();
    this.held.push(text);
    this.release();
  }

  /** @returns the input without the answers that were meant for us */
  takeAnswers(input: string): string {
    const { unanswered } = this.acks;
    const rest = this.acks.takeAnswers(input);
    if (this.acks.unanswered < unanswered) {
      this.patience.answered();
      this.awaitAnswer();
      this.release();
    }
    return rest;
  }

  /** Ctrl+C or Ctrl+\: drops what is held and what still comes, until it lulls. Without a flood it does nothing. */
  interrupt(): void {
    if (this.skipper || !this.isFlooded) return;
    this.skipper = new Skipper();
    const notices = this.held.filter(item => typeof item === 'string');
    for (const item of this.held) if (typeof item !== 'string') this.skipper.skip(item);
    this.held = notices;
    this.heldBytes = 0;
    this.lull = EARLY_LULL_MS;
    this.setPaused(false);
    this.limitSkip();
  }

  /** The service has the interrupt: of what it had queued before, nothing comes after this. */
  interruptArrived(): void {
    if (!this.skipper) return;
    this.lull = LULL_MS;
    this.limitSkip();
  }

  /** What was cut short is not continued by what follows: the connection ended, or something is missing. */
  cut(ended = true): void {
    this.endSkip();
    this.held.push(CUT);
    if (ended) this.paused = false;
    this.release();
  }

  dispose(): void {
    for (const cancel of [this.cancelBurst, this.cancelLull, this.cancelMaxSkip]) cancel?.();
    this.patience.dispose();
    this.acks.dispose();
    this.held = [];
    this.batch = '';
    this.skipper = undefined;
  }

  // From what is held to the terminal.

  private release(): void {
    // The terminal may answer while it is being shown something: the loop that is at it goes on.
    if (this.releasing) return;
    this.releasing = true;
    try {
      while (this.held.length > 0 && this.unparsed < HIGH_WATER) this.releaseNext();
    } finally {
      this.releasing = false;
    }
    this.setPaused(this.held.length > 0 || this.unparsed >= (this.paused ? LOW_WATER : HIGH_WATER));
    // Inside one long sequence there is no place for a query, and so no answer to wait for.
    if (this.paused && !this.patience.isWaiting) this.awaitAnswer();
  }

  private releaseNext(): void {
    const item = this.held.shift();
    if (item === CUT) {
      this.finishCut();
    } else if (typeof item === 'string') {
      this.append(item);
    } else if (item) {
      if (item.length > SLICE) this.held.unshift(item.subarray(SLICE));
      const slice = item.subarray(0, SLICE);
      this.heldBytes -= slice.length;
      this.append(this.decoder.write(slice));
    }
  }

  private get unparsed(): number {
    return this.shown - this.acks.acknowledged;
  }

  private append(text: string): void {
    if (text === '') return;
    this.scanner.scan(text);
    if (this.shown + text.length - this.queried >= QUERY_INTERVAL) text = this.withQuery(text);
    this.shown += text.length;
    this.batch += text;
    if (this.burst < BURST_LENGTH || this.batch.length >= BATCH_LENGTH) this.flush();
  }

  private withQuery(text: string): string {
    const at = this.acks.mayAsk ? this.scanner.placeIn(text) : -1;
    if (at < 0) return text;
    this.queried = this.shown + at;
    const query = this.acks.query(this.queried);
    this.awaitAnswer();
    return text.slice(0, at) + query + text.slice(at);
  }

  private awaitAnswer(): void {
    if (this.acks.waiting || this.paused) this.patience.start();
    else this.patience.stop();
  }

  /** A key's echo is never gathered; a flood is, and soon starts to be. */
  private flush(): void {
    const { batch } = this;
    this.batch = '';
    this.burst += batch.length;
    this.cancelBurst ??= this.clock.after(BURST_MS, () => {
      this.cancelBurst = undefined;
      this.burst = 0;
      if (this.batch !== '') this.flush();
    });
    this.ends.show(batch);
  }

  private setPaused(paused: boolean): void {
    if (paused === this.paused) return;
    this.paused = paused;
    if (paused) {
      this.ends.pause();
    } else {
      this.resumedAt = this.clock.now();
      this.ends.resume();
    }
  }

  // After an interrupt.

  private awaitLull(): void {
    this.cancelLull?.();
    this.cancelLull = this.clock.after(this.lull, () => this.endSkip());
  }

  private limitSkip(): void {
    this.cancelMaxSkip?.();
    this.cancelMaxSkip = this.clock.after(MAX_SKIP_MS, () => this.endSkip());
    this.awaitLull();
  }

  private endSkip(): void {
    const { skipper } = this;
    if (!skipper) return;
    this.skipper = undefined;
    this.cancelLull?.();
    this.cancelMaxSkip?.();
    this.finishCut();
    const tail = skipper.lastLines;
    if (skipper.bytes > tail.length) this.append(skipper.modeChanges + this.ends.skipped(skipper.bytes - tail.length));
    this.append(this.decoder.write(tail));
    this.release();
  }

  /** Leaves no half character and no half sequence behind. */
  private finishCut(): void {
    this.decoder = new StringDecoder('utf8');
    // CAN ends whatever sequence the terminal is in the middle of.
    if (!this.scanner.inGround) this.append('\x18');
  }
}

/** Stands among what is held where it was cut; no notice is empty. */
const CUT = '';
