import { parseUnits } from '../../src/core/money.js';
import type { PaymentKind, PaymentRequest } from '../../src/core/payments.js';
import { type SwanSandbox, startSwanSandbox } from '../../src/sandbox/swan.js';
import { Payer, type PayerOptions, Reader, temporaryJournal } from './payer.js';

/** Generous for what a suite does with one wallet. */
export const FUNDS = parseUnits('1000') ?? 0n;

/** A sandbox for all tests of a suite; for each test a funded wallet, its journal and the window that pays with it. */
export class PayerRig {
  private running: { sandbox: SwanSandbox; reader: Reader } | undefined;
  private own: { journal: ReturnType<typeof temporaryJournal>; privateKey: string; payer: Payer } | undefined;

  /**
   * Registers the hooks of the suite that it is made in.
   * @param more of every payer, made anew for each
   * @param ready after the wallet is funded
   */
  constructor(more: () => Partial<PayerOptions> = () => ({}), ready?: (reader: Reader) => Promise<void>) {
    before(async () => {
      const sandbox = await startSwanSandbox({ stepMs: 20 });
      this.running = { sandbox, reader: new Reader(sandbox.services) };
    });
    after(async () => {
      this.running?.reader.close();
      await this.running?.sandbox.close();
    });
    beforeEach(async () => {
      const { reader } = this;
      await reader.act('clear');
      await reader.mineAtOnce();
      const journal = temporaryJournal();
      const privateKey = await reader.fund(FUNDS);
      this.payerWith = options =>
        new Payer({ services: this.sandbox.services, folder: journal.folder, privateKey, ...more(), ...options });
      this.own = { journal, privateKey, payer: this.payerWith() };
      await ready?.(reader);
    });
    afterEach(() => this.own?.journal.remove());
  }

  /** Another window of the same person, on the same journal. */
  payerWith: (more?: Partial<PayerOptions>) => Payer = notYet;

  /** Approves exactly what a payment comes to, so that it needs no approval of its own. */
  async allow(task: string, kind: PaymentKind = 'create', more: Partial<PaymentRequest> = {}): Promise<void> {
    await this.reader.approve(this.privateKey, (await this.payer.quote(task, kind, more)).amount);
  }

  get sandbox(): SwanSandbox {
    return (this.running ?? notYet()).sandbox;
  }

  get reader(): Reader {
    return (this.running ?? notYet()).reader;
  }

  get payer(): Payer {
    return (this.own ?? notYet()).payer;
  }

  get privateKey(): string {
    return (this.own ?? notYet()).privateKey;
  }

  /** Where the journal is. */
  get folder(): string {
    return (this.own ?? notYet()).journal.folder;
  }
}

function notYet(): never {
  throw new Error('Only within a test.');
}
