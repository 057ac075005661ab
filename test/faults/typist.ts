import { KEY_LENGTH, keyText } from './recorder.js';
import type { Rig } from './rig.js';

/** The longest pause between two keys, and how often many come at once, as when something is pasted. */
const PAUSE_MS = 6;
const PASTE_CHANCE = 0.004;
const LONGEST_PASTE = 2_500;

/** Types numbered keys without end, and reckons from what the terminal says which of them may be missing. */
export class Typist {
  last = 0;
  private readonly accepted: number[] = [];
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
      if (this.rig.terminal.phase !== 'ended') {
        this.press(this.random() < PASTE_CHANCE ? 1 + Math.floor(this.random() * LONGEST_PASTE) : 1);
      }
      this.start();
    }, this.random() * PAUSE_MS);
  }

  /** Types a last key. */
  stop(): void {
    clearTimeout(this.timer);
    this.press(1);
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
    const excuse = (bytes: number, upTo: number) => {
      const first = Math.floor(upTo - bytes / KEY_LENGTH);
      for (const key of this.accepted.slice(Math.max(0, first), upTo)) excused.add(key);
    };
    const { notices } = this.rig.screen;
    const losses = notices.filter(notice => notice.startsWith('Connection lost.'));
    losses.forEach((notice, index) => {
      excuse(bytesIn(/The last (\d+) bytes typed may not have arrived/, notice), this.lostAt[index] ?? 0);
    });
    const ends = notices.filter(notice => notice.includes('Enter tries again'));
    ends.forEach((notice, index) => {
      excuse(bytesIn(/(\d+) bytes typed could not be sent/, notice), this.endedAt[index] ?? 0);
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
    const { screen } = this.rig;
    const bells = screen.bells;
    this.rig.type(keys.map(keyText).join(''));
    // A refusal rings at once.
    if (screen.bells > bells) for (const key of keys) this.refused.add(key);
    else this.accepted.push(...keys);
  }
}

function bytesIn(pattern: RegExp, notice: string): number {
  return Number(pattern.exec(notice)?.[1] ?? 0);
}
