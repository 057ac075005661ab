// A process that takes a lock and keeps it, until it is asked whether it still holds it. Run by `locks.test.ts`.
import { systemClock } from '../../../src/core/clock.js';
import { Locks } from '../../../src/swan/journal/locks.js';

const [, script, folder, then] = process.argv;
if (script === __filename && folder !== undefined) {
  void new Locks(folder, systemClock, 2_000).hold('a', async stillHeld => {
    process.stdout.write('held\n');
    if (then === 'exit') process.exit();
    await new Promise(resolve => process.stdin.once('data', resolve));
    const held = await stillHeld().then(
      () => true,
      () => false,
    );
    process.stdout.write(held ? 'still held\n' : 'lost\n');
    process.stdin.destroy();
  });
}
