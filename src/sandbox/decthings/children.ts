import type { ChildProcess } from 'node:child_process';
import type { Place } from './launchers.js';
import { endProcess, killSession } from './processes.js';
import { type Kind, Session } from './sessions.js';

/** What a shell answers for a command that it cannot start. */
const NOT_STARTED = 127;

/** A session that is a process with pipes. */
export abstract class ChildSession extends Session {
  constructor(
    id: string,
    place: Place,
    kind: Kind,
    idleSeconds: number,
    protected readonly child: ChildProcess,
  ) {
    super(id, place, kind, idleSeconds);
    child.stdout?.on('data', (chunk: Buffer) => this.printed('stdout', chunk));
    child.stderr?.on('data', (chunk: Buffer) => this.printed('stderr', chunk));
    // One that ended without reading its input.
    child.stdin?.on('error', () => {});
    child.on('error', ({ message }) => {
      if (child.pid !== undefined) return;
      this.printed('stderr', Buffer.from(`${message}\n`));
      this.over(NOT_STARTED, null);
    });
    // What it left running would keep its output open.
    child.on('exit', () => {
      if (child.pid !== undefined) killSession(child.pid);
    });
    child.on('close', (exitCode, signal) => {
      if (child.pid !== undefined) this.over(exitCode, signal);
    });
  }

  pause(): void {
    this.child.stdout?.pause();
    this.child.stderr?.pause();
  }

  resume(): void {
    this.child.stdout?.resume();
    this.child.stderr?.resume();
  }

  protected printed(stream: 'stdout' | 'stderr', chunk: Uint8Array): void {
    this.events.emit(stream, {}, chunk);
  }

  protected kill(): void {
    if (this.child.pid !== undefined) endProcess(this.child.pid, 'SIGTERM');
  }

  /** It has ended, and its output with it. */
  protected abstract over(exitCode: number | null, signal: string | null): void;
}
