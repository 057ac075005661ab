import * as vscode from 'vscode';
import { RemoteError, toRemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import type { DecthingsAccount } from '../ui/account.js';
import type { SwanAccount } from '../ui/swanAccount.js';
import type { LinkKind } from './links.js';
import { remedyOf } from './remedies.js';
import type { Services } from './services.js';

/** A bundle of its own, loaded when somebody follows a link. */

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** The service's own choice, so that more is let pass than it is known to give. */
const LAUNCHER_ID = /^\w[\w.:-]{0,99}$/;

interface Target {
  kind: LinkKind;
  id: string;
}

/** Reveals what `…/launcher/<id>` or `…/task/<uuid>` is about; says what is wrong where it cannot. */
export async function openLink(services: Services, uri: vscode.Uri): Promise<void> {
  const target = parse(uri);
  if (!target) {
    void vscode.window.showWarningMessage(t('This link leads to nothing in Remote Compute.'));
    return;
  }
  try {
    if (await signedIn(services, target)) await reveal(services, target);
  } catch (thrown) {
    const error = toRemoteError(thrown);
    services.log.failed(`Link to a ${target.kind}`, thrown);
    if (error.kind === 'cancelled') return;
    const remedy = remedyOf(error);
    const acts = error.code === ELSEWHERE ? [SWITCH_ACCOUNT] : remedy ? [remedy.label] : [];
    const answer = await vscode.window.showErrorMessage(error.message, ...acts);
    if (answer === SWITCH_ACCOUNT && (await switched(services, target))) await openLink(services, uri);
    if (remedy && answer === remedy.label) await vscode.commands.executeCommand(remedy.command);
  }
}

function parse({ path, query, fragment }: vscode.Uri): Target | undefined {
  const [root, kind, id = '', ...rest] = path.split('/');
  if (root !== '' || rest.length > 0 || query !== '' || fragment !== '') return undefined;
  if (kind === 'launcher' && LAUNCHER_ID.test(id)) return { kind, id };
  return kind === 'task' && UUID.test(id) ? { kind, id: id.toLowerCase() } : undefined;
}

const SIGN_IN = t('Sign In');
const SWITCH_ACCOUNT = t('Switch Account…');
/** Code of the error where another account may have what the link leads to. */
const ELSEWHERE = 'not_in_account';

/** @returns whether somebody is, if need be after the question whether they want to */
async function signedIn({ account, swan }: Services, { kind }: Target): Promise<boolean> {
  const [owner, service, message] =
    kind === 'launcher'
      ? ([account, 'decthings', t('Sign in to Decthings to see the launcher of this link.')] as const)
      : ([swan, 'swan', t('Sign in to Swan Chain to see the task of this link.')] as const);
  await owner.ready();
  if (owner.signedIn) return true;
  if ((await vscode.window.showInformationMessage(message, SIGN_IN)) !== SIGN_IN) return false;
  await vscode.commands.executeCommand(`remoteCompute.${service}.signIn`);
  return owner.signedIn;
}

/** @returns whether the person has chosen another account */
async function switched({ account, swan }: Services, { kind }: Target): Promise<boolean> {
  const [owner, service] = kind === 'launcher' ? ([account, 'decthings'] as const) : ([swan, 'swan'] as const);
  const before = owner.owner;
  await vscode.commands.executeCommand(`remoteCompute.${service}.switchAccount`);
  return owner.owner !== before;
}

async function reveal({ account, views, swan, tasks }: Services, { kind, id }: Target): Promise<void> {
  if (kind === 'launcher') {
    const { launchers } = await account.require();
    return views.launchers.reveal(id, async signal => {
      const [launcher] = await launchers.find([id], signal);
      if (launcher) return launcher;
      throw notThere(account, t('The launcher of this link does not exist any more, or is not yours.'));
    });
  }
  const { backend } = await swan.require();
  await swan.requireWallet();
  return tasks.view.reveal(id, async signal => {
    // The service tells of any task, whosever it is; a stranger's is not to stand among one's own, to be paid.
    const { rows, total } = await backend.tasks.listAll(signal);
    const listed = rows.find(each => each.id === id);
    if (listed) return tasks.named(listed);
    // Of very many, the list ends before the oldest.
    if (total > rows.length) return tasks.named(await backend.tasks.get(id, signal));
    throw notThere(swan, t('The task of this link does not exist any more, or is not yours.'));
  });
}

/** Whether another account may have it: nobody's in the sandbox, which is left first. */
function elsewhere({ accounts, visiting }: DecthingsAccount | SwanAccount): boolean {
  return !visiting && accounts.length > 1;
}

/** @param alone what to say to somebody with one account */
function notThere(account: DecthingsAccount | SwanAccount, alone: string): RemoteError {
  if (!elsewhere(account)) return new RemoteError('notFound', alone);
  return new RemoteError(
    'notFound',
    t(
      'What this link leads to is not in the account “{0}”. If it is in another one, switch to that first.',
      account.current?.name ?? '',
    ),
    { code: ELSEWHERE },
  );
}
