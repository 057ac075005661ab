import * as v from 'valibot';
import type { MachineBackend } from '../core/backend.js';
import { RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import type { TerminalSession } from '../core/resources.js';
import { hold } from '../ui/heldAccount.js';
import { confirm } from '../ui/prompts.js';
import { command, idOf, nonEmpty } from './registry.js';
import type { Services } from './services.js';
import { pickSession } from './sessionPick.js';
import { untilGone } from './untilGone.js';

const terminalArgs = v.object({ terminalSessionId: nonEmpty });

/** Shows a session's terminal: its tab, where this window has one, or a new one. @returns `{ terminalSessionId }` */
export const attachTerminal = command({
  id: 'terminal.attach',
  args: terminalArgs,
  async run(services, args, resource) {
    const session = await terminalOf(services, args?.terminalSessionId ?? idOf(resource), t('Attach a Terminal'));
    await services.terminals.attach(session, await services.views.modelName(session.modelId));
    return { terminalSessionId: session.id };
  },
});

export const terminateTerminal = command({
  id: 'terminal.terminate',
  args: terminalArgs,
  async run(services, args, resource) {
    const { views, account } = services;
    const held = await hold(account);
    const session = await terminalOf(services, args?.terminalSessionId ?? idOf(resource), t('End a Terminal'));
    const name = await views.modelName(session.modelId);
    await confirm(
      t('End the terminal of “{0}”?', name),
      t('Whatever runs in it is ended. Files that it has written stay.'),
      t('End Terminal'),
      session.id,
    );
    await views.terminals.whileBusy(session.id, t('ending…'), async () => {
      const { terminals } = held.connection;
      await held.check();
      await terminals.terminate(session.id);
      await untilGone(async () => (await terminals.list()).some(each => each.id === session.id));
      await views.refresh();
    });
  },
});

export const addFilesystemAccess = command({
  id: 'terminal.addFilesystemAccess',
  args: v.object({ terminalSessionId: nonEmpty, modelId: nonEmpty }),
  async run(services, args, resource) {
    const held = await hold(services.account);
    const backend = held.connection;
    const title = t('Add Filesystem Access');
    const session = await terminalOf(services, args?.terminalSessionId ?? idOf(resource), title);
    const modelId = args?.modelId ?? (await askModel(title, backend));
    await held.check();
    await backend.terminals.addFilesystemAccess(session.id, modelId);
  },
});

async function askModel(title: string, backend: MachineBackend): Promise<string> {
  const { pickModel } = await import('../ui/machineForms.js');
  return await pickModel({ title }, backend, t('Model whose files the terminal is to reach too'));
}

/** The session of this id, or the one that the person picks. @throws RemoteError of kind `notFound` */
async function terminalOf(services: Services, id: string | undefined, title: string): Promise<TerminalSession> {
  const backend = await services.account.require();
  const list = (signal?: AbortSignal) => backend.terminals.list(signal);
  if (id === undefined) return await pickSession({ title }, services, list, t('There are no terminals'));
  const session = (await list()).find(each => each.id === id);
  if (!session) throw new RemoteError('notFound', t('This terminal session has ended.'));
  return session;
}
