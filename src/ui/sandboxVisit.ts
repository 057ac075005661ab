import * as vscode from 'vscode';
import { RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import type { Log } from '../core/log.js';
import type { RunningSandbox } from '../core/sandbox.js';
import type { DecthingsAccount } from './account.js';
import type { Memory } from './memory.js';
import type { SwanAccount } from './swanAccount.js';
import type { Terminals } from './terminals.js';

/** @param say what is going on, for a person @throws RemoteError, or cancelled */
export type StartSandbox = (say: (words: string) => void, signal: AbortSignal) => Promise<RunningSandbox>;

export interface SandboxVisitOptions {
  account: DecthingsAccount;
  swan: SwanAccount;
  memory: Memory;
  terminals: Terminals;
  start: StartSandbox;
  /** Why there is no sandbox on this machine, where there is none. */
  unsupported: string | undefined;
  log: Log;
}

/** Code of the errors of a sandbox that has ended while it was visited. */
export const SANDBOX_ENDED = 'sandbox_ended';
const START_AGAIN = t('Start Again');
const LEAVE = t('Leave the Sandbox');

/**
 * A visit to the sandbox: this window's accounts are the sandbox's, and nothing of it is kept or mixed with what is. It
 * is in memory alone, so that a window that closes, reloads or crashes is back in what was before.
 */
export class SandboxVisit implements vscode.Disposable {
  private readonly badge = vscode.window.createStatusBarItem(
    'remoteCompute.sandbox',
    vscode.StatusBarAlignment.Left,
    100,
  );
  private readonly closing = new AbortController();
  private sandbox: RunningSandbox | undefined;
  private entering: Promise<void> | undefined;
  /** Whether it has ended by itself. */
  private over = false;

  constructor(private readonly options: SandboxVisitOptions) {
    this.badge.name = t('Remote Compute: Sandbox');
    this.draw();
  }

  get visiting(): boolean {
    return this.sandbox !== undefined;
  }

  /** Whether something would end by leaving. */
  get running(): boolean {
    return this.visiting && !this.over;
  }

  /** Starts the sandbox, or where it has ended another one, and visits it. @throws RemoteError, or cancelled */
  enter(): Promise<void> {
    this.entering ??= this.start().finally(() => {
      this.entering = undefined;
    });
    return this.entering;
  }

  /** Everything is as it was before. */
  async leave(): Promise<void> {
    const { account, swan } = this.options;
    const { sandbox } = this;
    if (!sandbox) return;
    // From here on nothing that is asked for is the sandbox's any more.
    const left = Promise.all([account.leave(), swan.leave()]);
    this.forget();
    this.draw();
    await Promise.all([left, sandbox.stop()]);
  }

  dispose(): void {
    this.closing.abort();
    void this.sandbox?.stop();
    this.badge.dispose();
  }

  private async start(): Promise<void> {
    if (this.running) return;
    const { account, swan, memory, terminals, unsupported, log } = this.options;
    if (unsupported !== undefined) throw new RemoteError('refused', unsupported);
    const sandbox = await this.withProgress();
    this.forget();
    this.sandbox = sandbox;
    memory.enter();
    terminals.enter();
    try {
      await Promise.all([account.enter(sandbox.decthings), swan.enter(swanOf(sandbox))]);
    } catch (error) {
      await this.leave();
      throw error;
    }
    this.draw();
    void sandbox.ended.then(why => this.ended(sandbox, why));
    if (sandbox.withoutSwan === undefined) return;
    log.warn(`The Sandbox has no Swan: ${sandbox.withoutSwan}`);
    void vscode.window.showWarningMessage(
      t(
        'The Sandbox runs without Swan Chain, since its chain did not start on this machine: {0} Launchers and terminals work.',
        sandbox.withoutSwan,
      ),
    );
  }

  private withProgress(): Thenable<RunningSandbox> {
    return vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: t('Starting the Sandbox on this machine…'),
        cancellable: true,
      },
      (progress, token) => {
        const cancelled = new AbortController();
        token.onCancellationRequested(() => cancelled.abort());
        const signal = AbortSignal.any([cancelled.signal, this.closing.signal]);
        return this.options.start(message => progress.report({ message }), signal);
      },
    );
  }

  private forget(): void {
    if (!this.sandbox) return;
    this.sandbox = undefined;
    this.over = false;
    this.options.terminals.leave();
    this.options.memory.leave();
  }

  /** By itself, if it was not left. */
  private async ended(sandbox: RunningSandbox, why: string): Promise<void> {
    if (this.sandbox !== sandbox || this.closing.signal.aborted) return;
    const { account, swan, log } = this.options;
    this.over = true;
    const error = new RemoteError('refused', t('The Sandbox has ended, and all that ran in it.'), {
      code: SANDBOX_ENDED,
    });
    log.failed('The Sandbox', error, 'warn', `(${why})`);
    this.draw();
    await Promise.all([account.lose(error), swan.lose(error)]);
    const answer = await vscode.window.showErrorMessage(
      t('The Sandbox has ended, and all that ran in it. ({0})', why),
      START_AGAIN,
      LEAVE,
    );
    if (this.sandbox !== sandbox) return;
    if (answer === START_AGAIN) await vscode.commands.executeCommand('remoteCompute.sandbox.try');
    if (answer === LEAVE) await this.leave();
  }

  private draw(): void {
    const { badge, over, visiting } = this;
    const state = visiting ? 'visiting' : this.options.unsupported === undefined ? 'available' : 'unsupported';
    void vscode.commands.executeCommand('setContext', 'remoteCompute.sandbox', state);
    if (!visiting) {
      badge.hide();
      return;
    }
    badge.text = over ? t('$(beaker-stop) Sandbox ended') : t('$(beaker) Sandbox');
    badge.tooltip = over
      ? t('The Sandbox has ended by itself. Click to leave it.')
      : t(
          'Remote Compute is in the Sandbox: its launchers are this machine, its money is not real. Click to leave it.',
        );
    badge.accessibilityInformation = {
      label: over ? t('The Sandbox has ended. Press to leave it.') : t('In the Sandbox. Press to leave it.'),
      role: 'button',
    };
    badge.command = 'remoteCompute.sandbox.leave';
    badge.backgroundColor = new vscode.ThemeColor(`statusBarItem.${over ? 'error' : 'warning'}Background`);
    badge.show();
  }
}

function swanOf({ swan, folder }: RunningSandbox): Parameters<SwanAccount['enter']>[0] {
  if (!swan) return undefined;
  const { url: orchestratorUrl, rpcUrl, chainId, signer, apiKey, wallet } = swan;
  return { network: { name: 'sandbox', orchestratorUrl, rpcUrl, chainId, signer, folder }, apiKey, wallet };
}
