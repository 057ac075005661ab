import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { processes } from '../../support/processTable.js';

const DEADLINE_MS = 120_000;

/** Asks again and again until the answer is there; for what no event tells. */
export async function until<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    assert.ok(Date.now() < deadline, `${what} did not come about`);
    await delay(10);
  }
}

/** Waits until a process has ended, whether or not its parent has noticed. */
export async function ended(pid: number): Promise<void> {
  await until(`the end of process ${pid}`, () => !processes().some(each => each.pid === pid && !each.ended));
}
