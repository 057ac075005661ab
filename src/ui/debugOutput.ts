import * as vscode from 'vscode';
import type { DebugLaunch, DebugWatcher, MachineBackend } from '../core/backend.js';
import type { Disposable } from '../core/events.js';
import { t } from '../core/l10n.js';
import { exitText } from '../terminal/words.js';

interface Followed {
  channel: vscode.OutputChannel;
  /** Until its channel is closed. */
  open: boolean;
  /** Whose it is. */
  owner: string | undefined;
  watch: Disposable | undefined;
}

/** What debug sessions print, live, each in an output channel of its own. */
export class DebugOutput implements vscode.Disposable {
  private readonly followed = new Map<string, Followed>();
  /** Those whose session is being launched. */
  private readonly pending = new Set<Followed>();

  /** @param owner of what is shown now */
  constructor(private readonly owner: () => string | undefined) {}

  /**
   * Launches a session and follows it from its first byte on, since the service keeps nothing for later.
   * @param reveal whether its channel is shown at once
   * @returns the session's id
   */
  async launch(backend: MachineBackend, request: DebugLaunch, name: string, reveal: boolean): Promise<string> {
    const entry: Followed = { channel: channelOf(name), open: true, owner: this.owner(), watch: undefined };
    const watch = backend.debugSessions.launch(request, watcher(entry));
    entry.watch = watch;
    this.pending.add(entry);
    try {
      const id = await watch.begun;
      this.followed.set(id, entry);
      // Launching takes its time: somebody else may be signed in by now.
      this.keepOnly(this.owner());
      if (reveal) entry.channel.show(true);
      return id;
    } catch (error) {
      watch.dispose();
      entry.open = false;
      entry.channel.dispose();
      throw error;
    } finally {
      this.pending.delete(entry);
    }
  }

  /** Shows the session's channel, and follows the session unless it is followed already. */
  show(backend: MachineBackend, id: string, name: string): void {
    let entry = this.followed.get(id);
    if (!entry) {
      entry = { channel: channelOf(name), open: true, owner: this.owner(), watch: undefined };
      this.followed.set(id, entry);
    }
    entry.channel.show(true);
    if (entry.watch) return;
    entry.owner = this.owner();
    entry.channel.appendLine(t('— Output from here on; the service keeps none of what was printed before. —'));
    entry.watch = backend.debugSessions.watch(id, watcher(entry));
  }

  /** Nobody is signed in any more, or another account is in use: nothing is followed with the former key. */
  keepOnly(owner: string | undefined): void {
    const why =
      owner === undefined
        ? t('Signed out of Decthings. Sign in and show the output again to follow it further.')
        : t('Another account is in use. Switch back and show the output again to follow it further.');
    for (const entry of this.followed.values()) {
      if (!entry.watch || entry.owner === owner) continue;
      entry.watch.dispose();
      entry.watch = undefined;
      entry.channel.appendLine(`\n— ${why} —`);
    }
  }

  dispose(): void {
    for (const entry of [...this.followed.values(), ...this.pending]) {
      entry.watch?.dispose();
      entry.open = false;
      entry.channel.dispose();
    }
    this.followed.clear();
  }
}

function channelOf(name: string): vscode.OutputChannel {
  return vscode.window.createOutputChannel(t('{0} (debug)', name));
}

function watcher(entry: Followed): DebugWatcher {
  const { channel } = entry;
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  let turn = newOutputs();
  // One after the other, also while what renders them is being loaded.
  const next = (act: (outputs: Outputs) => void) => {
    turn = turn.then(outputs => {
      // The window may have closed it.
      if (entry.open) act(outputs);
      return outputs;
    });
  };
  const over = (words: string) => {
    entry.watch = undefined;
    next(({ stdout, stderr }) => channel.appendLine(`${stdout.end()}${stderr.end()}\n— ${words} —`));
  };
  return {
    output: (stream, bytes) =>
      next(outputs => channel.append(outputs[stream].write(decoders[stream].decode(bytes, { stream: true })))),
    exit: reason => over(exitText(reason)),
    closed: error => over(t('{0} Show the output again to follow it further.', error.message)),
  };
}

type Outputs = Awaited<ReturnType<typeof newOutputs>>;

/** Loaded with the first session that is followed. */
async function newOutputs() {
  const { AppendedOutput } = await import('../core/plainOutput.js');
  return { stdout: new AppendedOutput(), stderr: new AppendedOutput() };
}
