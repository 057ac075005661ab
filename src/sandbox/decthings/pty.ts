import { readSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { type IPty, spawn } from '@lydell/node-pty';
import { killSession } from './processes.js';

export interface PtyOptions {
  file: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
  cols: number;
  rows: number;
  onData(chunk: Uint8Array): void;
  onExit(exitCode: number, signal: number | undefined): void;
}

/** How long a program that does not read is given before its input is tried again. */
const RETRY_MS = 5;
const MOST_PER_WRITE = 64 * 1024;
/** More than a pseudoterminal holds, and an end to what a process prints that has fled. */
const MOST_LAST_BYTES = 128 * 1024;

/**
 * A pseudoterminal that moves bytes, never text. The package's own `write` blocks the process while a program does not
 * read its input, and its exit drops the last output; both are put right here.
 */
export class Pty {
  private readonly pty: IPty;
  private readonly stream: ReadStream;
  private readonly fd: number;
  private readonly input: Uint8Array[] = [];
  private retry: NodeJS.Timeout | undefined;
  private readonly onData: (chunk: Uint8Array) => void;

  constructor({ file, args, onData, onExit, ...options }: PtyOptions) {
    this.pty = spawn(file, args, { ...options, name: 'xterm-256color', encoding: null });
    // The typings name neither of the two.
    const stream: unknown = Reflect.get(this.pty, '_socket');
    const fd: unknown = Reflect.get(this.pty, 'fd');
    if (!(stream instanceof ReadStream) || typeof fd !== 'number') throw new Error('node-pty has changed shape');
    this.stream = stream;
    this.fd = fd;
    this.onData = onData;
    this.keepLastWords();
    this.pty.onData((chunk: unknown) => {
      if (chunk instanceof Uint8Array) onData(chunk);
    });
    this.pty.onExit(({ exitCode, signal }) => {
      clearTimeout(this.retry);
      onExit(exitCode, signal || undefined);
    });
  }

  get pid(): number {
    return this.pty.pid;
  }

  /** Takes any amount at once; what the program has no room for yet waits. */
  write(bytes: Uint8Array): void {
    this.input.push(bytes);
    if (this.retry === undefined) this.flush();
  }

  resize(cols: number, rows: number): void {
    if (!this.stream.destroyed) this.pty.resize(cols, rows);
  }

  pause(): void {
    this.pty.pause();
  }

  resume(): void {
    if (!this.stream.destroyed) this.pty.resume();
  }

  /** In order, and as much as fits: the descriptor does not block. */
  private flush(): void {
    this.retry = undefined;
    while (!this.stream.destroyed) {
      const [bytes] = this.input;
      if (bytes === undefined) return;
      const written = this.tryWrite(bytes.subarray(0, MOST_PER_WRITE));
      if (written === undefined) {
        this.retry = setTimeout(() => this.flush(), RETRY_MS).unref();
        return;
      }
      if (written === bytes.length) this.input.shift();
      else this.input[0] = bytes.subarray(written);
    }
    this.input.length = 0;
  }

  /** @returns how many bytes were taken, or undefined for none now */
  private tryWrite(bytes: Uint8Array): number | undefined {
    try {
      return writeSync(this.fd, bytes);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return undefined;
      // The other end is gone; the exit is on its way.
      return bytes.length;
    }
  }

  /**
   * After the program's end the stream is destroyed with up to 64 KiB of its last output unread: libuv takes the hang-up
   * for the end of what there is to read, and the package waits for no slow reader. So it is read here, before.
   */
  private keepLastWords(): void {
    const { stream } = this;
    const destroy = stream.destroy.bind(stream);
    stream.destroy = error => {
      if (!stream.destroyed) {
        killSession(this.pid);
        this.readOut();
      }
      return destroy(error);
    };
  }

  private readOut(): void {
    // What the stream holds comes first. Reading it emits it.
    this.stream.read();
    const rest = Buffer.alloc(MOST_LAST_BYTES);
    let length = 0;
    try {
      while (length < rest.length) {
        const count = readSync(this.fd, rest, length, rest.length - length, null);
        if (count === 0) break;
        length += count;
      }
    } catch {
      // There is no more.
    }
    if (length > 0) this.onData(rest.subarray(0, length));
  }
}
