// A process that pays or takes a payment up, and is killed at a step of it. Run by `doom` with its argument.
import { stdout } from 'node:process';
import { deserialize } from 'node:v8';
import { toRemoteError } from '../../../src/core/errors.js';
import { onListenerFailed } from '../../../src/core/events.js';
import type { Signer } from '../../../src/core/payments.js';
import { hurriedClock } from '../../support/hurry.js';
import { Payer } from '../../support/payer.js';
import type { Act, Doom } from './doom.js';

async function live({ act, stop, hurried, heardBadly, ...options }: Doom): Promise<void> {
  const payer = new Payer({
    ...options,
    ...(hurried ? { clock: hurriedClock() } : {}),
    onStep: async (name, when) => {
      if (when === 'before') stdout.write(`${name}\n`);
      if (stop?.name !== name || stop.when !== when) return;
      process.kill(process.pid, 'SIGKILL');
      await new Promise(() => {});
    },
  });
  if (heardBadly) listenBadly(payer);
  await play(payer, act);
}

function listenBadly({ changes }: Payer): void {
  onListenerFailed(() => {});
  changes.event(() => {
    throw new Error('One who listens fails.');
  });
  changes.event(async () => {
    throw new Error('One who listens fails later.');
  });
}

async function play(payer: Payer, act: Act): Promise<void> {
  const { engine, wallet: address } = payer;
  // Most end before they sign, and the key takes a while.
  const own: Signer = { address, sign: async unsigned => (await payer.signer()).sign(unsigned) };
  const signer = 'signs' in act && !act.signs ? undefined : own;
  if (act.type === 'resume') await engine.resume(act.id, signer);
  else if (act.type === 'cancel') await engine.cancel(act.id, signer);
  else if (act.type === 'validate') await engine.validate(act.payment);
  else if (act.type === 'reconcile') for (const { id } of await engine.reconcile()) await engine.resume(id);
  else if (act.type === 'pay') await engine.pay(act.quote, own);
  else await engine.speedUp(act.id, own);
}

const [, script, doom] = process.argv;
// Mocha loads every file of the suite's folder that it is told to; this one runs by itself alone.
if (script === __filename && doom !== undefined) {
  live(deserialize(Buffer.from(doom, 'base64'))).catch(error => {
    const { kind, code, message, cause } = toRemoteError(error);
    process.stderr.write(JSON.stringify({ kind, code, message, stack: cause instanceof Error ? cause.stack : '' }));
    process.exitCode = 1;
  });
}
