import { readdirSync, readFileSync } from 'node:fs';
import { controlsOf } from '../support/controls.js';
import { startSandbox } from '../support/sandbox.mjs';
import { openViewContainer, treeRow } from '../support/vscode/workbench';
import { type Figure, measure } from './figure.js';
import { wait } from './stats.js';
import { openSignedIn } from './windowBench.js';

const WATCH_MS = 60_000;
/** After a change of the sidebar, what that asks for is over. */
const SETTLE_MS = 5_000;
/** Of a second, in which Linux counts a process's time. */
const TICK_MS = 10;

interface Rest {
  calls: Record<string, number>;
  cpuMs: number;
}

measure(async (): Promise<Figure> => {
  const sandbox = await startSandbox(['--launchers', '20']);
  const window = await openSignedIn(sandbox);
  const { page } = window;
  const { stats } = controlsOf(sandbox);
  const watch = async (): Promise<Rest> => {
    await wait(SETTLE_MS);
    const [before, cpuBefore] = [(await stats()).calls, extensionHostMs(window.serverDataDir)];
    await wait(WATCH_MS);
    const [after, cpuAfter] = [(await stats()).calls, extensionHostMs(window.serverDataDir)];
    const calls = Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)] as const);
    return { calls: Object.fromEntries(calls.filter(([, count]) => count > 0)), cpuMs: cpuAfter - cpuBefore };
  };
  await openViewContainer(page, 'Remote Compute');
  await treeRow(page, 'gpu-train-01').waitFor();
  // What VS Code itself does in its first minute is over too.
  await wait(SETTLE_MS);
  const visible = await watch();
  await openViewContainer(page, 'Explorer');
  const hidden = await watch();
  await window.close();
  await sandbox.stop();
  const total = ({ calls }: Rest) => Object.values(calls).reduce((sum, count) => sum + count, 0);
  const names = Object.entries(visible.calls).map(([name, count]) => `${count} \`${name}\``);
  return {
    title: 'The sidebar at rest',
    how: `With 20 launchers, for ${WATCH_MS / 1000} s each. Requests are counted by the sandbox: while visible ${names.join(', ') || 'none'}. The processor's time is that of the whole extension host, of which the hidden sidebar's is what VS Code itself needs.`,
    tables: [
      {
        head: ['sidebar', 'requests per minute', 'processor per minute'],
        rows: [
          ['visible', `${total(visible)}`, `${visible.cpuMs} ms`],
          ['hidden', `${total(hidden)}`, `${hidden.cpuMs} ms`],
        ],
      },
    ],
    targets: [{ what: 'Hidden sidebar: 0 requests', measured: `${total(hidden)}`, met: total(hidden) === 0 }],
  };
});

/** What the extension host has used of the processor so far. It is known by its environment, which names the folder. */
function extensionHostMs(serverDataDir: string): number {
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      const isHost = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=extensionHost');
      if (!isHost || !readFileSync(`/proc/${pid}/environ`, 'utf8').includes(serverDataDir)) continue;
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ');
      return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
    } catch {
      // It has ended in the meantime.
    }
  }
  return Number.NaN;
}
