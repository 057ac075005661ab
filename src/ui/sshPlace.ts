import * as vscode from 'vscode';
import { cancelled } from '../core/errors.js';
import { t } from '../core/l10n.js';
import type { AppAddress } from '../core/tasks.js';

type SshAddress = Pick<Extract<AppAddress, { type: 'ssh' }>, 'user' | 'host' | 'port'>;

/** What a server calls itself that is opened in a browser by its address: there is no machine but it for VS Code. */
const ADDRESS = /[.:]/;
/** In this window, once. */
let agreed = false;

export function sshCommand({ user, host, port }: SshAddress): string {
  return ['ssh', '-p', port, `${user}@${host}`].join(' ');
}

/**
 * `ssh` runs where this extension does, which is where the person is, but in a window to which it had to follow: into a
 * container, or to another machine. There are other keys there, so it is asked.
 * @returns whether to connect; otherwise the command is on the clipboard
 * @throws cancelled
 */
export async function mayConnectFromHere(address: SshAddress): Promise<boolean> {
  const { remoteName } = vscode.env;
  const extension = vscode.extensions.getExtension('remote-compute.remote-compute');
  const isWithPerson = extension?.extensionKind === vscode.ExtensionKind.UI;
  if (agreed || remoteName === undefined || isWithPerson || ADDRESS.test(remoteName)) return true;
  const [connect, copy] = [t('Connect from There'), t('Copy Command')];
  const answer = await vscode.window.showWarningMessage(
    t('Connect to {0} from the machine of this window ({1})?', address.host, remoteName),
    {
      modal: true,
      detail: t(
        'This window is connected to another machine or container, and Remote Compute runs there. So would ssh, with the keys that are there, and not with those of your own machine. To use your own keys, copy the command and run it in a terminal of your machine.',
      ),
    },
    connect,
    copy,
  );
  if (answer === undefined) throw cancelled();
  if (answer === copy) await vscode.env.clipboard.writeText(sshCommand(address));
  else agreed = true;
  return answer === connect;
}
