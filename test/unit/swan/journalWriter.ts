// A process that may write no file beyond some size: a full disk, as a process sees it. Run by `journalDisk.test.ts`.
import { systemClock } from '../../../src/core/clock.js';
import { toRemoteError } from '../../../src/core/errors.js';
import { Journal } from '../../../src/swan/journal/journal.js';
import { record } from '../../support/records.js';

const [, script, folder] = process.argv;
if (script === __filename && folder !== undefined) {
  void (async () => {
    const journal = new Journal(folder, systemClock);
    const saved = await journal.save(record('a'), 'planned');
    process.stdout.write('planned\n');
    const raw = `0x${'ab'.repeat(2_000)}`;
    const transactions = [{ purpose: 'pay', hash: `0x${'12'.repeat(32)}`, nonce: 1, raw, outcome: 'unknown' } as const];
    const end = await journal.save({ ...saved, stage: 'paying', transactions }, 'pay signed').then(
      () => 'written',
      error => `${toRemoteError(error).kind}: ${toRemoteError(error).message}`,
    );
    process.stdout.write(`${end}\n`);
  })();
}
