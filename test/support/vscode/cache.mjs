// What is downloaded once, into .vscode-test/: said before, with its size, and never taken for whole before it is.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const CACHE = resolve('.vscode-test');
const PARTIAL = 'partial-';

/**
 * A folder of the cache, which is filled first where it is missing. It takes its place by one rename, so that an
 * interrupted installation is never taken for a whole one.
 * @param {string} name
 * @param {string} what with its size, as a person is told before it is fetched
 * @param {(folder: string) => Promise<void>} fill
 * @returns {Promise<string>} its path
 */
export async function cached(name, what, fill) {
  const home = join(CACHE, name);
  if (existsSync(home)) return home;
  process.stderr.write(`Downloading ${what} into .vscode-test/, once…\n`);
  mkdirSync(CACHE, { recursive: true });
  removeAbandoned();
  const partial = join(CACHE, `${PARTIAL}${process.pid}`);
  try {
    mkdirSync(partial);
    await fill(partial);
    rename(partial, home);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return home;
}

/**
 * Installs packages into a folder, without their scripts: nothing is compiled, and nothing comes from elsewhere.
 * @param {string} folder
 * @param {string[]} packages
 */
export async function installPackages(folder, packages) {
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  await npm(['install', '--save-exact', ...packages], folder);
}

/**
 * @param {string[]} args
 * @param {string} cwd
 */
export async function npm(args, cwd) {
  // What an outer npm says of its own package must not steer this one; its registry, cache and proxies should.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^npm_(package_|lifecycle_|config_.*prefix$)/.test(name),
  );
  const child = spawn('npm', [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    env: Object.fromEntries(inherited),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (output += chunk));
  const code = await new Promise((done, fail) => child.once('error', fail).once('close', done));
  if (code === 0) return;
  const tail = output.trimEnd().split('\n').slice(-25).join('\n');
  throw new Error(`"npm ${args.join(' ')}" failed.\n${tail}`);
}

/**
 * @param {string} partial
 * @param {string} home
 */
function rename(partial, home) {
  try {
    renameSync(partial, home);
  } catch (error) {
    // Another process may have installed the same in the meantime.
    if (!existsSync(home)) throw error;
  }
}

function removeAbandoned() {
  for (const name of readdirSync(CACHE).filter(each => each.startsWith(PARTIAL))) {
    if (!isRunning(Number(name.slice(PARTIAL.length)))) rmSync(join(CACHE, name), { recursive: true, force: true });
  }
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
