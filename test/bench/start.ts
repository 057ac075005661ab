import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { temporaryFolder } from '../support/processes.mjs';
import { startSandbox } from '../support/sandbox.mjs';
import { until } from '../support/until.js';
import { openViewContainer } from '../support/vscode/workbench';
import { type Figure, measure } from './figure.js';
import { median, ratio, time } from './stats.js';
import { openSignedIn } from './windowBench.js';

const ROUNDS = 10;
const LAUNCHERS = [20, 10_000];
const START_LIMIT = 150_000;

/** Runs in the page, before its own code: when the first launcher's row is drawn, Unix milliseconds. */
const FIRST_ROW = `
  window.firstRowAt = undefined;
  new MutationObserver((_, observer) => {
    const labels = document.querySelectorAll('.sidebar .monaco-list-row .label-name');
    if (![...labels].some(label => /-0*1$/.test(label.textContent))) return;
    window.firstRowAt = Date.now();
    observer.disconnect();
  }).observe(document, { childList: true, subtree: true, characterData: true });
`;

interface Start {
  load: number;
  activate: number;
  /** From the loading of the code on. */
  firstRow: number;
}

measure(async (): Promise<Figure> => {
  const accounts = [];
  for (const count of LAUNCHERS) accounts.push(await openAccount(count));
  for (let round = 1; round <= ROUNDS; round++) for (const { start } of accounts) await start(round);
  for (const { close } of accounts) await close();
  const results = accounts.map(({ starts }) => starts);
  const [few = [], many = []] = results;
  const rows = results.map((starts, index) => [
    (LAUNCHERS[index] ?? 0).toLocaleString('en'),
    ...(['load', 'activate', 'firstRow'] as const).map(what => {
      const times = starts.map(each => each[what]);
      return [Math.min(...times), median(times), Math.max(...times)].map(each => time(each)).join(' · ');
    }),
  ]);
  const firstRow = (starts: Start[]) => median(starts.map(each => each.firstRow));
  const bundle = statSync('dist/extension.js').size;
  return {
    title: 'Start',
    how: `In the real VS Code, a window for each account, reloaded in turns, ${ROUNDS} times each, with the sidebar in view; the fastest, the median and the slowest. Loading and activating are VS Code's own marks, and other extensions start meanwhile; the first row is seen in the page, and counts from the loading of the code. This VS Code keeps no secrets: each start signs in anew before there is a row.`,
    tables: [
      { head: ['launchers', 'load', 'activate', 'first row'], rows },
      { head: ['bundle', 'size', 'compressed'], rows: bundles() },
    ],
    targets: [
      {
        what: 'First row with 10,000 launchers within 1.2× that with 20',
        measured: `${ratio(firstRow(many), firstRow(few))} (${time(firstRow(few))} → ${time(firstRow(many))})`,
        met: firstRow(many) <= 1.2 * firstRow(few),
      },
      { what: 'Start bundle under 150 KB', measured: kilobytes(bundle), met: bundle < START_LIMIT },
    ],
  };
});

/** A window of its own, which is reloaded by `start`. */
async function openAccount(launchers: number) {
  const sandbox = await startSandbox(['--launchers', `${launchers}`]);
  const probe = join(temporaryFolder('probe'), 'marks');
  const window = await openSignedIn(sandbox, probe);
  const { page } = window;
  await openViewContainer(page, 'Remote Compute');
  await until('the first marks', () => marks(probe).length > 0);
  await page.addInitScript(FIRST_ROW);
  const starts: Start[] = [];
  return {
    starts,
    async start(round: number): Promise<void> {
      await page.reload();
      const at = await until('a row', () => page.evaluate<number | undefined>('window.firstRowAt'));
      const mark = await until('the marks', () => marks(probe)[round]);
      const [load = Number.NaN, loaded = Number.NaN] = [mark.willLoadExtensionCode, mark.didLoadExtensionCode];
      const [will = Number.NaN, did = Number.NaN] = [mark.willActivateExtension, mark.didActivateExtension];
      starts.push({ load: loaded - load, activate: did - will, firstRow: at - load });
    },
    async close(): Promise<void> {
      await window.close();
      await sandbox.stop();
    },
  };
}

/** One line for each start so far. */
function marks(file: string): Record<string, number>[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map(line => JSON.parse(line));
}

function bundles(): string[][] {
  const names = readdirSync('dist').filter(name => name.endsWith('.js') && name !== 'sandbox.js');
  return names.map(name => {
    const code = readFileSync(join('dist', name));
    return [`\`${name}\``, kilobytes(code.length), kilobytes(gzipSync(code).length)];
  });
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} KB`;
}
