import { sleep, systemClock } from '../core/clock.js';

const INTERVAL_MS = 500;
/** What is being ended may take long; after this its row goes on saying what it is. */
const LONGEST_MS = 60_000;

/** The service agrees to end a thing before the thing has ended: waits until it is not there any more. */
export async function untilGone(exists: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < LONGEST_MS && (await exists()); waited += INTERVAL_MS) {
    await sleep(systemClock, INTERVAL_MS);
  }
}
