import * as v from 'valibot';
import * as vscode from 'vscode';
import { specText } from '../../core/format.js';
import { confirm } from '../../ui/prompts.js';
import { durationProblem } from '../../ui/taskForm.js';
import { hoursText } from '../../ui/taskRows.js';
import { place } from '../arguments.js';
import type { CommandId } from '../ids.js';
import { nonEmpty } from '../registry.js';
import { taskUuid } from './readTask.js';
import { bounded, DECLINED, data, tool } from './tool.js';

/** The person's own commands, which ask them all that they ask them otherwise. */
async function run(id: CommandId, args: object): Promise<string> {
  const result: unknown = await vscode.commands.executeCommand(`remoteCompute.${id}`, args);
  return result === undefined ? DECLINED : data(result);
}

export const openTerminal = tool({
  input: v.object({ modelId: nonEmpty, ...place }),
  prepare({ modelId, launcherId, machine }) {
    const where = launcherId ? `launcher ${launcherId}` : machine ? `a temporary machine (${specText(machine)})` : '';
    return {
      invocationMessage: 'Opening a remote terminal',
      confirmationMessages: {
        title: 'Open a remote terminal',
        message: plain(`On ${where || 'a machine that you choose'}, in the files of model ${modelId}.`),
      },
    };
  },
  async invoke(_services, args) {
    const { machine } = args;
    if (machine) {
      const detail =
        'A language model asks for it. The machine is paid for by your Decthings account, for as long as the terminal runs.';
      await confirm(`Open a terminal on a temporary machine (${specText(machine)})?`, detail, 'Open Terminal');
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
    invocationMessage: 'Renewing a Swan task',
    confirmationMessages: {
      title: 'Renew a Swan task',
      message: plain(
        `Task ${id}, by ${hoursText(hours * 3600)}. You are asked again, with the price, before it is paid.`,
      ),
    },
  }),
  invoke: (_services, { taskUuid: id, hours }) => run('task.renew', { taskUuid: id, duration: hours * 3600 }),
});

export const terminateTask = tool({
  input: v.object({ taskUuid }),
  prepare: ({ taskUuid: id }) => ({
    invocationMessage: 'Terminating a Swan task',
    confirmationMessages: {
      title: 'Terminate a Swan task',
      message: plain(`Task ${id}. You are asked again, with the refund, before it ends.`),
    },
  }),
  invoke: (_services, { taskUuid: id }) => run('task.terminate', { taskUuid: id }),
});

/** A model's words are a stranger's: nothing in them is a link. */
function plain(text: string): vscode.MarkdownString {
  return new vscode.MarkdownString().appendText(bounded(text, 500));
}
