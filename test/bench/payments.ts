import { parseUnits } from '../../src/core/money.js';
import type { Quote } from '../../src/core/payments.js';
import type { SwanServices } from '../../src/sandbox/swan.js';
import { DEFAULT_PACE } from '../../src/swan/payments/context.js';
import { Payer, Reader, temporaryJournal } from '../support/payer.js';
import { startSandbox } from '../support/sandbox.mjs';
import { type Figure, measure, type Target } from './figure.js';
import { SdkPayer } from './sdkPayment.js';
import { median, ratio, time, wait, within } from './stats.js';

const BLOCK_SECONDS = [1, 2];
/** Payments of each case, of as many wallets, at different moments between two blocks. */
const RUNS = 5;
const FUNDS = parseUnits('100') ?? 0n;
const CASE_DEADLINE_MS = 60_000;

/** Of all payments of a case, from the confirmation on. */
interface Result {
  /** Until the service has taken it. */
  validated: number[];
  /** Until the service says that it has seen it on the chain. */
  confirmed: number[];
  /** Of the chain, for one payment. */
  calls: number;
}

measure(async (): Promise<Figure> => {
  const chains = await Promise.all(BLOCK_SECONDS.map(measureChain));
  const rows: string[][] = [];
  const targets: Target[] = [];
  for (const [index, cases] of chains.entries()) {
    for (const { allowed, ours, theirs } of cases) {
      const name = `${BLOCK_SECONDS[index]} s, ${allowed ? 'an allowance in place' : 'no allowance'}`;
      const [own, other] = [median(ours.validated), median(theirs.validated)];
      rows.push(
        [name, 'extension', time(own), ratio(own, other), time(median(ours.confirmed)), `${ours.calls}`],
        [name, 'SDK', time(other), ratio(1, 1), '–', `${theirs.calls}`],
      );
      targets.push({
        what: `Blocks of ${name}: validated sooner than by the SDK`,
        measured: `${time(own)} to ${time(other)}, ${ours.calls} to ${theirs.calls} calls`,
        met: own < other,
      });
    }
  }
  return {
    title: 'Paying for a task',
    how: `From the person’s confirmation until the service has taken the payment, on the same chain; medians of ${RUNS} payments, each of a wallet of its own. The SDK’s procedure: approve and wait, pay and wait, each by a look every 100 ms, sleep 3 s, validate. It approves whatever the allowance is. The extension’s begins with reading once more all that was confirmed, and ends with the service’s word that it has seen the payment on the chain, which the SDK does not ask for. Calls of the chain’s RPC are counted by the sandbox.`,
    tables: [{ head: ['blocks', 'client', 'validated', 'to SDK', 'seen on the chain', 'RPC calls'], rows }],
    targets,
  };
});

async function measureChain(blockSeconds: number) {
  const sandbox = await startSandbox(['--only', 'swan']);
  const { swan } = sandbox.services;
  const reader = new Reader(swan);
  const compare = async (allowed: boolean) => {
    const run = async (pay: Pay): Promise<Result> => {
      await reader.mineAtOnce();
      const wallets = await Promise.all(Array.from({ length: RUNS }, () => prepare(swan, reader, allowed)));
      await reader.stopMining();
      await reader.send('evm_setIntervalMining', blockSeconds);
      const before = await calls(reader);
      const apart = (blockSeconds * 1000) / RUNS;
      const payments = wallets.map(async (wallet, index) => {
        await wait(index * apart);
        return pay(wallet);
      });
      const times = await within(CASE_DEADLINE_MS, `payments in blocks of ${blockSeconds} s`, Promise.all(payments));
      for (const { remove } of wallets) remove();
      const column = (name: keyof Times) => times.map(each => each[name]);
      const each = Math.round(((await calls(reader)) - before) / RUNS);
      return { validated: column('validated'), confirmed: column('confirmed'), calls: each };
    };
    return { allowed, ours: await run(ours), theirs: await run(theirs) };
  };
  const cases = [await compare(false), await compare(true)];
  reader.close();
  await sandbox.stop();
  return cases;
}

interface Wallet {
  payer: Payer;
  sdk: SdkPayer;
  quote: Quote;
  remove(): void;
}

/** A wallet of its own with a task to pay for, which was asked about. */
async function prepare(services: SwanServices, reader: Reader, allowed: boolean): Promise<Wallet> {
  const { folder, remove } = temporaryJournal();
  const privateKey = await reader.fund(FUNDS);
  const payer = new Payer({ services, folder, privateKey, pace: DEFAULT_PACE });
  const task = await payer.create();
  if (allowed) await reader.approve(privateKey, (await payer.quote(task)).amount);
  return { payer, sdk: new SdkPayer(services, privateKey, payer.api), quote: await payer.quote(task), remove };
}

interface Times {
  validated: number;
  confirmed: number;
}

type Pay = (wallet: Wallet) => Promise<Times>;

async function ours({ payer, quote }: Wallet): Promise<Times> {
  const signer = await payer.signer();
  const start = performance.now();
  let validated = Number.NaN;
  payer.changes.event(({ history }) => {
    if (history.at(-1)?.what === 'told') validated = performance.now() - start;
  });
  await payer.engine.pay(quote, signer);
  return { validated, confirmed: performance.now() - start };
}

async function theirs({ sdk, quote }: Wallet): Promise<Times> {
  const start = performance.now();
  await sdk.pay(quote);
  return { validated: performance.now() - start, confirmed: Number.NaN };
}

async function calls(reader: Reader): Promise<number> {
  const asked = Object.entries((await reader.stats()).rpc).filter(([method]) => method.startsWith('eth_'));
  return asked.reduce((sum, [, count]) => sum + count, 0);
}
