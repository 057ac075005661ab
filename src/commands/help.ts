import * as v from 'valibot';
import * as vscode from 'vscode';
import { EXTENSION_ID } from './links.js';
import { command, noArgs, nonEmpty } from './registry.js';

export const showLog = command({
  id: 'showLog',
  args: noArgs,
  run: async ({ channel }) => channel.show(),
});

/** @param settings those alone, by their names without the prefix */
export const openSettings = command({
  id: 'openSettings',
  args: v.object({ settings: v.optional(v.array(nonEmpty)) }),
  async run(_services, args) {
    const query = args?.settings
      ? `@id:${args.settings.map(name => `remoteCompute.${name}`).join(',')}`
      : '@ext:remote-compute.remote-compute';
    await vscode.commands.executeCommand('workbench.action.openSettings', query);
  },
});

/** @returns the text, which is on the clipboard too */
export const copyDiagnostics = command({
  id: 'copyDiagnostics',
  args: noArgs,
  async run(services, args) {
    const { copyDiagnostics, tellCopied } = await import('./diagnostics.js');
    const text = await copyDiagnostics(services);
    if (!args) void tellCopied(text);
    return text;
  },
});

export const getStarted = command({
  id: 'getStarted',
  args: noArgs,
  run: async () => vscode.commands.executeCommand('workbench.action.openWalkthrough', `${EXTENSION_ID}#start`),
});
