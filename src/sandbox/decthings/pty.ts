import { writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { type IPty, spawn } from '@lydell/node-pty';

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
/** How long after the program's end what it printed last may take to come out. */
const LAST_WORDS_MS = 200;

/**
 * A pseudoterminal that moves bytes, never text. The package's own `write` blocks the process while a program does not
 * read its input, and its exit drops output that waits for a slow reader; both are put right here.
 */
export class Pty {
  private readonly pty: IPty;
  private readonly stream: ReadStream;
  private readonly fd: number;
  private readonly input: Uint8Array[] = [];
  private retry: NodeJS.Timeout | undefined;
  private paused: boolean = false;
  private destroyed: boolean = false;

  constructor({ file, args, onData, onExit, ...options }: PtyOptions) {
    this.pty = spawn(file, args, { ...options, name: 'xterm-256color', encoding: null });
    // The typings name neither of the two.
    const stream: unknown = Reflect.get(this.pty, '_socket');
    const fd: unknown = Reflect.get(this.pty, 'fd');
    if (!(stream instanceof ReadStream) || typeof fd !== 'number') throw new Error('node-pty has changed shape');
    this.stream = stream;
    this.fd = fd;
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
    this.paused = true;
    this.pty.pause();
  }

  resume(): void {
    this.paused = false;
    if (this.stream.destroyed) return;
    this.pty.resume();
    if (this.destroyed) setTimeout(() => this.stream.destroy(), LAST_WORDS_MS).unref();
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

  /** Soon after the program's end its stream is destroyed. While the reader is slow, that waits until it has read on. */
  private keepLastWords(): void {
    const { stream } = this;
    const destroy = stream.destroy.bind(stream);
    stream.destroy = error => {
      if (!this.paused || error !== undefined) return destroy(error);
      this.destroyed = true;
      return stream;
    };
  }
}
