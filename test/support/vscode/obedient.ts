// A window that runs commands for a test, as another extension would run them: the companion in it does.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { until } from '../until';

export type Outcome = { result: unknown } | { error: { message: string; code?: string } };

export interface Obedient {
  page: Page;
  /** Of the extension host. */
  pid: number;
  run(command: string, argument: object): Promise<Outcome>;
}

/** Waits for the window of a process that is not among those known. @param folder that REMOTE_COMPUTE_WINDOWS names */
export async function obedient(folder: string, page: Page, known: readonly Obedient[]): Promise<Obedient> {
  const unknown = () =>
    readdirSync(folder)
      .map(Number)
      .find(each => known.every(other => other.pid !== each));
  const pid = await until('a window that obeys', unknown);
  const port = await until('its port', () => readFileSync(join(folder, `${pid}`), 'utf8') || undefined);
  return {
    page,
    pid,
    async run(command, argument) {
      const body = JSON.stringify({ command: `remoteCompute.${command}`, argument });
      const answer: Outcome = JSON.parse(
        await (await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body })).text(),
      );
      return answer;
    },
  };
}
