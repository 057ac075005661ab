// Another window: reads the journal, looks at a lock, or holds it again and again. Run by `beside.test.ts`.
import { systemClock } from '../../../src/core/clock.js';
import { Journal } from '../../../src/swan/journal/journal.js';
import { Locks } from '../../../src/swan/journal/locks.js';

/** Longer than any test: what is not given back is waited for in vain. */
const STALE_MS = 3_600_000;
const HOLDS = 8;

const [, script, role, folder = ''] = process.argv;
if (script === __filename) {
  let ended = false;
  process.stdin.on('end', () => (ended = true)).resume();
  const journal = new Journal(folder, systemClock);
  const locks = new Locks(folder, systemClock, STALE_MS);
  void (async () => {
    process.stdout.write('ready\n');
    if (role === 'holder') {
      for (let hold = 0; hold < HOLDS; hold++) await locks.hold('a', async stillHeld => stillHeld());
      process.stdout.write('done\n');
      process.stdin.destroy();
      return;
    }
    let wrong = '';
    while (!ended) {
      try {
        if (role === 'watcher') await locks.isHeld('a');
        else {
          const { records, damaged } = await journal.list();
          if (records.length !== 1 || damaged.length > 0) wrong = `${records.length} records, ${damaged}`;
        }
      } catch (error) {
        wrong = String(error);
      }
    }
    process.stdout.write(`${wrong === '' ? 'done' : wrong}\n`);
  })();
}
