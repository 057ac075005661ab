import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from './figure.js';
import { markdown } from './report.js';

const FIGURES = ['echo', 'throughput', 'interrupt', 'many', 'start', 'rest', 'payments'];
const DEADLINE_MS = 240_000;
const REPORT = 'test/bench/RESULTS.md';

/** All figures, or those named. The report is written when all were measured in one run. */
async function main(): Promise<void> {
  const named = process.argv.slice(2);
  const unknown = named.find(name => !FIGURES.includes(name));
  if (unknown !== undefined) throw new Error(`There is no figure "${unknown}"; there are ${FIGURES.join(', ')}.`);
  const figures: Figure[] = [];
  for (const name of named.length > 0 ? named : FIGURES) {
    console.error(`Measuring ${name}…`);
    figures.push(await runFigure(name));
  }
  const report = await markdown(figures);
  console.log(report);
  if (named.length > 0) return;
  writeFileSync(REPORT, report);
  console.error(`Written to ${REPORT}.`);
}

async function runFigure(name: string): Promise<Figure> {
  const child = fork(join(__dirname, `${name}.js`), { execArgv: ['--expose-gc'] });
  const timer = setTimeout(() => child.kill(), DEADLINE_MS);
  const outcome: [Figure] | [number] = await Promise.race([
    once(child, 'message') as Promise<[Figure]>,
    once(child, 'exit') as Promise<[number]>,
  ]);
  clearTimeout(timer);
  const [figure] = outcome;
  if (typeof figure !== 'object' || figure === null) throw new Error(`${name} could not be measured.`);
  return figure;
}

main().catch(error => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
