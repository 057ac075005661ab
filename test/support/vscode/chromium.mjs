// The Chromium that shows the workbench: one named by the environment, else an installed one, else one of our own.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { onPath } from '../onPath.mjs';
import { ownChromium } from './ownChromium.mjs';

/** @typedef {{ executablePath?: string, env?: NodeJS.ProcessEnv }} Browser without a path, Playwright knows it */

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
const APPS = ['Chromium', 'Google Chrome', 'Microsoft Edge'];
const ANSWER_MS = 60_000;
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-dev-shm-usage',
  '--disable-sync',
  '--no-first-run',
];

/** @type {Promise<Browser> | undefined} */
let chosen;

/** @returns {Promise<import('playwright-core').Browser>} */
export async function launchChromium() {
  return chromium.launch({
    ...(await chooseChromium()),
    args: FLAGS,
    // Signals are this project's to handle: Playwright would end the process before its other children are ended.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}

/** The one for this process, which is downloaded first where none is installed. */
export function chooseChromium() {
  chosen ??= choose(process.env.REMOTE_COMPUTE_CHROMIUM, [...NAMES.flatMap(onPath), ...apps()], ownChromium);
  return chosen;
}

/**
 * @param {string | undefined} named
 * @param {string[]} installed in the order of choice
 * @param {() => Promise<Browser>} own
 * @returns {Promise<Browser>}
 */
export async function choose(named, installed, own) {
  if (named !== undefined) {
    if (!existsSync(named)) throw new Error(`REMOTE_COMPUTE_CHROMIUM names ${named}, which does not exist.`);
    return { executablePath: named };
  }
  for (const executablePath of installed) {
    if (await runs(executablePath)) return { executablePath };
    process.stderr.write(`${executablePath} is passed over, since it does not start.\n`);
  }
  try {
    return await own();
  } catch (error) {
    throw new Error(
      'No Chromium is installed, and none can be downloaded: install Chromium or Chrome, or name one in ' +
        `REMOTE_COMPUTE_CHROMIUM. ${error instanceof Error ? error.message : error}`,
      { cause: error },
    );
  }
}

/** Where macOS has them. */
function apps() {
  const folders = process.platform === 'darwin' ? ['/Applications', join(homedir(), 'Applications')] : [];
  const programs = folders.flatMap(folder => APPS.map(name => join(folder, `${name}.app/Contents/MacOS/${name}`)));
  return programs.filter(path => existsSync(path));
}

/**
 * Not every file of that name does: on Ubuntu, one only says what to install.
 * @param {string} path
 */
async function runs(path) {
  try {
    await promisify(execFile)(path, ['--version'], { timeout: ANSWER_MS });
    return true;
  } catch {
    return false;
  }
}
