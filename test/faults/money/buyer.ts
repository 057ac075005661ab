import assert from 'node:assert/strict';
import type { PaymentKind, Quote } from '../../../src/core/payments.js';
import type { Pricing } from '../../../src/core/tasks.js';
import type { SwanServices } from '../../../src/sandbox/swan.js';
import { isOpen, type PaymentRecord, type SignedTransaction, serialize } from '../../../src/swan/journal/record.js';
import { STEPS } from '../../../src/swan/payments/steps.js';
import { hurriedClock } from '../../support/hurry.js';
import { Payer } from '../../support/payer.js';
import { type Act, doom, type Fate, type Stop } from './doom.js';
import type { Weather } from './weather.js';

const MOST_TRIES = 60;
/** How long in a row bad luck lasts. */
const UNLUCKY_TRIES = 8;
/** Buyers validate nothing. */
const REACHED = STEPS.filter(name => !name.startsWith('validate.'));

export interface BuyerOptions {
  services: SwanServices;
  folder: string;
  privateKey: string;
  pricing: Pricing;
  duration: number;
  random: () => number;
  weather: Weather;
}

/** One thing that is to be paid for, once. */
export interface Purchase {
  task: string;
  kind: PaymentKind;
  /** Of the payment that is to be done at the end. */
  id: string;
}

/** Somebody who buys one thing after the other, each until the journal says that it is paid, through windows that die. */
export class Buyer {
  readonly payer: Payer;
  readonly purchases: Purchase[] = [];
  kills = 0;
  pairs = 0;
  replacements = 0;

  constructor(readonly options: BuyerOptions) {
    this.payer = new Payer({ ...options, clock: hurriedClock() });
  }

  async buy(): Promise<void> {
    const kind = this.purchases.length > 0 && this.chance(0.4) ? 'renew' : 'create';
    const task =
      kind === 'renew' ? this.anyTask() : await this.payer.create(this.options.duration, this.options.pricing);
    const former = new Set((await this.records(task, kind)).map(({ id }) => id));
    for (let tries = 0; ; tries++) {
      const records = await this.records(task, kind);
      const done = records.find(({ id, stage }) => stage === 'done' && !former.has(id));
      if (done) {
        this.purchases.push({ task, kind, id: done.id });
        return;
      }
      assert.ok(tries < MOST_TRIES, `${kind} of ${task} does not come to its end:\n${await this.story()}`);
      await this.attempt(task, kind, records.find(isOpen), tries < UNLUCKY_TRIES);
    }
  }

  private async attempt(
    task: string,
    kind: PaymentKind,
    open: PaymentRecord | undefined,
    unlucky: boolean,
  ): Promise<void> {
    const { weather } = this.options;
    if (unlucky && this.chance(0.6)) await weather.strike();
    if (unlucky && this.chance(0.05)) await weather.reorganise();
    if (unlucky && this.chance(0.1)) await this.live({ type: 'reconcile' }, unlucky);
    if (!unlucky || this.chance(0.2)) await this.recover(open, unlucky);
    if (open) {
      await this.goOn(open, unlucky);
      return;
    }
    const quote = await this.quote(task, kind);
    if (!quote) return;
    const act: Act = { type: 'pay', quote };
    if (unlucky && this.chance(0.15)) {
      this.pairs++;
      await Promise.all([this.live(act, unlucky), this.live(act, unlucky)]);
    } else if (unlucky && this.chance(0.1)) {
      await weather.withoutBlocks(async () => {
        await this.live(act, unlucky);
        for (const record of (await this.records(task, kind)).filter(isOpen)) await this.goOn(record, unlucky);
      });
    } else {
      const failure = await this.live(act, unlucky);
      // As its words say.
      if (failure?.code === 'payment_missing') await this.live({ type: 'reconcile' }, unlucky);
    }
  }

  /** What a window does at its start, with what else the wallet has left open. */
  private async recover(current: PaymentRecord | undefined, unlucky: boolean): Promise<void> {
    const left = (await this.payer.journal.open()).filter(each => each.wallet === this.payer.wallet);
    for (const { id } of left) if (id !== current?.id) await this.live({ type: 'resume', id, signs: false }, unlucky);
  }

  /**
   * With a payment that is in the journal. What the service was told of is not cancelled: it has seen that on the chain, and
   * gives the task for it, though it was taken back since.
   */
  private async goOn({ id, stage, history }: PaymentRecord, unlucky: boolean): Promise<void> {
    const moving = stage === 'approving' || stage === 'paying';
    if (unlucky && moving && this.chance(0.4)) {
      this.replacements++;
      const told = history.some(({ what }) => what === 'told');
      const cancels = this.chance(0.5) && !told;
      await this.live(cancels ? { type: 'cancel', id, signs: true } : { type: 'speedUp', id }, unlucky);
    }
    const failure = await this.live({ type: 'resume', id, signs: true }, unlucky);
    // What was taken back when it was planned has been made again since.
    if (failure?.code === 'already_paid') await this.live({ type: 'cancel', id, signs: true }, unlucky);
  }

  /** As long as the window lives. */
  private async live(act: Act, unlucky: boolean): Promise<Fate['failure']> {
    const { services, folder, privateKey } = this.options;
    const stop = unlucky && this.chance(0.85) ? this.anyStop() : undefined;
    const { wallet } = this.payer;
    const life = { services, folder, privateKey, wallet, act, stop, hurried: true };
    const { killed, failure } = await doom(life);
    if (killed) this.kills++;
    if (failure) requireWords(failure);
    return failure;
  }

  private async quote(task: string, kind: PaymentKind): Promise<Quote | undefined> {
    const { pricing, duration } = this.options;
    return this.payer.quote(task, kind, { pricing, duration }).catch(error => {
      requireWords(error);
      return undefined;
    });
  }

  private async records(task: string, kind: PaymentKind): Promise<PaymentRecord[]> {
    const { records } = await this.payer.journal.list();
    return records.filter(each => each.task === task && each.kind === kind);
  }

  /** All that happened to the wallet's payments. */
  private async story(): Promise<string> {
    const { records } = await this.payer.journal.list();
    const own = records.filter(each => each.wallet === this.payer.wallet);
    return own
      .map(each => `${serialize({ ...each, transactions: [] })}\n${each.transactions.map(line).join('\n')}`)
      .join('\n');
  }

  private anyTask(): string {
    return this.purchases[Math.floor(this.options.random() * this.purchases.length)]?.task ?? '';
  }

  private anyStop(): Stop {
    const name = REACHED[Math.floor(this.options.random() * REACHED.length)] ?? 'pay.journal';
    return { name, when: this.chance(0.5) ? 'before' : 'after' };
  }

  private chance(of: number): boolean {
    return this.options.random() < of;
  }
}

/** Whatever goes wrong is said in words; anything else is a defect. */
function requireWords({ kind, code, message, stack }: NonNullable<Fate['failure']>): void {
  const ours = kind !== 'service' || code !== undefined || message.startsWith('Swan');
  assert.ok(ours, `${message}\n${stack}`);
}

function line({ purpose, nonce, outcome, hash, block }: SignedTransaction): string {
  return `  ${purpose} at nonce ${nonce}: ${outcome} ${hash} in block ${block}`;
}
