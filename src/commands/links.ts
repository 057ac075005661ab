import * as vscode from 'vscode';
import type { Services } from './services.js';

export const EXTENSION_ID = 'remote-compute.remote-compute';

/** What a link can lead to. */
export type LinkKind = 'launcher' | 'task';

/** Links lead to a row, and do nothing else: anybody can write one, and any page can have it opened. */
export function registerLinks(services: Services): vscode.Disposable {
  return vscode.window.registerUriHandler({
    async handleUri(uri) {
      const { openLink } = await import('./linkOpen.js');
      await openLink(services, uri);
    },
  });
}

/** What is to be pasted elsewhere, and leads back here. */
export async function copyLink(kind: LinkKind, id: string): Promise<string> {
  const link = vscode.Uri.from({ scheme: vscode.env.uriScheme, authority: EXTENSION_ID, path: `/${kind}/${id}` });
  await vscode.env.clipboard.writeText(link.toString());
  return link.toString();
}
