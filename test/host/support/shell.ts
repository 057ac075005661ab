// A terminal of this window, typed into and read at the place where VS Code does both.
import type * as vscode from 'vscode';
import type { LocationRequest } from '../../../src/core/resources.js';
import type { TerminalPty } from '../../../src/ui/pty.js';
import { until } from '../../support/until.js';
import type { Account } from './account.js';

export class Shell {
  /** All that VS Code was given to show, without escape sequences. */
  private text = '';
  /** Up to where it was looked at. */
  private seen = 0;

  constructor(
    readonly pty: TerminalPty,
    readonly terminal: vscode.Terminal,
  ) {
    pty.onDidWrite(chunk => {
      this.text += chunk;
    });
  }

  get id(): string {
    const { sessionId } = this.pty.remote;
    if (sessionId === undefined) throw new Error('The terminal has no session yet.');
    return sessionId;
  }

  type(text: string): void {
    this.pty.handleInput(text);
  }

  /** Waits for what matches in the output that was not looked at before. */
  async read(pattern: RegExp): Promise<RegExpExecArray> {
    const match = await until(`${pattern}`, () => pattern.exec(this.unseen) ?? undefined).catch(error => {
      throw new Error(`${error.message} It shows:\n${this.unseen.slice(-2000)}`);
    });
    this.seen += match.index + match[0].length;
    return match;
  }

  /** Runs a command, and gives what it printed, when the shell prompts again. */
  async run(command: string): Promise<string> {
    this.type(`${command}; printf '%s' '<''end>'\r`);
    const match = await this.read(/\n([\s\S]*?)<end>/);
    return (match[1] ?? '').trim();
  }

  async live(): Promise<this> {
    await until('a live terminal', () => this.pty.remote.phase === 'live');
    return this;
  }

  private get unseen(): string {
    return plain(this.text).slice(this.seen);
  }
}

/** Opens a terminal in the panel, in a temporary machine unless another place is given. */
export function openShell({ services, modelIds }: Account, location?: LocationRequest): Shell {
  const [modelId = ''] = modelIds;
  const spec = { cpus: 1, memoryMebibytes: 1024 };
  const launch = { modelId, location: location ?? { type: 'temporaryLauncher' as const, spec } };
  const { pty, terminal } = services.terminals.launch(launch, 'test');
  return new Shell(pty, terminal);
}

/** Without escape sequences; one that is not whole yet stays out, so that what is before it never changes. */
function plain(text: string): string {
  return text.replace(/\x1b(\[[0-?]*[ -/]*([@-~]|$)|\][^\x07]*(\x07|$)|[^[\]]|$)/g, '').replaceAll('\r\n', '\n');
}
