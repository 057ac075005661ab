import * as vscode from 'vscode';
import { toWebAddress } from '../core/gitRemote.js';

interface GitApi {
  repositories: { state: { remotes: { fetchUrl?: string }[]; HEAD?: { name?: string } } }[];
}

export interface GitRemote {
  url: string;
  branch: string | undefined;
}

/** The remotes of the repositories that are open here, as web addresses, with the branch that is checked out. */
export async function gitRemotes(): Promise<GitRemote[]> {
  const extension = vscode.extensions.getExtension<{ getAPI(version: 1): GitApi }>('vscode.git');
  if (!extension) return [];
  try {
    const { repositories } = (await extension.activate()).getAPI(1);
    return repositories.flatMap(({ state }) =>
      state.remotes.flatMap(({ fetchUrl }) => {
        const url = toWebAddress(fetchUrl ?? '');
        return url ? [{ url, branch: state.HEAD?.name }] : [];
      }),
    );
  } catch {
    // Git is switched off: there is nothing to offer, and nothing to report.
    return [];
  }
}
