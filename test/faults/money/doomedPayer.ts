// A process that pays or takes payments up, and is killed at a step of each. Run by `doom`, which tells it what to do.
import { toRemoteError } from '../../../src/core/errors.js';
import { onListenerFailed } from '../../../src/core/events.js';
import type { Signer } from '../../../src/core/payments.js';
import { hurriedClock } from '../../support/hurry.js';
import { Payer } from '../../support/payer.js';
import type { Act, Birth, Doom, Fate, News } from './doom.js';

const never = new Promise<never>(() => {});

async function live({ act, stop, hurried, heardBadly, ...options }: Doom, tell: Tell): Promise<void> {
  let stands = false;
  const payer = new Payer({
    ...options,
    ...(hurried ? { clock: hurriedClock() } : {}),
    onStep: async (name, when) => {
      if (stands) await never;
      if (when === 'before') tell({ step: name });
      if (stop?.name !== name || stop.when !== when) return;
      stands = true;
      tell({ stands });
      await never;
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

type Tell = (news: { step: string } | { stands: true } | { failure: Fate['failure'] }) => void;

// Mocha loads every file of the suite's folder that it is told to; this one runs by itself alone.
if (process.argv[1] === __filename && process.send) {
  process.on('message', ({ life, what }: Birth) => {
    const tell: Tell = news => void process.send?.({ life, ...news } satisfies News);
    live(what, tell).then(
      () => tell({ failure: undefined }),
      error => {
        const { kind, code, message, cause } = toRemoteError(error);
        const stack = cause instanceof Error ? (cause.stack ?? '') : '';
        tell({ failure: { kind, ...(code === undefined ? {} : { code }), message, stack } });
      },
    );
  });
}
