import * as v from 'valibot';
import * as vscode from 'vscode';
import { specText } from '../../core/format.js';
import { t } from '../../core/l10n.js';
import { durationProblem } from '../../core/tasks.js';
import { confirm } from '../../ui/prompts.js';
import { hoursText } from '../../ui/taskRows.js';
import { place } from '../arguments.js';
import type { CommandId } from '../ids.js';
import { nonEmpty } from '../registry.js';
import { plain } from './plain.js';
import { taskUuid } from './readTask.js';
import { DECLINED, data, tool } from './tool.js';

/** The person's own commands, which ask them all that they ask them otherwise. */
async function run(id: CommandId, args: object): Promise<string> {
  const result: unknown = await vscode.commands.executeCommand(`remoteCompute.${id}`, args);
  return result === undefined ? DECLINED : data(result);
}

export const openTerminal = tool({
  input: v.object({ modelId: nonEmpty, ...place }),
  prepare({ modelId, launcherId, machine }) {
    const where = launcherId
      ? t('launcher {0}', launcherId)
      : machine
        ? t('a temporary machine ({0})', specText(machine))
        : '';
    return {
      invocationMessage: t('Opening a remote terminal'),
      confirmationMessages: {
        title: t('Open a remote terminal'),
        message: plain(t('On {0}, in the files of model {1}.', where || t('a machine that you choose'), modelId)),
      },
    };
  },
  async invoke(_services, args) {
    const { machine } = args;
    if (machine) {
      const detail = t(
        'A language model asks for it. The machine is paid for by your Decthings account, for as long as the terminal runs.',
      );
      await confirm(
        t('Open a terminal on a temporary machine ({0})?', specText(machine)),
        detail,
        t('Open Terminal'),
        args.modelId,
      );
    }
    return run('terminal.open', args);
  },
});

export const renewTask = tool({
  input: v.object({
    taskUuid,
    hours: v.pipe(
      v.number(),
      v.check(hours => Number.isInteger(hours * 3600) && !durationProblem(hours * 3600)),
    ),
  }),
  prepare: ({ taskUuid: id, hours }) => ({
    invocationMessage: t('Renewing a Swan task'),
    confirmationMessages: {
      title: t('Renew a Swan task'),
      message: plain(
        t('Task {0}, by {1}. You are asked again, with the price, before it is paid.', id, hoursText(hours * 3600)),
      ),
    },
  }),
  invoke: (_services, { taskUuid: id, hours }) => run('task.renew', { taskUuid: id, duration: hours * 3600 }),
});

export const terminateTask = tool({
  input: v.object({ taskUuid }),
  prepare: ({ taskUuid: id }) => ({
    invocationMessage: t('Terminating a Swan task'),
    confirmationMessages: {
      title: t('Terminate a Swan task'),
      message: plain(t('Task {0}. You are asked again, with the refund, before it ends.', id)),
    },
  }),
  invoke: (_services, { taskUuid: id }) => run('task.terminate', { taskUuid: id }),
});
