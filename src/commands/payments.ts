import * as v from 'valibot';
import * as vscode from 'vscode';
import { command, noArgs, nonEmpty } from './registry.js';

const runs = () => import('./paymentRuns.js');

/** `paymentId` with `/refund` after it stands for what came back. */
const args = v.object({ paymentId: nonEmpty });
export type PaymentArgs = v.InferOutput<typeof args>;

export const paymentCommands = [
  /** @returns how many payments and refunds agree with the chain, and which go on again */
  command({ id: 'payments.show', args: noArgs, run: async services => (await runs()).show(services) }),
  /** @returns the same, without the view */
  command({ id: 'payments.check', args: noArgs, run: async services => (await runs()).check(services) }),
  command({
    id: 'payments.group',
    args: v.object({ by: v.picklist(['month', 'task']) }),
    async run({ payments }, given) {
      await payments.setGrouping(given?.by ?? (payments.grouping === 'month' ? 'task' : 'month'));
      // From the palette, the view may not be in sight.
      if (!given) await vscode.commands.executeCommand('remoteCompute.payments.focus');
    },
  }),
  /** These three return `{ stage, hash }`; what is cancelled may have been paid before. */
  command({ id: 'payments.resume', args, run: async (...given) => (await runs()).resume(...given) }),
  command({ id: 'payments.speedUp', args, run: async (...given) => (await runs()).speedUp(...given) }),
  command({ id: 'payments.cancel', args, run: async (...given) => (await runs()).cancel(...given) }),
  command({ id: 'payments.openExplorer', args, run: async (...given) => (await runs()).openExplorer(...given) }),
  /** @returns the hash */
  command({ id: 'payments.copyHash', args, run: async (...given) => (await runs()).copyHash(...given) }),
  /** @returns the CSV's text. A person is asked where it is to be saved; a program gets the text alone */
  command({
    id: 'payments.export',
    args: noArgs,
    run: async (services, given) => (await runs()).exportCsv(services, given === undefined),
  }),
];
