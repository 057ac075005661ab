// Opens VS Code with the extension, signed in to a sandbox in which a few things run. Ctrl+C ends all of it.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { endAll, spawnGroup, temporaryFolder } from './processes.mjs';
import { startSandbox } from './sandbox.mjs';
import { chooseVSCode, hasDisplay } from './vscode/choose.mjs';
import { QUIET } from './vscode/quiet.mjs';
import { startServer, writeSettings } from './vscode/server.mjs';

const extensions = [process.cwd(), resolve('test/support/companion')];
const { kind, executable } = await chooseVSCode();
const { services, died } = await startSandbox([
  '--launchers',
  '12',
  '--terminals',
  '1',
  '--debug-sessions',
  '1',
  '--tasks',
  '6',
]);
const settings = {
  ...QUIET,
  'remoteCompute.decthings.httpUrl': services.decthings.httpUrl,
  'remoteCompute.decthings.wsUrl': services.decthings.wsUrl,
  'remoteCompute.swan.network': 'custom',
  'remoteCompute.swan.custom.orchestratorUrl': services.swan.url,
  'remoteCompute.swan.custom.rpcUrl': services.swan.rpcUrl,
  'remoteCompute.swan.custom.chainId': services.swan.chainId,
};

const ended = await Promise.race([died, kind === 'npm' ? serve() : open()]);
await endAll();
if (ended !== undefined) {
  console.error(ended.message);
  process.exitCode = 1;
}

/** The npm-shipped VS Code is looked at in the person's browser. */
async function serve() {
  const server = await startServer({ extensions, settings, errand: services, whole: true });
  const address = server.page({});
  console.log(`VS Code with Remote Compute, signed in to the sandbox:\n\n  ${address}\n\nCtrl+C ends it.`);
  if (hasDisplay()) {
    const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
    // Where there is no browser to open, the address is there to be copied.
    spawn(opener, [address], { stdio: 'ignore', detached: true })
      .on('error', () => undefined)
      .unref();
  }
  return server.died;
}

/**
 * Desktop VS Code, until its window is closed.
 * @returns {Promise<Error | undefined>}
 */
function open() {
  const profile = temporaryFolder('profile');
  writeSettings(join(profile, 'User'), settings);
  const errand = join(profile, 'errand.json');
  writeFileSync(errand, JSON.stringify(services));
  const env = { ...process.env, REMOTE_COMPUTE_COMPANION: errand };
  const args = [
    ...extensions.map(path => `--extensionDevelopmentPath=${path}`),
    `--user-data-dir=${profile}`,
    `--extensions-dir=${join(profile, 'extensions')}`,
    ...['--disable-workspace-trust', '--skip-welcome', '--skip-release-notes', '--new-window'],
  ];
  const child = spawnGroup(executable, args, { stdio: 'inherit', env });
  console.log('VS Code opens with Remote Compute, signed in to the sandbox. Ctrl+C ends it.');
  return new Promise(done => {
    child.once('error', done);
    child.once('exit', () => done(undefined));
  });
}
