import * as v from 'valibot';
import * as vscode from 'vscode';
import { COMMAND_TASK } from '../core/tasksJson.js';
import { place } from './arguments.js';
import type { CommandRuns } from './commandRuns.js';
import { command, nonEmpty } from './registry.js';
import type { Services } from './services.js';

const taskArgs = v.pipe(
  v.object({
    modelId: nonEmpty,
    ...place,
    command: nonEmpty,
    args: v.optional(v.array(v.string())),
    label: v.optional(nonEmpty),
    /** A workspace folder’s name; the first one, where none is given. */
    folder: v.optional(nonEmpty),
  }),
  v.check(({ launcherId, machine }) => (launcherId === undefined) !== (machine === undefined)),
);

export type TaskArgs = v.InferOutput<typeof taskArgs>;

/** Adds a task to `tasks.json`, and runs nothing. @returns `{ label, uri }`: of a draft, where no folder is open */
export const createCommandTask = command({
  id: 'commandTask.create',
  args: taskArgs,
  run: async (services, given) => (await import('./commandTaskCreate.js')).createCommandTask(services, given),
});

/** @param state of the workspace */
export function registerCommandTasks(services: Services, state: vscode.Memento): vscode.Disposable {
  let runs: CommandRuns | undefined;
  const run = async (definition: vscode.TaskDefinition) => {
    const { CommandRuns } = await import('./commandRuns.js');
    runs ??= new CommandRuns(services, state);
    return runs.run(definition);
  };
  return vscode.Disposable.from(
    vscode.tasks.registerTaskProvider(COMMAND_TASK, {
      // There is nothing to guess, and looking at the account would cost requests each time tasks are listed.
      provideTasks: () => [],
      resolveTask: ({ definition, scope = vscode.TaskScope.Workspace, name }) =>
        new vscode.Task(definition, scope, name, 'Remote Compute', new vscode.CustomExecution(run)),
    }),
    new vscode.Disposable(() => runs?.dispose()),
  );
}
