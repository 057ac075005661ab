import type { Page } from 'playwright-core';
import { startSandbox } from '../support/sandbox.mjs';
import { typeInTerminal, waitForRow } from '../support/vscode/terminal';
import { pressRowButton } from '../support/vscode/views';
import { openViewContainer, quickRow, runCommand, treeRow } from '../support/vscode/workbench';
import { type Figure, measure, type Target } from './figure.js';
import { median, percentile, ratio, time, wait, within } from './stats.js';
import { openSignedIn } from './windowBench.js';

const TIMES = 20;
/** How long `yes` floods before the key. */
const FLOOD_MS = 1000;
const SERVERS = [
  { name: 'server that holds back', flags: [] },
  { name: 'server that buffers without bound', flags: ['--unbounded'] },
];

/** Runs in the page: milliseconds from the key until the prompt is drawn. */
const WATCH = `window.promptDrawn = new Promise(resolve => {
  const rows = [...document.querySelectorAll('.terminal-wrapper.active .xterm-rows')].find(each => each.offsetParent);
  let pressed;
  document.addEventListener('keydown', event => {
    if (event.ctrlKey && event.key.toLowerCase() === 'c') pressed ??= performance.now();
  }, { capture: true });
  const observer = new MutationObserver(() => {
    if (pressed === undefined || !rows.textContent.replaceAll('\\u00a0', ' ').trimEnd().endsWith('$')) return;
    observer.disconnect();
    resolve(performance.now() - pressed);
  });
  observer.observe(rows, { childList: true, subtree: true, characterData: true });
}); undefined`;

measure(async (): Promise<Figure> => {
  const rows: string[][] = [];
  const targets: Target[] = [];
  for (const { name, flags } of SERVERS) {
    const sandbox = await startSandbox(['--launchers', '3', ...flags]);
    const window = await openSignedIn(sandbox);
    const { page } = window;
    await openViewContainer(page, 'Remote Compute');
    await treeRow(page, 'gpu-train-01').waitFor();
    await pressRowButton(treeRow(page, 'gpu-train-01'), 'Open Terminal…');
    await quickRow(page, 'mnist-classifier').click();
    await quickRow(page, 'Open the terminal').click();
    await waitForRow(page, /\$ *$/);
    const remote = await interrupts(page);
    await runCommand(page, 'Terminal: Create New Terminal');
    await waitForRow(page, /[#$] ?$/);
    await typeInTerminal(page, "PS1='own$ '; clear\n");
    await waitForRow(page, /^own\$$/);
    const own = await interrupts(page);
    await window.close();
    await sandbox.stop();
    for (const [label, samples] of [
      ["VS Code's own terminal", own],
      [`remote terminal, ${name}`, remote],
    ] as const) {
      const spread = [percentile(samples, 90), Math.max(...samples)].map(time);
      rows.push([label, time(median(samples)), ...spread, ratio(median(samples), median(own))]);
    }
    targets.push({
      what: `Ctrl+C with a ${name}: median within 2× of VS Code's own terminal`,
      measured: `${ratio(median(remote), median(own))} (${time(median(own))} → ${time(median(remote))})`,
      met: median(remote) <= 2 * median(own),
    });
  }
  return {
    title: 'Ctrl+C during `yes`',
    how: `In the real VS Code, in a browser that draws without a GPU: \`yes\` runs for ${FLOOD_MS / 1000} s, then Ctrl+C is pressed, and the time is taken in the page from the key until the prompt is drawn. ${TIMES} times in a row in a remote terminal, and in VS Code's own in the same window.`,
    tables: [{ head: ['terminal', 'median', 'p90', 'longest', 'median to own'], rows }],
    targets,
  };
});

async function interrupts(page: Page): Promise<number[]> {
  const samples: number[] = [];
  for (let count = 0; count < TIMES; count++) {
    await typeInTerminal(page, 'yes\n');
    await waitForRow(page, /^y$/);
    await wait(FLOOD_MS);
    await page.evaluate(WATCH);
    await page.keyboard.press('Control+C');
    samples.push(await within(90_000, 'the prompt is drawn', page.evaluate<number>('window.promptDrawn')));
    await typeInTerminal(page, 'clear\n');
    await wait(200);
  }
  return samples;
}
