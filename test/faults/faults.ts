import type { Shape } from '../support/proxy/lane.js';
import type { Rig } from './rig.js';

/** How long a fault lasts, milliseconds; a stall of more than a third of a second is noticed at the soak's pace. */
const SHORTEST_MS = 20;
const LONGEST_MS = 700;

type Fault = (rig: Rig, lasting: () => Promise<void>) => Promise<void>;

const faults: Record<string, Fault> = {
  cut: async rig => rig.proxy.cut(),
  reset: async rig => rig.proxy.reset(),
  'stall up': (rig, lasting) => stall(rig, lasting, 'up'),
  'stall down': (rig, lasting) => stall(rig, lasting, 'down'),
  'stall both ways': (rig, lasting) => stall(rig, lasting, 'up', 'down'),
  delay: (rig, lasting) => shape(rig, lasting, { delayMs: 10, jitterMs: 60 }),
  throttle: (rig, lasting) => shape(rig, lasting, { bytesPerSecond: 200_000 }),
  split: (rig, lasting) => shape(rig, lasting, { chunks: 'split' }),
  merge: (rig, lasting) => shape(rig, lasting, { chunks: 'merge' }),
  'corrupt frame up': async rig => rig.proxy.corrupt('up', 'frame'),
  'corrupt frame down': async rig => rig.proxy.corrupt('down', 'frame'),
  'corrupt message down': async rig => rig.proxy.corrupt('down', 'message'),
  refuse: async (rig, lasting) => {
    await rig.proxy.refuse();
    rig.proxy.cut();
    await lasting();
    await rig.proxy.accept();
  },
  'HTTP 429': (rig, lasting) => answer(rig, lasting, 429),
  'HTTP 502': (rig, lasting) => answer(rig, lasting, 502),
  'HTTP 401': (rig, lasting) => answer(rig, lasting, 401),
};

async function stall(rig: Rig, lasting: () => Promise<void>, ...directions: ('up' | 'down')[]): Promise<void> {
  rig.proxy.stall(...directions);
  await lasting();
  rig.proxy.flow();
}

async function shape(rig: Rig, lasting: () => Promise<void>, shaped: Partial<Shape>): Promise<void> {
  rig.proxy.shape(shaped);
  await lasting();
  rig.proxy.shape({});
}

async function answer(rig: Rig, lasting: () => Promise<void>, status: number): Promise<void> {
  await rig.proxy.accept(status);
  rig.proxy.cut();
  await lasting();
  await rig.proxy.accept();
}

/** Faults by chance, one after the other, most of them before the terminal has recovered from the last. */
export class Faults {
  private readonly inflicted = new Map<string, number>();

  constructor(
    private readonly rig: Rig,
    private readonly random: () => number,
    private readonly pressEnter: () => Promise<void>,
  ) {}

  /** Such as `cut 12, reset 9`. */
  get summary(): string {
    return [...this.inflicted].map(([name, count]) => `${name} ${count}`).join(', ');
  }

  async inflict(): Promise<void> {
    const { rig, random } = this;
    const names = Object.keys(faults);
    const name = names[Math.floor(random() * names.length)] ?? '';
    this.inflicted.set(name, (this.inflicted.get(name) ?? 0) + 1);
    await faults[name]?.(rig, () => delay(SHORTEST_MS + random() ** 2 * (LONGEST_MS - SHORTEST_MS)));
    if (random() < 0.5) await delay(random() * 200);
    if (rig.terminal.phase === 'ended') await this.pressEnter();
    if (random() < 0.4) await this.recovered();
  }

  /** The terminal is live and what it says next was typed after the fault. */
  async recovered(): Promise<void> {
    await this.rig.until('the terminal has recovered', () => {
      if (this.rig.terminal.phase === 'ended') void this.pressEnter();
      return this.rig.terminal.phase === 'live';
    });
  }
}

function delay(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
