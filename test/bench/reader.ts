import { command, openBare, openRemote, type Service } from './typed.js';

/** How late the answers of a busy terminal are. */
const BUSY_MS = 5;

/** Reads so much, by one client, in a process of its own. Sends how long it took, and what memory it needed. */
export interface Read {
  seconds: number;
  /** Of the processor, which other work on the machine does not lengthen. */
  cpuSeconds: number;
  /** The most of memory that the process had held afterwards, and before it read. */
  peakBytes: number;
  baseBytes: number;
  /** The most that the terminal had received and not shown. */
  heldBytes: number;
}

export interface Task {
  service: Service;
  client: 'bare' | 'decoding' | 'terminal' | 'busy';
  /** Makes the remote side ready; empty where it is. */
  prepare: string;
  start: string;
  bytes: number;
}

process.once('message', (task: Task) => {
  void read(task).then(result => process.send?.(result, () => process.exit()));
});

async function read({ service, client, prepare, start, bytes }: Task): Promise<Read> {
  const bare = client === 'bare' || client === 'decoding' ? await openBare(service) : undefined;
  const remote = bare ? undefined : await openRemote(service, { latencyMs: client === 'busy' ? BUSY_MS : 0 });
  const typed = bare ?? remote;
  if (!typed) throw new Error('No client.');
  if (prepare !== '') await command(typed, prepare, /ready/);
  globalThis.gc?.();
  const baseBytes = mostBytes();
  let characters = 0;
  let heldBytes = 0;
  const began = performance.now();
  const cpu = process.cpuUsage();
  return new Promise(resolve => {
    const count = (length: number) => {
      characters += length;
      if (remote) heldBytes = Math.max(heldBytes, remote.held() + length);
      if (characters < bytes) return;
      const seconds = (performance.now() - began) / 1000;
      const { user, system } = process.cpuUsage(cpu);
      resolve({ seconds, cpuSeconds: (user + system) / 1e6, peakBytes: mostBytes(), baseBytes, heldBytes });
    };
    typed.onText = text => count(text.length);
    if (bare && client === 'bare') bare.onMessage = count;
    typed.input(start);
  });
}

function mostBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}
