import * as vscode from 'vscode';
import { t } from '../core/l10n.js';
import { hold } from '../ui/heldAccount.js';
import { confirm } from '../ui/prompts.js';
import { taskName } from '../ui/taskRows.js';
import { copyLink } from './links.js';
import { command } from './registry.js';
import { taskArgs, taskOf } from './taskOf.js';

export const claimReview = command({
  id: 'task.claimReview',
  args: taskArgs,
  async run(services, args, resource) {
    const held = await hold(services.swan);
    const task = await taskOf(services, args?.taskUuid, resource, { title: t('Claim a Review') });
    const detail = t(
      'Swan Chain reviews how long it was really up. Where that was less than was paid for, the difference is refunded.',
    );
    await confirm(t('Have the uptime of “{0}” reviewed?', taskName(task)), detail, t('Claim Review'), task.id);
    await held.check();
    const message = await held.connection.backend.tasks.claimReview(task.id);
    void vscode.window.showInformationMessage(t('Review claimed. Swan Chain says: {0}', message));
  },
});

export const copyTaskUuid = command({
  id: 'task.copyUuid',
  args: taskArgs,
  async run(services, args, resource) {
    const id = args?.taskUuid ?? (await taskOf(services, undefined, resource, { title: t('Copy a Task’s UUID') })).id;
    await vscode.env.clipboard.writeText(id);
    return id;
  },
});

export const copyTaskLink = command({
  id: 'task.copyLink',
  args: taskArgs,
  async run(services, args, resource) {
    const nav = { title: t('Copy a Link to a Task') };
    return copyLink('task', args?.taskUuid ?? (await taskOf(services, undefined, resource, nav)).id);
  },
});

/** The scheme of documents that hold what the service says of a task. */
export const DEPLOYMENT_SCHEME = 'remote-compute-task';

export const showDeployment = command({
  id: 'task.showDeployment',
  args: taskArgs,
  async run(services, args, resource) {
    const task = await taskOf(services, args?.taskUuid, resource, { title: t('Show a Task’s Deployment') });
    // The id is the service's text: it is a part of the path, and no more.
    const uri = vscode.Uri.from({ scheme: DEPLOYMENT_SCHEME, path: `/${encodeURIComponent(task.id)}.json` });
    services.deployments.refresh(uri);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  },
});
