import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from '../support/sandbox.mjs';
import { type Figure, measure } from './figure.js';
import type { FloodOrder } from './floodProcess.js';
import { mebibytes, percentile, ratio, time, wait, within } from './stats.js';
import { makeEcho, openRemote, type Parser, type Service, type Typed } from './typed.js';

const TERMINALS = 50;
const KEYS = 300;
const INTERVAL_MS = 15;
const ROUNDS = 5;
/** About what VS Code's terminal parses in a millisecond. */
const PARSED_PER_MS = 20_000;
/** A flood has begun, or is over. */
const TURN_MS = 1_000;
const LOWEST_PRIORITY = 19;

measure(async (): Promise<Figure> => {
  const sandbox = await startSandbox();
  const flooding = await startSandbox();
  takeWhatIsLeft(flooding.pid);
  const service = sandbox.services.decthings;
  const parser = { charactersPerMs: PARSED_PER_MS };
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const terminals: Typed[] = [];
  while (terminals.length < TERMINALS - 1) terminals.push(await openRemote(service, parser));
  const flooded = await openRemote(flooding.services.decthings, parser);
  const elsewhere = await floodElsewhere(flooding.services.decthings, parser);
  globalThis.gc?.();
  const quietBytes = process.memoryUsage().rss - before;
  const [typed] = terminals;
  if (!typed) throw new Error('No terminals.');
  await within(20_000, 'an echo', makeEcho(typed));
  let flood = 0;
  flooded.onText = text => {
    flood += text.length;
  };

  const quiet: number[] = [];
  const control: number[] = [];
  const busy: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    quiet.push(...(await echoes(typed)));
    elsewhere.order('flood');
    await wait(TURN_MS);
    control.push(...(await echoes(typed)));
    elsewhere.order('stop');
    await wait(TURN_MS);
    flooded.input('yes\r');
    await wait(TURN_MS);
    busy.push(...(await echoes(typed)));
    flooded.input('\x03');
    await wait(TURN_MS);
  }
  const floodedBytes = process.memoryUsage().rss - before;
  for (const terminal of [...terminals, flooded]) terminal.close();
  elsewhere.end();
  await Promise.all([sandbox.stop(), flooding.stop()]);
  const [p95, controlP95, floodedP95] = [quiet, control, busy].map(samples => percentile(samples, 95)) as Triple;
  const row = (name: string, samples: number[]) => [
    name,
    time(percentile(samples, 50)),
    time(percentile(samples, 95)),
    ratio(percentile(samples, 95), p95),
  ];
  return {
    title: `${TERMINALS} terminals at once`,
    how: `${TERMINALS} terminals in one process, each with a shell. A key is typed into one every ${INTERVAL_MS} ms, ${KEYS * ROUNDS} keys in each case: while all are quiet, while \`yes\` floods another in the same process, and, as a control, while it floods one in a process of its own, which shows what the flood costs the machine; in turns. The flooded one's flow control is answered at the pace of a terminal that parses ${PARSED_PER_MS / 1000} MB/s. The flood comes from a sandbox of its own of the lowest priority, since the service is another machine.`,
    tables: [
      {
        head: ['echo of one', 'p50', 'p95', 'p95 to quiet'],
        rows: [
          row('all quiet', quiet),
          row('one in another process floods', control),
          row('another of the same process floods', busy),
        ],
      },
      {
        head: ['memory', 'of all', 'of each'],
        rows: [
          ['all quiet', mebibytes(quietBytes), mebibytes(quietBytes / TERMINALS)],
          [
            `after ${(flood / 1e6).toFixed(0)} MB of flood`,
            mebibytes(floodedBytes),
            mebibytes(floodedBytes / TERMINALS),
          ],
        ],
      },
    ],
    targets: [
      {
        what: "One flooded terminal costs another's echo at most twice its quiet p95",
        measured: `${ratio(floodedP95, p95)} (${time(p95)} → ${time(floodedP95)}); in another process ${ratio(controlP95, p95)}`,
        met: floodedP95 <= 2 * p95,
      },
    ],
  };
});

type Triple = [number, number, number];

/** The service is another machine; here it shares ours, and is to take of it only what nobody else wants. */
function takeWhatIsLeft(pid: number): void {
  setPriority(pid, LOWEST_PRIORITY);
  // Even at the lowest priority a process gets its turns; Linux knows one below.
  if (process.platform === 'linux') spawnSync('chrt', ['--all-tasks', '--idle', '--pid', '0', `${pid}`]);
}

/** The same terminal in another process. */
async function floodElsewhere(service: Service, parser: Parser) {
  const child = fork(join(__dirname, 'floodProcess.js'), [JSON.stringify(service), JSON.stringify(parser)]);
  await within(20_000, 'a terminal in another process', once(child, 'message'));
  return {
    order: (order: FloodOrder) => void child.send(order),
    end: () => void child.disconnect(),
  };
}

async function echoes(typed: Typed): Promise<number[]> {
  const samples: number[] = [];
  const typedAt: number[] = [];
  const done = new Promise<void>(resolve => {
    typed.onText = text => {
      const now = performance.now();
      for (let count = 0; count < text.length; count++) samples.push(now - (typedAt[samples.length] ?? Number.NaN));
      if (samples.length >= KEYS) resolve();
    };
  });
  for (let count = 0; count < KEYS; count++) {
    typedAt.push(performance.now());
    typed.input('x');
    await wait(INTERVAL_MS);
  }
  await within(30_000, 'the echoes', done);
  return samples;
}
