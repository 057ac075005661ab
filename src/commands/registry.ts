import * as v from 'valibot';
import * as vscode from 'vscode';
import { OTHER_PLACE } from '../core/accountKey.js';
import { RemoteError, toRemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { plainText } from '../core/plainText.js';
import { Node } from '../ui/tree.js';
import type { CommandId } from './ids.js';
import { type Remedy, remedyOf } from './remedies.js';
import type { Services } from './services.js';

/**
 * One act. Called with an argument object of `args`'s form it asks nothing but what protects the person, returns its
 * result and rejects on failure; called by a person, with a row of the tree or nothing, it asks, and shows its failure.
 */
export interface Command<S extends v.GenericSchema> {
  id: CommandId;
  args: S;
  run(services: Services, args: v.InferOutput<S> | undefined, resource: unknown): Promise<unknown>;
}

export function command<S extends v.GenericSchema>(definition: Command<S>): Command<S> {
  return definition;
}

/** What a command with nothing to ask takes. */
export const noArgs = v.optional(v.object({}));
export const nonEmpty = v.pipe(v.string(), v.nonEmpty());
/** A name that somebody else may have chosen, such as a language model, made plain. */
export const plainName = v.pipe(
  nonEmpty,
  v.transform(text => plainText(text, 100)),
  v.check(text => text !== ''),
);
/** An id that stands for the thing itself; a row of the tree carries it as `id`. */
export function idOf(resource: unknown): string | undefined {
  const id = typeof resource === 'object' && resource !== null && 'id' in resource ? resource.id : undefined;
  return typeof id === 'string' ? id : undefined;
}

export function registerCommands(services: Services, commands: readonly Command<v.GenericSchema>[]): vscode.Disposable {
  return vscode.Disposable.from(
    ...commands.map(each =>
      vscode.commands.registerCommand(`remoteCompute.${each.id}`, (argument?: unknown) =>
        execute(services, each, argument),
      ),
    ),
  );
}

async function execute(
  services: Services,
  { id, args, run }: Command<v.GenericSchema>,
  argument: unknown,
): Promise<unknown> {
  const fromTree = argument instanceof Node;
  const byPerson = fromTree || argument === undefined || argument === null;
  try {
    if (byPerson) return await run(services, undefined, fromTree ? argument.row.resource : undefined);
    return await run(services, parse(args, argument, id), undefined);
  } catch (thrown) {
    const error = toRemoteError(thrown);
    if (error.kind === 'cancelled') return undefined;
    services.log.failed(id, thrown);
    if (!byPerson) throw error;
    // Not awaited: the command is over, and the message may stay for long.
    void showError(error, id);
    return undefined;
  }
}

function parse(schema: v.GenericSchema, argument: unknown, id: string): unknown {
  const parsed = v.safeParse(schema, argument, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const path = v.getDotPath(issue);
  // The message of a schema can quote the value, which may be a secret; the path cannot.
  throw new RemoteError(
    'invalid',
    path
      ? t('remoteCompute.{0}: the argument {1} is missing or of a wrong type.', id, path)
      : t('remoteCompute.{0}: the argument is missing or of a wrong type.', id),
  );
}

const SHOW_LOG: Remedy = { label: t('Show Log'), command: 'remoteCompute.showLog' };
const COPY_DIAGNOSTICS: Remedy = { label: t('Copy Diagnostics'), command: 'remoteCompute.copyDiagnostics' };

async function showError(error: RemoteError, id: CommandId): Promise<void> {
  const remedies = remediesOf(error, id);
  const answer = await vscode.window.showErrorMessage(error.message, ...remedies.map(({ label }) => label));
  const chosen = remedies.find(({ label }) => label === answer);
  if (chosen) await vscode.commands.executeCommand(chosen.command);
}

function remediesOf(error: RemoteError, id: CommandId): Remedy[] {
  const known = remedyOf(error);
  if (known) return [known];
  const { kind, code } = error;
  const service = /^(swan|task|payments)\./.test(id) ? 'swan' : 'decthings';
  if (code === OTHER_PLACE) {
    return [{ label: t('Review Address…'), command: `remoteCompute.${service}.allowAddress` }];
  }
  if (kind === 'credentials') return [{ label: t('Sign In'), command: `remoteCompute.${service}.signIn` }];
  // These a person can do nothing about, but for telling somebody.
  return kind === 'protocol' || kind === 'service' ? [SHOW_LOG, COPY_DIAGNOSTICS] : [SHOW_LOG];
}
