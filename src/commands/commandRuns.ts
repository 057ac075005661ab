import { createHash } from 'node:crypto';
import * as v from 'valibot';
import * as vscode from 'vscode';
import type { CommandLaunch, MachineBackend } from '../core/backend.js';
import { systemClock } from '../core/clock.js';
import { cancelled, RemoteError } from '../core/errors.js';
import type { Disposable } from '../core/events.js';
import { specDetails, specText } from '../core/format.js';
import { t } from '../core/l10n.js';
import { lines, own, RawText } from '../core/plainText.js';
import { OLDEST } from '../ui/accountStore.js';
import { CommandPty, type PreparedCommand } from '../ui/commandPty.js';
import { VISITOR } from '../ui/guest.js';
import { hold } from '../ui/heldAccount.js';
import { AllowedCommands } from './allowedCommands.js';
import { place, toLocation } from './arguments.js';
import { nonEmpty } from './registry.js';
import type { Services } from './services.js';

const seconds = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)));
const definitionSchema = v.object({
  modelId: nonEmpty,
  command: nonEmpty,
  args: v.optional(v.array(v.string()), []),
  ...place,
  filesystems: v.optional(v.array(nonEmpty)),
  timeout: seconds,
  idleTimeout: seconds,
});

/** The commands that tasks of this window run, each in a terminal of its own. */
export class CommandRuns implements vscode.Disposable {
  private readonly allowed: AllowedCommands;
  /** With whose account each is run, once that is known. */
  private readonly running = new Map<CommandPty, string | undefined>();
  /** Calls under way that start or end one. */
  private readonly calls = new Set<Promise<unknown>>();
  private readonly subscriptions: Disposable[];

  /** @param state of the workspace: which of its commands the person allowed */
  constructor(
    private readonly services: Services,
    state: vscode.Memento,
  ) {
    const { account } = services;
    this.allowed = new AllowedCommands(state, account.visiting);
    const check = () => this.checkAccounts();
    this.subscriptions = [account.onDidChange(check), account.onDidChangeAccounts(check)];
  }

  /** @param definition as VS Code read it from `tasks.json` */
  run(definition: vscode.TaskDefinition): vscode.Pseudoterminal {
    const pty: CommandPty = new CommandPty(
      () => {
        const prepared = prepare(this.services, this.allowed, definition);
        return prepared.then(({ owner, service, ...command }) => {
          if (this.running.has(pty)) this.running.set(pty, owner);
          return { ...command, service: this.watched(service) };
        });
      },
      () => this.running.delete(pty),
    );
    this.running.set(pty, undefined);
    return pty;
  }

  /** What runs goes on with the account that it was started with, whichever is in use, until that is signed out. */
  private checkAccounts(): void {
    const { account } = this.services;
    this.allowed.setVisiting(account.visiting);
    const there = account.visiting ? [...account.ids, VISITOR] : account.ids;
    const error = new RemoteError('credentials', t('Signed out of Decthings.'));
    for (const [pty, owner] of this.running) if (owner !== undefined && !there.includes(owner)) pty.drop(error);
  }

  /** What a window started and nobody watches any more would only cost. Resolves when the service has been told. */
  async end(): Promise<void> {
    for (const pty of [...this.running.keys()]) pty.close();
    // One that is just being started is ended as soon as its id is known.
    while (this.calls.size > 0) await Promise.allSettled(this.calls);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    void this.end();
  }

  private watched(service: MachineBackend['commands']): MachineBackend['commands'] {
    const watch = <T>(call: Promise<T>): Promise<T> => {
      const done = () => this.calls.delete(call);
      this.calls.add(call);
      call.then(done, done);
      return call;
    };
    return {
      terminate: id => watch(service.terminate(id)),
      async connect(handlers, signal) {
        const link = await service.connect(handlers, signal);
        return { ...link, run: launch => watch(link.run(launch)) };
      },
    };
  }
}

/** @throws RemoteError, of kind `cancelled` where the person does not want it */
async function prepare(
  services: Services,
  allowed: AllowedCommands,
  definition: vscode.TaskDefinition,
): Promise<PreparedCommand & { owner: string | undefined }> {
  const { account, views, log } = services;
  const launch = toLaunch(definition);
  const held = await hold(account);
  const backend = held.connection;
  const { owner, current, label } = account;
  const [machine, model] = await Promise.all([machineText(backend, launch), views.modelName(launch.modelId)]);
  // Each account pays for what runs in it. Only the oldest one's answers are from when there was one alone.
  const payer = current?.id ?? OLDEST;
  const asked = JSON.stringify(payer === OLDEST ? launch : [payer, launch]);
  const key = createHash('sha256').update(asked).digest('hex');
  if (!allowed.has(key)) {
    await ask(launch, machine, model, label);
    // The answer is about a machine of the account that was there.
    await held.check();
    await allowed.add(key);
  }
  return {
    owner,
    launch,
    clock: systemClock,
    log,
    heading: t('{0} — on {1}, in {2}', commandText(launch), machine, model),
    service: backend.commands,
  };
}

