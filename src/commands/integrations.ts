import * as vscode from 'vscode';
import { hasKind } from '../core/errors.js';
import { hold } from '../ui/heldAccount.js';
import { type Ending, registerCommandTasks } from './commandTasks.js';
import { registerLanguageTools } from './languageTools.js';
import { registerLinks } from './links.js';
import type { Services } from './services.js';
import { askLaunch } from './terminalOpen.js';

/** Where VS Code itself offers what the commands do. @param state of the workspace */
export function registerIntegrations(services: Services, state: vscode.Memento): Ending {
  const tasks = registerCommandTasks(services, state);
  const all = vscode.Disposable.from(
    tasks,
    registerLinks(services),
    registerLanguageTools(services),
    vscode.window.registerTerminalProfileProvider('remoteCompute.terminal', {
      provideTerminalProfile: () => terminalProfile(services),
    }),
  );
  return { end: () => tasks.end(), dispose: () => all.dispose() };
}

/** VS Code shows an error whatever the answer to a change of mind; without one, nothing. */
const NOTHING = new Promise<never>(() => {});

async function terminalProfile(services: Services): Promise<vscode.TerminalProfile> {
  const { account, terminals, views } = services;
  await account.ready();
  if (!account.signedIn) await vscode.commands.executeCommand('remoteCompute.decthings.signIn');
  if (!account.signedIn) return await NOTHING;
  const held = await hold(account);
  const launch = await askLaunch(services).catch((error: unknown) => {
    if (hasKind(error, 'cancelled')) return NOTHING;
    throw error;
  });
  const name = await views.modelName(launch.modelId);
  await held.check();
  return new vscode.TerminalProfile(await terminals.profile(launch, name));
}
