import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { installHost } from '../support/vscode/install.mjs';
import type { Figure, Table } from './figure.js';

/** The report of one run. It names the machine's parts, and nothing that says whose it is. */
export async function markdown(figures: Figure[]): Promise<string> {
  const { serverMain } = await installHost();
  const { version } = JSON.parse(readFileSync(join(dirname(serverMain), '../package.json'), 'utf8'));
  const [cpu] = cpus();
  const gibibytes = (totalmem() / 1024 ** 3).toFixed(0);
  return [
    '# Figures',
    'Made by `npm run bench`, in one run, one figure after the other. Times differ from machine to machine; the ratios beside them should not.',
    `${cpu?.model ?? 'Unknown CPU'}, ${cpus().length} cores, ${gibibytes} GiB · ${process.platform} · Node.js ${process.versions.node} · VS Code ${version}`,
    '## Targets',
    table({
      head: ['target', 'measured', ''],
      rows: figures.flatMap(({ targets }) =>
        targets.map(({ what, measured, met }) => [what, measured, met ? 'met' : '**missed**']),
      ),
    }),
    ...figures.flatMap(({ title, how, tables }) => [`## ${title}`, how, ...tables.map(table)]),
    '',
  ].join('\n\n');
}

function table({ head, rows }: Table): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
