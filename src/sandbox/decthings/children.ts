import type { ChildProcess } from 'node:child_process';
import type { Place } from './launchers.js';
import { endProcess, killSession } from './processes.js';
import { type Kind, Session } from './sessions.js';

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

  /** Ends what it left running, which would keep its output open. */
  protected sweep(): void {
    if (this.child.pid !== undefined) killSession(this.child.pid);
  }
}
