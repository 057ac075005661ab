import * as v from 'valibot';
import type { MachineBackend } from '../core/backend.js';
import { RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import type { DebugSession } from '../core/resources.js';
import { hold } from '../ui/heldAccount.js';
import type { askSession } from '../ui/launchForms.js';
import type { Memory } from '../ui/memory.js';
import { confirm } from '../ui/prompts.js';
import { idleTimeout, place, toLocation } from './arguments.js';
import { command, idOf, nonEmpty } from './registry.js';
import type { Services } from './services.js';
import { pickSession } from './sessionPick.js';
import { untilGone } from './untilGone.js';

const sessionArgs = v.object({ debugSessionId: nonEmpty });

/** @returns `{ debugSessionId }` */
export const launchDebugSession = command({
  id: 'debugSession.launch',
  args: v.object({ modelId: nonEmpty, ...place, idleTimeout }),
  async run(services, args, resource) {
    const { account, memory, views, debugOutput } = services;
    const held = await hold(account);
    const backend = held.connection;
    const known = { modelId: args?.modelId, location: toLocation(args ?? { launcherId: idOf(resource) }) };
    const { modelId, location } = await complete(backend, memory, known);
    const timeout = args?.idleTimeout === undefined ? {} : { idleTimeout: args.idleTimeout };
    const name = await views.modelName(modelId);
    await held.check();
    const debugSessionId = await debugOutput.launch(backend, { modelId, location, ...timeout }, name, !args);
    await views.refresh();
    return { debugSessionId };
  },
});

type Known = Parameters<typeof askSession>[2];

async function complete(backend: MachineBackend, memory: Memory, { modelId, location }: Known) {
  if (modelId !== undefined && location) return { modelId, location };
  const forms = await import('../ui/machineForms.js');
  return await forms.askSession(backend, memory, { modelId, location });
}

export const terminateDebugSession = command({
  id: 'debugSession.terminate',
  args: sessionArgs,
  async run(services, args, resource) {
    const { account, views } = services;
    const held = await hold(account);
    const session = await sessionOf(services, args?.debugSessionId ?? idOf(resource), t('End a Debug Session'));
    const name = await views.modelName(session.modelId);
    await confirm(
      t('End the debug session of “{0}”?', name),
      t('What it is training, and what it holds in memory, is lost.'),
      t('End Session'),
      session.id,
    );
    await views.debugSessions.whileBusy(session.id, t('ending…'), async () => {
      const { debugSessions } = held.connection;
      await held.check();
      await debugSessions.terminate(session.id);
      await untilGone(async () => (await debugSessions.list()).some(each => each.id === session.id));
      await views.refresh();
    });
  },
});

export const showDebugOutput = command({
  id: 'debugSession.showOutput',
  args: sessionArgs,
  async run(services, args, resource) {
    const session = await sessionOf(services, args?.debugSessionId ?? idOf(resource), t('Show Debug Output'));
    services.debugOutput.show(
      await services.account.require(),
      session.id,
      await services.views.modelName(session.modelId),
    );
  },
});

async function sessionOf(services: Services, id: string | undefined, title: string): Promise<DebugSession> {
  const backend = await services.account.require();
  const list = (signal?: AbortSignal) => backend.debugSessions.list(signal);
  if (id === undefined) return await pickSession({ title }, services, list, t('There are no debug sessions'));
  const session = (await list()).find(each => each.id === id);
  if (!session) throw new RemoteError('notFound', t('This debug session has ended.'));
  return session;
}
