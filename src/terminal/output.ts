import { StringDecoder } from 'node:string_decoder';
import type { Clock } from '../core/clock.js';
import { Acknowledgements } from './acknowledge.js';
import { Batches } from './batches.js';
import { Interruption } from './interruption.js';
import { modeChange } from './modeChange.js';
import { NO_MODES } from './modes.js';
import { ModeTracker } from './modeTracker.js';
import { MouseReports } from './mouse.js';
import { Patience } from './patience.js';
import { Scanner } from './scanner.js';

/** What the output flow drives: the terminal that shows, and the socket that is read. */
export interface OutputEnds {
  show(text: string): void;
  /** Input that was held back, since it could have been the terminal's answer. */
  typed(text: string): void;
  pause(): void;
  resume(): void;
  /** The line that stands in for dropped output; empty where there is no place for it. */
  skipped(bytes: number): string;
  /** What is to be shown next, for whoever has something to show before it. */
  incoming?(text: string): void;
}

/** Characters shown and not yet known to be parsed, above which reading pauses; below half of it, it goes on. */
export const HIGH_WATER = 100_000;
const LOW_WATER = HIGH_WATER / 2;
/** Characters between two queries. */
const QUERY_INTERVAL = 16_384;
/** Bytes decoded at a time. */
const SLICE = 16_384;
/** So long after reading was last held back, there may still be a flood behind it. */
const RECENT_MS = 1_000;

/**
 * The way of output from the socket to the terminal: decoded across chunk ends, in batches, never more ahead of the
 * terminal than it can parse at once, and dropped on an interrupt like a tty's own queue.
 */
export class OutputFlow {
  private decoder = new StringDecoder('utf8');
  readonly mouse = new MouseReports();
  private insertions: { at: number; text: string }[] = [];
  private readonly scanner = new Scanner(sequence => this.insert(sequence.end, this.mouse.follow(sequence)));
  private readonly acks: Acknowledgements;
  private readonly patience: Patience;
  /** Output, and what is to be done behind it. */
  private held: (Uint8Array | (() => void))[] = [];
  private heldBytes = 0;
  /** Characters shown, and of those the ones before the last query. */
  private shown = 0;
  private queried = 0;
  private paused = false;
  private resumedAt = Number.NEGATIVE_INFINITY;
  private releasing = false;
  private readonly batches: Batches;
  private readonly interruption: Interruption;
  /** The terminal's, where output is being dropped. */
  private modesShown = NO_MODES;

  /** @param tracker knows what is shown */
  constructor(
    private readonly ends: OutputEnds,
    private readonly clock: Clock,
    private readonly tracker: ModeTracker = new ModeTracker(),
  ) {
    this.acks = new Acknowledgements(clock, text => ends.typed(text));
    this.patience = new Patience(clock, this.acks, () => {
      this.acks.presume(this.shown);
      this.release();
    });
    this.batches = new Batches(clock, text => ends.show(text));
    this.interruption = new Interruption(clock, tracker, (text, dropped) => this.endSkip(text, dropped));
  }

  /** Bytes received and not shown yet. */
  get backlog(): number {
    return this.heldBytes;
  }

  get isEmpty(): boolean {
    return this.held.length === 0 && this.batches.isEmpty;
  }

  /** Whether reading is paused: no sign of life can be expected meanwhile. */
  get isPaused(): boolean {
    return this.paused;
  }

  /** Whether reading is held back, or was lately: more may stand behind what came. */
  get isFlooded(): boolean {
    return this.paused || this.clock.elapsed() - this.resumedAt < RECENT_MS;
  }

  push(bytes: Uint8Array): void {
    if (this.interruption.isOn) {
      this.interruption.take(this.decoder.write(bytes));
    } else {
      this.hold(bytes);
      this.release();
    }
  }

  /** Does something after all the output that came before it. */
  after(act: () => void): void {
    this.interruption.end();
    this.held.push(act);
    this.release();
  }

