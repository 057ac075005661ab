import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Rig } from './rig.js';

/** A key is its number in six digits and a line feed, so that a torn one is no key. */
export function keyText(key: number): string {
  return `${String(key).padStart(6, '0')}\n`;
}

export const KEY_LENGTH = keyText(0).length;
const FLOOD = "while :; do yes 'a flood of output, again and again' | head -c 300000; sleep 0.05; done";

/** The remote side of a soak: a shell whose terminal is flooded, and which writes what it gets to a file. */
export class Recorder {
  private constructor(private readonly folder: string) {}

  /** Opens the rig's terminal and turns it into a recorder. */
  static async start(rig: Rig): Promise<Recorder> {
    const recorder = new Recorder(mkdtempSync(join(tmpdir(), 'remote-compute-soak-')));
    await rig.open();
    rig.type(`stty raw -echo; (${FLOOD}) & echo record''ing; exec cat > ${recorder.file}\r`);
    await rig.seen(/recording/);
    return recorder;
  }

  /** The keys that arrived, in order. What a connection's end has torn off one may stand before the next. */
  keys(): number[] {
    return Array.from(readFileSync(this.file, 'latin1').matchAll(/(\d{6})\n/g), ([, key]) => Number(key));
  }

  has(key: number): boolean {
    return readFileSync(this.file, 'latin1').endsWith(keyText(key));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get file(): string {
    return join(this.folder, 'keys');
  }
}
