// A process that takes a lock, says so, and keeps it. Run by `locks.test.ts`.
import { systemClock } from '../../../src/core/clock.js';
import { Locks } from '../../../src/swan/journal/locks.js';

const [, script, folder] = process.argv;
if (script === __filename && folder !== undefined) {
  void new Locks(folder, systemClock, 2_000).hold('a', async () => {
    process.stdout.write('held\n');
    setInterval(() => {}, 1_000);
    await new Promise(() => {});
  });
}
