const EVERY_MS = 20;
/** Far beyond what a busy machine needs: it only ends a test that hangs. */
const PATIENCE_MS = 120_000;
const FIRST_PATIENCE_MS = 3_000;

/**
 * Waits until `look` gives something, and returns it.
 * @param what completes “Waited in vain for …”
 */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = PATIENCE_MS,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}.`);
    await new Promise(resolve => setTimeout(resolve, EVERY_MS));
  }
}

/**
 * Does something again and again until it comes about, each time waiting twice as long for it: what takes a moment may take
 * a minute on a busy machine.
 * @param what completes “Tried in vain: …”
 * @param attempt resolves with whether it came about
 */
export async function tryUntil(what: string, attempt: (patienceMs: number) => Promise<boolean>): Promise<void> {
  for (let patienceMs = FIRST_PATIENCE_MS; patienceMs <= PATIENCE_MS; patienceMs *= 2) {
    if (await attempt(patienceMs)) return;
  }
  throw new Error(`Tried in vain: ${what}.`);
}
