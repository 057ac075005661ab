import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startSandbox } from '../support/sandbox.mjs';
import { type Figure, measure, type Target } from './figure.js';
import type { Read, Task } from './reader.js';
import { mebibytes, median, within } from './stats.js';
import type { Service } from './typed.js';

const BYTES = 200_000_000;
/** Events of the source are whole. */
const WHOLE = Math.round(BYTES / 65_536) * 65_536;
const ROUNDS = 3;
const CLIENTS: Record<Task['client'], string> = {
  bare: '`ws`, counting bytes',
  decoding: 'bare `ws` reader',
  terminal: 'terminal',
  busy: 'terminal, answered after 5 ms',
};
const LINE = 'step 004217 of 100000: loss 0.48213, accuracy 0.9134, 312 samples/s';
const HELD_LIMIT = 1024 * 1024;

measure(async (): Promise<Figure> => {
  const source = fork(join(__dirname, 'source.js'), [`${BYTES}`]);
  const [port] = await once(source, 'message');
  const address = `127.0.0.1:${port}/v0`;
  const fast: Service = { httpUrl: `http://${address}`, wsUrl: `ws://${address}/ws`, apiKey: 'none', modelIds: ['m'] };
  const sandbox = await startSandbox();
  const sources = [
    { name: 'synthetic server', service: fast, prepare: '', start: 'go', bytes: WHOLE },
    {
      name: 'sandbox, a real PTY',
      service: sandbox.services.decthings,
      prepare: `stty raw -echo; printf rea''dy; read -rsn1; yes '${LINE}' | head -c ${BYTES}; sleep 60`,
      start: 'g',
      bytes: BYTES,
    },
  ];
  const rows: string[][] = [];
  const targets: Target[] = [];
  for (const { name, ...task } of sources) {
    const results = Object.entries(CLIENTS).map(([client, label]) => ({
      client: client as Task['client'],
      label,
      reads: [] as Read[],
    }));
    for (let round = 0; round < ROUNDS; round++) {
      // Its pace is that of the answers, which does not vary.
      const clients = results.filter(({ client }) => client !== 'busy' || round === 0);
      for (const { client, reads } of clients) reads.push(await read({ ...task, client }));
    }
    const rate = (reads: Read[]) => task.bytes / 1e6 / median(reads.map(({ seconds }) => seconds));
    const bare = rate(results.find(({ client }) => client === 'decoding')?.reads ?? []);
    for (const { client, label, reads } of results) {
      const held = Math.max(...reads.map(({ heldBytes }) => heldBytes));
      rows.push([
        name,
        label,
        `${rate(reads).toFixed(0)} MB/s`,
        `${((100 * rate(reads)) / bare).toFixed(0)} %`,
        mebibytes(Math.max(...reads.map(({ peakBytes, baseBytes }) => peakBytes - baseBytes))),
        held === 0 ? '–' : mebibytes(held),
      ]);
      if (client !== 'terminal') continue;
      const share = rate(reads) / bare;
      targets.push({
        what: `Throughput from the ${name}: at least 80 % of the bare reader, at most 1 MiB held`,
        measured: `${(100 * share).toFixed(0)} %, ${mebibytes(held)}`,
        met: share >= 0.8 && held <= HELD_LIMIT,
      });
    }
  }
  source.kill();
  await sandbox.stop();
  return {
    title: 'Throughput',
    how: `${BYTES / 1e6} MB, median of ${ROUNDS} runs, each in a process of its own. The bare reader takes the frames apart and makes text of them, as whoever shows it must; beside it stands one that only counts the bytes of messages, which is what the source and the loopback can do at all. The terminal's flow control is answered at once; answers that come 5 ms late stand for a terminal in another process, as VS Code's is. Held is the most that the terminal had received and not shown; memory is the growth of the whole process at its peak.`,
    tables: [{ head: ['source', 'reader', 'throughput', 'to bare', 'memory', 'held'], rows }],
    targets,
  };
});

async function read(task: Task): Promise<Read> {
  const child: ChildProcess = fork(join(__dirname, 'reader.js'), { execArgv: ['--expose-gc'] });
  child.send(task);
  const [result] = await within(120_000, `${task.client} reads`, once(child, 'message'));
  console.error(`  ${task.client}: ${result.seconds.toFixed(1)} s`);
  return result;
}
