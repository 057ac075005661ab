// Makes a checkout ready to run: installs the packages that package-lock.json names, where they are not installed yet.
// With --build, also builds dist/. Everything is said on stderr, since a caller's stdout may be read by a program.
import { spawnSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) fail(`Node.js 20.19 or newer is needed; this is ${process.version}.`);
if (!isInstalled()) {
  process.stderr.write('Downloading packages (150 MB) into node_modules/, once…\n');
  run('npm', ['ci']);
}
if (process.argv.includes('--build')) run(process.execPath, ['esbuild.mjs']);

/** npm writes the inner lock file last, so that an interrupted installation has none. */
function isInstalled() {
  try {
    // A linked folder belongs to another checkout.
    if (lstatSync('node_modules').isSymbolicLink()) return true;
    const wanted = packages('package-lock.json');
    const present = packages('node_modules/.package-lock.json');
    return (
      Object.keys(present).every(path => path in wanted) &&
      Object.entries(wanted).every(
        ([path, { version, optional }]) => path === '' || (present[path]?.version ?? (optional && version)) === version,
      )
    );
  } catch {
    return false;
  }
}

/**
 * @param {string} lockFile
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function packages(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    stdio: ['ignore', 2, 2],
    // npm is a script there.
    shell: process.platform === 'win32' && command === 'npm',
  });
  if (status !== 0) fail(`"${[command, ...args].join(' ')}" failed${error ? `: ${error.message}` : ''}.`);
}

/** @param {string} message */
function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
