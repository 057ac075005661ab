// The extension as it runs in this window.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { RemoteComputeApi } from '../../../src/api.js';
import type { CommandId } from '../../../src/commands/ids.js';
import type { Services } from '../../../src/commands/services.js';
import type { ErrorKind } from '../../../src/core/errors.js';
import type { Node } from '../../../src/ui/tree.js';
import { until } from '../../support/until.js';

export const EXTENSION_ID = 'remote-compute.remote-compute';

/** What `activate` gives under test. */
export async function activated(): Promise<RemoteComputeApi & { services: Services }> {
  const extension = vscode.extensions.getExtension<RemoteComputeApi & { services: Services }>(EXTENSION_ID);
  assert.ok(extension);
  return await extension.activate();
}

/** A command with an argument object as a program gives it, or with a row of a tree, or with nothing, as a person does. */
export function run<T = unknown>(id: CommandId, argument?: object): Promise<T> {
  return Promise.resolve(vscode.commands.executeCommand<T>(`remoteCompute.${id}`, ...(argument ? [argument] : [])));
}

/** For `assert.rejects`: an error of this kind whose text matches. */
export function errorOf(kind: ErrorKind, text = /./): (error: unknown) => boolean {
  return error => {
    assert.ok(error instanceof Error && 'kind' in error, `not an error with a kind: ${error}`);
    assert.equal(error.kind, kind, error.message);
    assert.match(error.message, text);
    return true;
  };
}

export async function setSetting(name: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration('remoteCompute').update(name, value, vscode.ConfigurationTarget.Global);
}

/** Rows as `label|description`, those below a row indented. */
export function drawn(nodes: readonly Node[], indent = ''): string[] {
  return nodes.flatMap(({ row, children }) => [
    `${indent}${row.label}${row.description === undefined ? '' : `|${row.description}`}`,
    ...drawn(children, `${indent}  `),
  ]);
}

/** All rows, those below others too. */
export function allNodes(nodes: readonly Node[]): Node[] {
  return nodes.flatMap(node => [node, ...allNodes(node.children)]);
}

/** Closes all tabs of the panel, also those that VS Code is still opening: it opens one after the other. */
export async function closeTerminals(): Promise<void> {
  const never = new vscode.EventEmitter<string>();
  const last = vscode.window.createTerminal({
    name: 'last',
    pty: { onDidWrite: never.event, open: () => undefined, close: () => never.dispose() },
  });
  await until('the last tab', () => vscode.window.terminals.includes(last));
  // Meanwhile VS Code may open a shell of its own, where the panel would be empty.
  await until('all tabs to close', () => {
    for (const terminal of vscode.window.terminals) terminal.dispose();
    return vscode.window.terminals.length === 0;
  });
}