  /** Text of our own, likewise. */
  notice(text: string): void {
    this.after(() => this.put(text));
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
    // What a program draws is no flood of text, and would be drawn in part.
    if (this.interruption.isOn || !this.isFlooded || this.tracker.isDrawn) return;
    const { held } = this;
    this.held = [];
    this.heldBytes = 0;
    this.modesShown = this.tracker.modes;
    this.interruption.begin();
    for (const item of held) {
      if (!(item instanceof Uint8Array)) this.held.push(item);
      else if (this.interruption.isOn) this.interruption.take(this.decoder.write(item));
      else this.hold(item);
    }
    this.setPaused(false);
    if (!this.interruption.isOn) this.release();
  }

  /** The service has the interrupt: of what it had queued before, nothing comes after this. */
  interruptArrived(): void {
    this.interruption.arrived();
  }

  /** What was cut short is not continued by what follows: the connection ended, or something is missing. */
  cut(ended = true): void {
    this.interruption.end();
    this.held.push(() => this.finishCut());
    if (ended) this.paused = false;
    this.release();
  }

  dispose(): void {
    this.patience.dispose();
    this.acks.dispose();
    this.batches.dispose();
    this.interruption.dispose();
    this.held = [];
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
    if (typeof item === 'function') {
      item();
    } else if (item) {
      if (item.length > SLICE) this.held.unshift(item.subarray(SLICE));
      const slice = item.subarray(0, SLICE);
      this.heldBytes -= slice.length;
      this.append(this.decoder.write(slice));
    }
  }

  private hold(bytes: Uint8Array): void {
    this.held.push(bytes);
    this.heldBytes += bytes.length;
  }

  private get unparsed(): number {
    return this.shown - this.acks.acknowledged;
  }

  /** What the session's programs print. */
  private append(text: string): void {
    if (text === '') return;
    this.ends.incoming?.(text);
    this.tracker.follow(text);
    this.put(text);
  }

  /** Shows text of our own, which leaves the terminal's modes as they are known. */
  put(text: string): void {
    if (text === '') return;
    this.scanner.scan(text);
    if (this.shown + text.length - this.queried >= QUERY_INTERVAL) this.insertQuery(text);
    if (this.insertions.length > 0) text = this.withInsertions(text);
    this.shown += text.length;
    this.batches.add(text);
  }

  private insertQuery(text: string): void {
    const at = this.acks.mayAsk ? this.scanner.placeIn(text) : -1;
    if (at < 0) return;
    this.queried = this.shown + at;
    this.insert(at, this.acks.query(this.queried));
    this.awaitAnswer();
  }

  private insert(at: number, text: string): void {
    if (text !== '') this.insertions.push({ at, text });
  }

  private withInsertions(text: string): string {
    const pieces: string[] = [];
    let from = 0;
    for (const insertion of this.insertions.sort((a, b) => a.at - b.at)) {
      pieces.push(text.slice(from, insertion.at), insertion.text);
      from = insertion.at;
    }
    this.insertions = [];
    return pieces.join('') + text.slice(from);
  }

  private awaitAnswer(): void {
    if (this.acks.waiting || this.paused) this.patience.start();
    else this.patience.stop();
  }

  private setPaused(paused: boolean): void {
    if (paused === this.paused) return;
    this.paused = paused;
    if (paused) {
      this.ends.pause();
    } else {
      this.resumedAt = this.clock.elapsed();
      this.ends.resume();
    }
  }

  private endSkip(text: string, dropped: number): void {
    if (dropped > 0) {
      this.endSequence();
      this.put(modeChange(this.modesShown, this.tracker.modes) + this.ends.skipped(dropped));
    }
    this.append(text);
    this.release();
  }

  /** Leaves no half character and no half sequence behind. */
  private finishCut(): void {
    this.decoder = new StringDecoder('utf8');
    if (!this.tracker.inGround) this.tracker.follow(CAN);
    this.endSequence();
  }

  /** Of whatever sequence the terminal is in the middle of. */
  private endSequence(): void {
    if (!this.scanner.inGround) this.put(CAN);
  }
}

const CAN = '\x18';
