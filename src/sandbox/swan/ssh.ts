import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, type PseudoTtyInfo, Server, type ServerChannel, type Session } from 'ssh2';
import { removeIfFree } from '../../files/patience.js';
import { environment, shell } from '../decthings/environment.js';
import { endProcess, killSession, signalName } from '../decthings/processes.js';
import { Pty } from '../decthings/pty.js';
import { PeerDoor } from '../door.js';

const USER = 'root';
const NO_SIZE = { cols: 80, rows: 24 };

/**
 * An SSH server whose only user, root, needs no password, and gets a shell of this machine's: its door lets in programs
 * of the person who started it alone.
 */
export class SshServer {
  private server = this.create();
  private readonly connections = new Set<Connection>();
  private readonly leaders = new Set<number>();
  private readonly door = new PeerDoor(socket => this.server.injectSocket(socket));
  private readonly home = mkdtempSync(join(tmpdir(), 'swan-sandbox-'));

  /** @returns the port */
  serve(): Promise<number> {
    return this.door.open();
  }

  /** Another machine is behind the same port from now on: its key is another one. */
  replace(): void {
    this.server = this.create();
    for (const connection of this.connections) connection.end();
  }

  close(): void {
    void this.door.close();
    for (const leader of this.leaders) killSession(leader);
    for (const connection of this.connections) connection.end();
    removeIfFree(this.home);
  }

  private create(): Server {
    return new Server({ hostKeys: [newHostKey()] }, connection => this.connect(connection));
  }

  private connect(connection: Connection): void {
    this.connections.add(connection);
    connection.on('close', () => this.connections.delete(connection));
    // Of a client that went without a word.
    connection.on('error', () => {});
    connection.on('authentication', context => {
      if (context.username === USER) context.accept();
      else context.reject([]);
    });
    connection.on('session', accept => this.open(accept()));
  }

  private open(session: Session): void {
    let terminal: PseudoTtyInfo | undefined;
    let pty: Pty | undefined;
    const start = (channel: ServerChannel, command?: string) => {
      const args = command === undefined ? [] : ['-c', command];
      if (terminal === undefined) this.runChild(channel, args);
      else pty = this.runPty(channel, args, terminal);
    };
    session.on('pty', (accept, _reject, info) => {
      terminal = info;
      accept?.();
    });
    session.on('window-change', (accept, _reject, { cols, rows }) => {
      pty?.resize(cols, rows);
      accept?.();
    });
    session.on('shell', accept => start(accept()));
    session.on('exec', (accept, _reject, { command }) => start(accept(), command));
  }

  private runPty(channel: ServerChannel, args: string[], { cols, rows }: PseudoTtyInfo): Pty {
    const { file, args: own } = shell();
    const pty: Pty = new Pty({
      file,
      args: [...own, ...args],
      cwd: this.home,
      env: this.environment(),
      cols: cols || NO_SIZE.cols,
      rows: rows || NO_SIZE.rows,
      onData: chunk => {
        if (!channel.write(chunk)) pty.pause();
      },
      onExit: (exitCode, signal) => {
        this.leaders.delete(pty.pid);
        leave(channel, exitCode, signalName(signal));
      },
    });
    this.leaders.add(pty.pid);
    channel.on('drain', () => pty.resume());
    channel.on('data', (chunk: Buffer) => pty.write(chunk));
    channel.on('close', () => endProcess(pty.pid, 'SIGHUP'));
    return pty;
  }

  private runChild(channel: ServerChannel, args: string[]): void {
    const { file, args: own } = shell();
    const child = spawn(file, [...own, ...args], { cwd: this.home, env: this.environment(), detached: true });
    const { pid } = child;
    if (pid !== undefined) this.leaders.add(pid);
    channel.pipe(child.stdin).on('error', () => {});
    child.stdout.pipe(channel, { end: false });
    child.stderr.pipe(channel.stderr, { end: false });
    child.on('error', () => leave(channel, 127, undefined));
    child.on('close', (exitCode, signal) => {
      if (pid !== undefined) this.leaders.delete(pid);
      leave(channel, exitCode ?? 0, signal ?? undefined);
    });
    channel.on('close', () => pid !== undefined && killSession(pid));
  }

  private environment(): Record<string, string> {
    return environment(this.home, { PS1: 'root@swan:~# ', INPUTRC: '/dev/null', HISTFILE: '/dev/null' });
  }
}

function leave(channel: ServerChannel, exitCode: number, signal: string | undefined): void {
  if (signal === undefined) channel.exit(exitCode);
  else channel.exit(signal.replace(/^SIG/, ''));
  channel.end();
}

/** By Node's own crypto: now and then, `ssh2` cannot read a key that it has made itself. */
function newHostKey(): string {
  return generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'sec1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;
}
