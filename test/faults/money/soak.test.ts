import { parseUnits } from '../../../src/core/money.js';
import type { Pricing } from '../../../src/core/tasks.js';
import { type SwanSandbox, startSwanSandbox } from '../../../src/sandbox/swan.js';
import { hurriedClock } from '../../support/hurry.js';
import { Payer, Reader, temporaryJournal } from '../../support/payer.js';
import { seed, seededRandom } from '../../support/random.js';
import { Buyer } from './buyer.js';
import { balance } from './sheet.js';
import { Weather } from './weather.js';

const PAYMENTS = Number(process.env.SOAK_PAYMENTS ?? 20);
const FUNDS = parseUnits('10000') ?? 0n;
/** The first two have two buyers each, at the same time. */
const WALLETS: readonly { pricing: Pricing; durations: readonly number[] }[] = [
  { pricing: 'dynamic', durations: [3_600, 9_000] },
  { pricing: 'fixed', durations: [3_600, 7_200] },
  { pricing: 'dynamic', durations: [5_400] },
  { pricing: 'fixed', durations: [18_000] },
];
/** The most that one payment and all that befalls it takes. */
const PAYMENT_DEADLINE_MS = 120_000;

describe(`${PAYMENTS} payments under faults, by windows that are killed (SEED=${seed})`, function () {
  this.timeout(120_000 + PAYMENTS * PAYMENT_DEADLINE_MS);
  let sandbox: SwanSandbox;
  let reader: Reader;
  let journal: ReturnType<typeof temporaryJournal>;

  before(async () => {
    sandbox = await startSwanSandbox({ stepMs: 20 });
    reader = new Reader(sandbox.services);
    journal = temporaryJournal();
    await reader.mineAtOnce();
  });

  after(async () => {
    journal.remove();
    reader.close();
    await sandbox.close();
  });

  it('take from each wallet what the journal and the contract say, and pay for each thing once', async () => {
    const weather = new Weather(reader, seededRandom(seed));
    const buyers = await gather(weather);
    // What is taken back is not the money to pay with.
    await reader.mine(10);
    let left = PAYMENTS;
    await Promise.all(
      buyers.map(async buyer => {
        while (left-- > 0) await buyer.buy();
      }),
    );
    await weather.clear();
    for (const buyer of buyers) await settle(buyer);

    const { purchases, fillers, outlived, tokens } = await balance(reader, buyers, FUNDS);
    const count = (what: 'kills' | 'pairs' | 'replacements') => buyers.reduce((sum, each) => sum + each[what], 0);
    console.log(
      `      ${purchases} payments by ${buyers.length} buyers of ${WALLETS.length} wallets: ${count('kills')} kills, ` +
        `${count('pairs')} at once, ${count('replacements')} sped up or cancelled, ${fillers} lost and filled, ` +
        `${outlived} taken back that the service keeps\n` +
        `      ${weather.summary}\n` +
        `      SWAN out of the wallets ${tokens.out} = journal ${tokens.journal} = events ${tokens.events}`,
    );
  });

  async function gather(weather: Weather): Promise<Buyer[]> {
    const { services } = sandbox;
    const { folder } = journal;
    const buyers: Buyer[] = [];
    for (const { pricing, durations } of WALLETS) {
      const privateKey = await reader.fund(FUNDS);
      for (const duration of durations) {
        const random = seededRandom(seed + buyers.length + 1);
        buyers.push(new Buyer({ services, folder, privateKey, pricing, duration, random, weather }));
      }
    }
    return buyers;
  }

  /** What reorganisations took back is made once more, until nothing is missing. */
  async function settle({ options: { privateKey } }: Buyer): Promise<void> {
    const payer = new Payer({ services: sandbox.services, folder: journal.folder, privateKey, clock: hurriedClock() });
    for (;;) {
      await payer.engine.reconcile();
      const open = await payer.journal.open();
      if (open.length === 0) return;
      for (const { id } of open) await payer.engine.resume(id, await payer.signer());
    }
  }
});
