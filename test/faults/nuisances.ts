import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A mode of the flow control's range, which a program asks about all the same. */
export const ASKED = '1500000000';
const QUERIES = [
  '\x1b[c',
  '\x1b[>c',
  '\x1b[6n',
  '\x1b[5n',
  '\x1b[?25$p',
  '\x1b[?1006$p',
  '\x1b[?2026$p',
  '\x1b[4$p',
  `\x1b[?${ASKED}$p`,
];
const HALVES = [
  '\x1b',
  '\x1b[',
  '\x1b[?',
  '\x1b]0;',
  '\x1bP',
  '\x1b_',
  '\x1b[?1049h\x1b[?1003h',
  '\x1b[3;5r',
  '\x9d',
  '\x9b?',
  'e\u0301',
  '漢',
  '👩‍',
];
const VARIANTS = 6;
const MOST = 3;

/** Programs that print to a terminal what does harm, and are killed in the middle of it. */
export class Nuisances {
  private readonly files: string[];
  private readonly running = new Set<ChildProcess>();
  killed = 0;

  /** @param tty the terminal's device @param folder for what they print */
  constructor(
    private readonly tty: string,
    private readonly folder: string,
    private readonly random: () => number,
  ) {
    this.files = Array.from({ length: VARIANTS }, (_, at) => [
      this.file(`lines${at}`, this.lines()),
      this.file(`queries${at}`, this.queries()),
      this.file(`bytes${at}`, this.bytes()),
      this.file(`controls${at}`, this.controls()),
    ]).flat();
  }

  start(): void {
    if (this.running.size >= MOST) return;
    const files = Array.from({ length: 1 + this.below(6) }, () => this.oneOf(this.files));
    const program = spawn('sh', ['-c', 'exec cat "$@" > "$0"', this.tty, ...files], { stdio: 'ignore' });
    this.running.add(program);
    program.once('exit', () => this.running.delete(program));
  }

  kill(): void {
    for (const program of this.running) {
      this.killed++;
      program.kill('SIGKILL');
    }
  }

  get any(): boolean {
    return this.running.size > 0;
  }

  private file(name: string, content: string | Uint8Array): string {
    const file = join(this.folder, name);
    writeFileSync(file, content);
    return file;
  }

  private lines(): string {
    return `${'a flood of lines '.repeat(1 + this.below(9))}\r\n`.repeat(200 + this.below(800));
  }

  private queries(): string {
    return this.many(30, () => `${'text '.repeat(this.below(300))}${this.oneOf(QUERIES)}`);
  }

  /** As of /dev/urandom. */
  private bytes(): Uint8Array {
    return Uint8Array.from({ length: 5_000 + this.below(40_000) }, () => this.below(256));
  }

  /** Bytes are characters here, so that there are more controls among them, and sequences that no end follows. */
  private controls(): string {
    return this.many(2_000, () => (this.below(3) === 0 ? this.oneOf(HALVES) : String.fromCharCode(this.below(256))));
  }

  private many(count: number, make: () => string): string {
    return Array.from({ length: count }, make).join('');
  }

  private oneOf(all: readonly string[]): string {
    return all[this.below(all.length)] ?? '';
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit);
  }
}
