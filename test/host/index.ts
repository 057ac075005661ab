// Runs inside VS Code's extension host: every suite beside this file, or with ONLY those whose names contain it.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';
import CountsReporter from '../support/counts-reporter.mjs';

/** Far beyond what a busy machine needs: it only ends a test that hangs. */
const TIMEOUT_MS = 300_000;

/** Rejects where a test failed, which becomes the exit code of the run. */
export async function run(): Promise<void> {
  // Each test file is a bundle with a copy of its own of what it imports, listeners included.
  process.setMaxListeners(100);
  const mocha = new Mocha({ timeout: TIMEOUT_MS, reporter: CountsReporter, forbidOnly: true, forbidPending: true });
  const { ONLY: only = '' } = process.env;
  for (const name of readdirSync(__dirname, { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith('.test.js') && name.includes(only)) mocha.addFile(join(__dirname, name));
  }
  const failures = await new Promise<number>(resolve => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} failed inside VS Code.`);
}