/** @throws RemoteError of kind `invalid` that says what is wrong in `tasks.json` */
function toLaunch(definition: vscode.TaskDefinition): CommandLaunch {
  const parsed = v.safeParse(definitionSchema, definition, { abortEarly: true });
  if (!parsed.success) {
    const path = v.getDotPath(parsed.issues[0]);
    throw new RemoteError(
      'invalid',
      t('This task cannot run: its “{0}” is missing or of a wrong type. See tasks.json.', path ?? ''),
    );
  }
  const { launcherId, machine, ...rest } = parsed.output;
  const location = toLocation({ launcherId, machine });
  if (!location || (launcherId !== undefined && machine !== undefined)) {
    const choice = t('a “launcherId”, or a “machine” that is rented for the run');
    throw new RemoteError(
      'invalid',
      t('This task cannot run: it needs one place to run on, {0}. See tasks.json.', choice),
    );
  }
  return { ...rest, location };
}

/** @throws RemoteError of kind `notFound` */
async function machineText({ launchers }: MachineBackend, { location }: CommandLaunch): Promise<string> {
  if (location.type === 'temporaryLauncher') return t('a temporary machine ({0})', specText(location.spec));
  const [launcher] = await launchers.find([location.persistentLauncherId]);
  if (launcher) return t('the launcher {0} ({1})', launcher.name, specText(launcher.spec));
  throw new RemoteError(
    'notFound',
    t('The launcher of this task does not exist, or is not of the account in use. See tasks.json.'),
  );
}

const RUN = t('Run');
/** Characters of a command: what would not be read in a modal is not run by one. */
const MAX_SHOWN = 4_000;

/**
 * A folder that somebody else wrote can hold tasks too, and what they run on costs. All that the answer is remembered for
 * is shown. @throws cancelled
 */
async function ask(launch: CommandLaunch, machine: string, model: string, label: string): Promise<void> {
  const { location, filesystems = [], timeout, idleTimeout } = launch;
  const command = commandText(launch);
  if (command.shown.length > MAX_SHOWN) {
    throw new RemoteError('invalid', t('This command is too long to be shown before it runs. Put it into a script.'));
  }
  const detail = [
    t('Command: {0}', command),
    t('Machine: {0}', machine),
    ...(location.type === 'persistentLauncher'
      ? [t('ID of the launcher: {0}', location.persistentLauncherId)]
      : specDetails(location.spec).map(([name, value]) => t('{0}: {1}', name, value))),
    t('Files: those of the model {0}', model),
    t('ID of the model: {0}', launch.modelId),
    ...(filesystems.length === 0 ? [] : [t('Filesystems of other models: {0}', filesystems.join(', '))]),
    ...(timeout === undefined ? [] : [t('Ends after: {0} s', timeout)]),
    ...(idleTimeout === undefined ? [] : [t('Ends without output for: {0} s', idleTimeout)]),
    ...(label === '' ? [] : [t('Account: {0}', label)]),
    own(''),
    t(
      'It is a task of this workspace, and its machine is paid for by your Decthings account. You are asked once for each such task.',
    ),
  ];
  const message = t('Run “{0}” on {1}?', new RawText(quoted(launch.command)), machine);
  const answer = await vscode.window.showWarningMessage(message, { modal: true, detail: lines(detail) }, RUN);
  if (answer !== RUN) throw cancelled();
}

/** As one would type it in a shell. What would not stay on its line is shown escaped. */
function commandText({ command, args }: CommandLaunch): RawText {
  return new RawText([command, ...args].map(quoted).join(' '));
}

function quoted(part: string): string {
  if (/^[\w./=:@%+,-]+$/.test(part)) return part;
  if (!UNSEEN.test(part)) return `'${part.replaceAll("'", "'\\''")}'`;
  return JSON.stringify(part).replace(new RegExp(UNSEEN, 'gu'), each => `\\u{${each.codePointAt(0)?.toString(16)}}`);
}

/** Line ends, and characters that change how others are read, or are not seen. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u;
