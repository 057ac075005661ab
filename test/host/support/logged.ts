import type { Services } from '../../../src/commands/services.js';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** All that is logged from here on, as `level message`, whichever level VS Code would write. */
export class Logged {
  readonly lines: string[] = [];
  private readonly channel: unknown;

  constructor(private readonly log: Services['log']) {
    this.channel = Reflect.get(log, 'channel');
    const write = (level: string) => (message: string) => void this.lines.push(`${level} ${message}`);
    Reflect.set(log, 'channel', Object.fromEntries(LEVELS.map(level => [level, write(level)])));
  }

  has(line: RegExp): boolean {
    return this.lines.some(each => line.test(each));
  }

  restore(): void {
    Reflect.set(this.log, 'channel', this.channel);
  }
}
