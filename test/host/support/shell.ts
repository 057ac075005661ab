// A terminal of this window, typed into and read at the place where VS Code does both.
import type * as vscode from 'vscode';
import type { LocationRequest } from '../../../src/core/resources.js';
import type { TerminalPty } from '../../../src/ui/pty.js';
import { until } from '../../support/until.js';
import type { Account } from './account.js';

/** Characters that are kept for the next look. */
const KEPT = 256 * 1024;

export class Shell {
  /** What VS Code was given to show since the last look, as it came. */
  private unseen = '';
  /** What VS Code said the size is. */
  size: vscode.TerminalDimensions | undefined;

  constructor(
    readonly pty: TerminalPty,
    readonly terminal: vscode.Terminal,
  ) {
    pty.onDidWrite(chunk => {
      this.unseen = (this.unseen + chunk).slice(-KEPT);
    });
    const open = pty.open.bind(pty);
    const setDimensions = pty.setDimensions.bind(pty);
    pty.open = size => {
      this.size = size;
      open(size);
    };
    pty.setDimensions = size => {
      this.size = size;
      setDimensions(size);
    };
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
    const look = () => pattern.exec(plain(this.unseen)) ?? undefined;
    const match = await until(`${pattern}`, look).catch(error => {
      throw new Error(`${error.message} It shows:\n${plain(this.unseen).slice(-2000)}`);
    });
    this.unseen = plain(this.unseen).slice(match.index + match[0].length);
    return match;
  }

  /** Runs a command, and gives what it printed, when it has ended. */
  async run(command: string): Promise<string> {
    this.type(`${command}; printf '%s' '<''end>'\r`);
    const match = await this.read(/\n([\s\S]*?)<end>/);
    return (match[1] ?? '').trim();
  }

  /** Waits until the shell asks for a command. */
  async prompt(): Promise<void> {
    await this.read(/\$ $/);
  }

  /** Waits until the session is up and asks for a command. */
  async live(): Promise<this> {
    await until('a live terminal', () => this.pty.remote.phase === 'live');
    await this.prompt();
    return this;
  }
}

/** Opens a terminal in the panel, in a temporary machine unless another place is given. */
export async function openShell({ services, modelIds }: Account, location?: LocationRequest): Promise<Shell> {
  const [modelId = ''] = modelIds;
  const spec = { cpus: 1, memoryMebibytes: 1024 };
  const launch = { modelId, location: location ?? { type: 'temporaryLauncher' as const, spec } };
  const { pty, terminal } = await services.terminals.launch(launch, 'test');
  return new Shell(pty, terminal);
}

/** Lines of text, without escape sequences. */
function plain(text: string): string {
  return text.replace(/\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|[^[\]])|\r/g, '');
}
