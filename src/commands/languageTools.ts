import * as vscode from 'vscode';
import type { Services } from './services.js';

/** As package.json declares them; a test compares both. */
export const toolNames = [
  'remoteCompute_listResources',
  'remoteCompute_readTask',
  'remoteCompute_openTerminal',
  'remoteCompute_renewTask',
  'remoteCompute_terminateTask',
] as const;

export type ToolName = (typeof toolNames)[number];

/** What language models may look at and ask for. What pays or destroys asks the person as ever; there is no way around. */
export function registerLanguageTools(services: Services): vscode.Disposable {
  const tools = () => import('./tools/tools.js');
  return vscode.Disposable.from(
    ...toolNames.map(name =>
      vscode.lm.registerTool<unknown>(name, {
        prepareInvocation: async ({ input }) => (await tools()).prepare(services, name, input),
        invoke: async ({ input }, token) => (await tools()).invoke(services, name, input, token),
      }),
    ),
  );
}
