import { KEY_LENGTH, keyText } from './recorder.js';
import type { Rig } from './rig.js';

/** The longest pause between two keys. */
const PAUSE_MS = 6;
/** How often many keys come at once, as when something is pasted, and how many; more while they have to wait. */
const PASTE_CHANCE = 0.02;
const LONGEST_PASTE = 40;
const LONGEST_WAITING_PASTE = 5_000;

/** Types numbered keys without end, and reckons from what the terminal says which of them may be missing. */
export class Typist {
  last = 0;
  private readonly accepted: number[] = [];
  /** How often it was not taken; each time a bell has to say so. */
  refusals = 0;
  private readonly refused = new Set<number>();
  /** How many keys had been accepted when the connection was lost, and when the terminal ended. */
  private readonly lostAt: number[] = [];
  private readonly endedAt: number[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly rig: Rig,
    private readonly random: () => number,
  ) {
    let before = rig.terminal.phase;
    rig.terminal.onDidChange(phase => {
      if (before === 'live') this.lostAt.push(this.accepted.length);
      if (phase === 'ended') this.endedAt.push(this.accepted.length);
      before = phase;
    });
  }

  start(): void {
    this.timer = setTimeout(() => {
      const { phase } = this.rig.terminal;
      const longest = phase === 'live' ? LONGEST_PASTE : LONGEST_WAITING_PASTE;
      const count = this.random() < PASTE_CHANCE ? 1 + Math.floor(this.random() * longest) : 1;
      if (phase !== 'ended') this.press(count);
      this.start();
    }, this.random() * PAUSE_MS);
  }

  /** Stops, and types a last key of which the terminal does not say that it may not have arrived. */
  async finish(arrived: (key: number) => boolean): Promise<void> {
    clearTimeout(this.timer);
    let losses = -1;
    while (losses !== this.losses) {
      losses = this.losses;
      this.press(1);
      await this.rig.until(`key ${this.last} has arrived`, () => this.losses > losses || arrived(this.last));
    }
  }

  /** After an end, keys are not typed to the session: Enter makes the terminal try again. */
  async pressEnter(): Promise<void> {
    await this.rig.until('Enter is taken as an answer', () => {
      if (this.rig.terminal.phase === 'ended') this.rig.type('\r');
      return this.rig.terminal.phase !== 'ended';
    });
  }

  /** What was taken, what of that the terminal said may not have arrived or will not be sent, and what it refused. */
  account(): { accepted: number[]; excused: Set<number>; refused: Set<number> } {
    const excused = new Set<number>();
    const excuse = (from: number, to: number) => {
      const keys = this.accepted.slice(Math.max(0, Math.floor(from / KEY_LENGTH)), Math.ceil(to / KEY_LENGTH));
      for (const key of keys) excused.add(key);
    };
    const { notices } = this.rig.screen;
    const losses = notices.filter(notice => notice.startsWith('Connection lost.'));
    losses.forEach((notice, index) => {
      const waiting = sizeIn(/before the (.+?) that wait/, notice);
      const inDoubt = sizeIn(/The last (.+?) typed/, notice);
      const end = (this.lostAt[index] ?? 0) * KEY_LENGTH - waiting.least;
      if (inDoubt.most > 0) excuse(end - inDoubt.most - (waiting.most - waiting.least), end);
    });
    const ends = notices.filter(notice => notice.includes('Enter tries again'));
    ends.forEach((notice, index) => {
      const end = (this.endedAt[index] ?? 0) * KEY_LENGTH;
      excuse(end - sizeIn(/\((.+?) typed could not be sent/, notice).most, end);
    });
    if (losses.length !== this.lostAt.length || ends.length !== this.endedAt.length) {
      throw new Error(
        `${this.lostAt.length} losses and ${this.endedAt.length} ends, but it said:\n${notices.join('\n')}`,
      );
    }
    return { accepted: this.accepted, excused, refused: this.refused };
  }

  get losses(): number {
    return this.lostAt.length;
  }

  private press(count: number): void {
    const keys = Array.from({ length: count }, () => ++this.last);
    const text = keys.map(keyText).join('');
    const before = this.rig.unconfirmed;
    this.rig.type(text);
    if (this.rig.unconfirmed === before + text.length) {
      this.accepted.push(...keys);
    } else {
      this.refusals++;
      for (const key of keys) this.refused.add(key);
    }
  }
}

/** Sizes from 1 KiB on are rounded. */
function sizeIn(pattern: RegExp, notice: string): { least: number; most: number } {
  const [, count = '0', unit] =
    /^(\d+) (bytes?|KiB)$/.exec(pattern.exec(notice)?.[1]?.replace('key', '1 byte') ?? '') ?? [];
  if (unit === 'KiB') return { least: (Number(count) - 0.5) * 1024, most: (Number(count) + 0.5) * 1024 };
  return { least: Number(count), most: Number(count) };
}
