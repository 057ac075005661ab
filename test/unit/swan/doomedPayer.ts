// A process that pays, and is killed at a step of it. Run by `crashes.test.ts` with what to do as its argument.
import { stdout } from 'node:process';
import type { PaymentKind } from '../../../src/core/payments.js';
import type { SwanServices } from '../../../src/sandbox/swan.js';
import { Payer } from './payer.js';

export interface Doom {
  services: SwanServices;
  folder: string;
  privateKey: string;
  task: string;
  kind: PaymentKind;
  duration: number;
  /** Where it ends; without it, it names the steps that it takes. */
  stop?: { name: string; when: string };
}

async function pay({ task, kind, duration, stop, ...options }: Doom): Promise<void> {
  const payer = new Payer({
    ...options,
    onStep: async (name, when) => {
      if (!stop) stdout.write(`${name}\n`);
      if (stop?.name !== name || stop.when !== when) return;
      process.kill(process.pid, 'SIGKILL');
      await new Promise(() => {});
    },
  });
  // What is read for the person's confirmation is no part of paying.
  const quote = await payer.quote(task, kind, { duration });
  await payer.engine.pay(quote, await payer.signer());
}

const [, script, doom] = process.argv;
// Mocha loads every file of the suite's folder that it is told to; this one runs by itself alone.
if (script === __filename && doom !== undefined) void pay(JSON.parse(doom));
