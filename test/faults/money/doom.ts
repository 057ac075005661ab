import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { PaymentKind, Quote } from '../../../src/core/payments.js';
import type { SwanServices } from '../../../src/sandbox/swan.js';

/** What a process does before it ends, or is ended. */
export type Act =
  | { type: 'pay'; quote: Quote }
  | { type: 'resume' | 'cancel'; id: string; signs: boolean }
  | { type: 'speedUp'; id: string }
  | { type: 'validate'; payment: { task: string; kind: PaymentKind; hash: string } }
  | { type: 'reconcile' };

export interface Stop {
  name: string;
  when: 'before' | 'after';
}

export interface Doom {
  services: SwanServices;
  folder: string;
  privateKey: string;
  /** The key's own. */
  wallet: string;
  act: Act;
  /** Where it is killed. */
  stop?: Stop | undefined;
  /** Its time passes faster. */
  hurried?: boolean | undefined;
  /** Whoever listens to its payments throws. */
  heardBadly?: boolean | undefined;
}

export interface Fate {
  /** The steps that it took. */
  steps: string[];
  killed: boolean;
  /** Why it did not do what it was to do, where it was not killed. */
  failure: { kind: string; code?: string; message: string; stack: string } | undefined;
}

/** What is said to the process, and what it says of a life: a step, that it stands at its stop, or its end. */
export type Birth = { life: number; what: Doom };
export type News = { life: number } & ({ step: string } | { stands: true } | { failure: Fate['failure'] });

interface Life {
  steps: Set<string>;
  stands: boolean;
  resolve(fate: Fate): void;
  reject(error: Error): void;
}

/** Lets a process of its own live until it has done its act, or reaches its stop. */
export function doom(what: Doom): Promise<Fate> {
  const alone = new Doomed();
  return alone.live(what).finally(() => alone.end());
}

/** Lets many live in few processes: those who begin while nobody of a process has reached their stop share it. */
export class Crowd {
  private latest: Doomed | undefined;

  doom(what: Doom): Promise<Fate> {
    if (!this.latest?.open) this.latest = new Doomed();
    return this.latest.live(what);
  }

  end(): void {
    this.latest?.end();
  }
}

/**
 * A process in which some live beside each other, of wallets of their own. Who reaches their stop stands still there; when
 * nobody moves any more it is killed, and they with it.
 */
class Doomed {
  /** Nobody stands still yet, who would have to wait for others. */
  open = true;
  private readonly child: ChildProcess;
  private readonly lives = new Map<number, Life>();
  private born = 0;
  private stderr = '';

  constructor() {
    const stdio = ['ignore', 'inherit', 'pipe', 'ipc'] as const;
    // A quote has bigints in it.
    this.child = fork(join(__dirname, 'doomedPayer.js'), ['doomed'], { stdio: [...stdio], serialization: 'advanced' });
    this.child.stderr?.on('data', chunk => (this.stderr += chunk));
    this.child.on('message', (news: News) => this.hear(news));
    this.child.once('exit', () => this.ended());
    this.child.once('error', error => this.ended(error.message));
  }

  live(what: Doom): Promise<Fate> {
    return new Promise((resolve, reject) => {
      const life = this.born++;
      this.lives.set(life, { steps: new Set(), stands: false, resolve, reject });
      this.child.send({ life, what } satisfies Birth);
    });
  }

  /** For nobody else. */
  end(): void {
    this.open = false;
    this.reap();
  }

  private hear(news: News): void {
    const life = this.lives.get(news.life);
    if (!life) return;
    if ('step' in news) life.steps.add(news.step);
    else if ('stands' in news) {
      life.stands = true;
      this.open = false;
    } else {
      this.lives.delete(news.life);
      life.resolve({ steps: [...life.steps], killed: false, failure: news.failure });
    }
    this.reap();
  }

  private reap(): void {
    if (!this.open && [...this.lives.values()].every(({ stands }) => stands)) this.child.kill('SIGKILL');
  }

  private ended(why = this.stderr): void {
    this.open = false;
    for (const { steps, stands, resolve, reject } of this.lives.values()) {
      if (stands) resolve({ steps: [...steps], killed: true, failure: undefined });
      else reject(new Error(`The payer crashed by itself: ${why}`));
    }
    this.lives.clear();
  }
}
