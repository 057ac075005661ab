import { startSandbox } from '../support/sandbox.mjs';
import { type Figure, measure } from './figure.js';
import { mebibytes, percentile, ratio, time, wait, within } from './stats.js';
import { makeEcho, openRemote, type Typed } from './typed.js';

const TERMINALS = 50;
const KEYS = 300;
const INTERVAL_MS = 15;
const ROUNDS = 3;
/** About what VS Code's terminal parses in a millisecond. */
const PARSED_PER_MS = 20_000;

measure(async (): Promise<Figure> => {
  const sandbox = await startSandbox();
  // The real service is not one process for all; the flood has one of its own, so that what is seen is the client's.
  const flooding = await startSandbox();
  const service = sandbox.services.decthings;
  const parser = { charactersPerMs: PARSED_PER_MS };
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const terminals: Typed[] = [];
  while (terminals.length < TERMINALS - 1) terminals.push(await openRemote(service, parser));
  const flooded = await openRemote(flooding.services.decthings, parser);
  globalThis.gc?.();
  const quietBytes = process.memoryUsage().rss - before;
  const [typed] = terminals;
  if (!typed) throw new Error('No terminals.');
  await within(20_000, 'an echo', makeEcho(typed));

  const quiet: number[] = [];
  const busy: number[] = [];
  let flood = 0;
  for (let round = 0; round < ROUNDS; round++) {
    quiet.push(...(await echoes(typed)));
    flooded.onText = text => {
      flood += text.length;
    };
    flooded.input('yes\r');
    await wait(1000);
    busy.push(...(await echoes(typed)));
    flooded.input('\x03');
    await wait(1000);
  }
  const floodedBytes = process.memoryUsage().rss - before;
  for (const terminal of [...terminals, flooded]) terminal.close();
  await Promise.all([sandbox.stop(), flooding.stop()]);
  const [p95, floodedP95] = [percentile(quiet, 95), percentile(busy, 95)];
  const row = (name: string, samples: number[]) => [
    name,
    time(percentile(samples, 50)),
    time(percentile(samples, 95)),
    ratio(percentile(samples, 95), p95),
  ];
  return {
    title: `${TERMINALS} terminals at once`,
    how: `${TERMINALS} terminals in one process, each with a shell. A key is typed into one every ${INTERVAL_MS} ms, ${KEYS * ROUNDS} keys in all, while all are quiet and while \`yes\` floods another, in turns. The flooded one's flow control is answered at the pace of a terminal that parses ${PARSED_PER_MS / 1000} MB/s. The flood comes from a sandbox of its own, as the service is not one process for all; processor and kernel are shared.`,
    tables: [
      {
        head: ['echo of one', 'p50', 'p95', 'p95 to quiet'],
        rows: [row('all quiet', quiet), row('another floods', busy)],
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
        measured: `${(floodedP95 / p95).toFixed(2)}× (${time(p95)} → ${time(floodedP95)})`,
        met: floodedP95 <= 2 * p95,
      },
    ],
  };
});

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
