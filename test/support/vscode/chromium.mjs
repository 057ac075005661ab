// The Chromium that shows the workbench: one named by the environment, one on PATH, or Playwright's own.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-dev-shm-usage',
  '--disable-sync',
  '--no-first-run',
];

/** @returns {Promise<import('playwright-core').Browser>} */
export async function launchChromium() {
  return chromium.launch({
    executablePath: await findChromium(),
    args: FLAGS,
    // Signals are this project's to handle: Playwright would end the process before its other children are ended.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}

async function findChromium() {
  const named = process.env.REMOTE_COMPUTE_CHROMIUM;
  if (named !== undefined) {
    if (!existsSync(named)) throw new Error(`REMOTE_COMPUTE_CHROMIUM names ${named}, which does not exist.`);
    return named;
  }
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = NAMES.flatMap(name => folders.map(folder => join(folder, name))).find(path => existsSync(path));
  return found ?? (await playwrightsOwn());
}

async function playwrightsOwn() {
  const path = chromium.executablePath();
  if (existsSync(path)) return path;
  process.stderr.write('Installing Chromium (once)…\n');
  const cli = join(dirname(createRequire(join(process.cwd(), 'x')).resolve('playwright-core/package.json')), 'cli.js');
  try {
    await promisify(execFile)(process.execPath, [cli, 'install', 'chromium'], { timeout: 180_000 });
    return path;
  } catch (error) {
    throw new Error(
      'No Chromium was found, and Playwright could not download one. Install it (on Debian: apt-get install chromium), ' +
        'or name one in REMOTE_COMPUTE_CHROMIUM.',
      { cause: error },
    );
  }
}
