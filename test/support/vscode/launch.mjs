#!/usr/bin/env node
// Stands in for the desktop VS Code executable that runTests starts: opens the npm-shipped host in a headless
// Chromium, has it run the extension tests, and exits with their code. It never outlives its deadline.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { format } from 'node:util';
import { endAll } from '../processes.mjs';
import { launchChromium } from './chromium.mjs';
import { startServer } from './server.mjs';

const DEADLINE_MS = Number(process.env.REMOTE_COMPUTE_DEADLINE ?? 1800) * 1000;
const OPENING_MS = 120_000;
/** What the workbench itself says on every start, and its own stack traces: of no use to a reader of test results. */
const CHATTER = new RegExp(
  [
    String.raw`^Resolv\w+ connection token`,
    '^Creating a socket',
    '^Updating additional builtin',
    '^Ignoring fetching additional builtin',
    '^No search provider registered',
    '^An unknown error occurred. Please consult the log',
    String.raw`^\[(reconnection-grace-time|remote-connection|AgentHost|AccountPolicyGate|Service Worker)`,
    '/browser/workbench/workbench.js:',
  ].join('|'),
);

const args = process.argv.slice(2);
const [extensionTestsPath] = values('extensionTestsPath');
const [userDataDir] = values('user-data-dir');
const folder = args.find(arg => !arg.startsWith('-'));

const deadline = new Promise((_, reject) => {
  setTimeout(() => reject(new Error(`The tests did not end within ${DEADLINE_MS / 1000} s.`)), DEADLINE_MS).unref();
});
try {
  process.exitCode = await Promise.race([runTests(), deadline]);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
await endAll();
// Chromium ends with this process.
process.exit();

async function runTests() {
  if (extensionTestsPath === undefined) throw new Error('--extensionTestsPath=… is missing.');
  const server = await startServer({ settings: userSettings(), testDriver: true });
  const browser = await launchChromium();
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  /** @type {Promise<number>} */
  const exit = new Promise(done => {
    page.exposeFunction('codeAutomationExit', (/** @type {number} */ code) => done(code));
  });
  await page.exposeFunction('codeAutomationLog', (/** @type {string} */ type, /** @type {unknown[]} */ values) => {
    const text = format(...values);
    const stream = type === 'error' || type === 'warn' ? process.stderr : process.stdout;
    if (!CHATTER.test(text)) stream.write(`${text}\n`);
  });
  const failures = [
    server.died.then(error => new Error(`${error.message}\n${server.log()}`)),
    new Promise(fail => page.once('crash', () => fail(new Error('The window crashed.')))),
    new Promise(fail => page.once('close', () => fail(new Error('The window was closed.')))),
    new Promise(fail => browser.once('disconnected', () => fail(new Error('Chromium ended.')))),
  ];
  /** @param {string} path */
  const remote = path => server.url.replace('http', 'vscode-remote') + resolve(path);
  const payload = [
    ...values('extensionDevelopmentPath').map(path => ['extensionDevelopmentPath', remote(path)]),
    ['extensionTestsPath', remote(extensionTestsPath)],
  ];
  await page.goto(server.page({ payload, ...(folder && { folder: resolve(folder) }) }), { timeout: OPENING_MS });
  const outcome = await Promise.race([exit, ...failures]);
  if (outcome instanceof Error) throw outcome;
  return Number(outcome);
}

/** @param {string} name */
function values(name) {
  const prefix = `--${name}=`;
  return args.filter(arg => arg.startsWith(prefix)).map(arg => arg.slice(prefix.length));
}

/** The settings that desktop VS Code would take from its profile folder. */
function userSettings() {
  const file = join(userDataDir ?? '', 'User', 'settings.json');
  return userDataDir !== undefined && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}
