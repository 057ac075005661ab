// Stands in for @vscode/spdlog, which has no prebuilt binary: VS Code's log files, written at once.
import { appendFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join, parse } from 'node:path';

const LEVELS = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];

export class Logger {
  private level = LEVELS.indexOf('info');
  private plain = false;
  private written: number;

  /** @param size of a file, above which it is put aside @param files that are kept so */
  constructor(
    private readonly file: string,
    private readonly size: number,
    private readonly files: number,
  ) {
    mkdirSync(dirname(file), { recursive: true });
    appendFileSync(file, '');
    this.written = statSync(file).size;
  }

  readonly trace = this.at('trace');
  readonly debug = this.at('debug');
  readonly info = this.at('info');
  readonly warn = this.at('warning');
  readonly error = this.at('error');
  readonly critical = this.at('critical');

  getLevel(): number {
    return this.level;
  }

  setLevel(level: number): void {
    this.level = level;
  }

  /** VS Code knows one pattern. */
  setPattern(): void {
    this.plain = false;
  }

  clearFormatters(): void {
    this.plain = true;
  }

  flush(): void {}

  drop(): void {}

  private at(name: string): (message: string) => void {
    return message => {
      if (LEVELS.indexOf(name) < this.level) return;
      this.write(this.plain ? message : `${localTime(new Date())} [${name}] ${message}\n`);
    };
  }

  private write(text: string): void {
    const length = Buffer.byteLength(text);
    if (this.written > 0 && this.written + length > this.size) this.putAside();
    appendFileSync(this.file, text);
    this.written += length;
  }

  private putAside(): void {
    const { dir, name, ext } = parse(this.file);
    const kept = [
      this.file,
      ...Array.from({ length: this.files }, (_, index) => join(dir, `${name}.${index + 1}${ext}`)),
    ];
    rmSync(kept.at(-1) ?? '', { force: true });
    for (let index = kept.length - 2; index >= 0; index--) {
      try {
        renameSync(kept[index] ?? '', kept[index + 1] ?? '');
      } catch {
        // There are not that many yet.
      }
    }
    this.written = 0;
  }
}

export const version = 0;
export function setLevel(): void {}
export function setFlushOn(): void {}

export async function createRotatingLogger(_name: string, file: string, size: number, files: number): Promise<Logger> {
  return new Logger(file, size, files);
}

export const createAsyncRotatingLogger = createRotatingLogger;

function localTime(date: Date): string {
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, -1).replace('T', ' ');
}
