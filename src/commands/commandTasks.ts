import * as vscode from 'vscode';
import type { CommandRuns } from './commandRuns.js';
import type { Services } from './services.js';

/** The type of tasks in `tasks.json` that run a command on a rented machine. */
const TYPE = 'remoteCompute';

/** What ends with the window, where the service has to be told of it. */
export interface Ending extends vscode.Disposable {
  /** Resolves when it has been told. */
  end(): Promise<void>;
}

/** @param state of the workspace */
export function registerCommandTasks(services: Services, state: vscode.Memento): Ending {
  let runs: CommandRuns | undefined;
  const run = async (definition: vscode.TaskDefinition) => {
    const { CommandRuns } = await import('./commandRuns.js');
    runs ??= new CommandRuns(services, state);
    return runs.run(definition);
  };
  const provider = vscode.tasks.registerTaskProvider(TYPE, {
    // There is nothing to guess, and looking at the account would cost requests each time tasks are listed.
    provideTasks: () => [],
    resolveTask: ({ definition, scope = vscode.TaskScope.Workspace, name }) =>
      new vscode.Task(definition, scope, name, 'Remote Compute', new vscode.CustomExecution(run)),
  });
  return {
    end: async () => await runs?.end(),
    dispose() {
      provider.dispose();
      runs?.dispose();
    },
  };
}
