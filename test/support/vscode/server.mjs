// One VS Code server of the npm-shipped host, on a free loopback port and with data of its own.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { endGroup, removeFolder, spawnGroup, temporaryFolder } from '../processes.mjs';
import { installHost } from './install.mjs';
import { QUIET } from './quiet.mjs';

const START_DEADLINE_MS = 120_000;
const LOG_LIMIT = 1_000_000;
/** What VS Code brings along that a test's window needs. Without the hundred others it costs a fifth less to open. */
const BUILTINS = [
  'configuration-editing',
  'json',
  'json-language-features',
  'log',
  'markdown-basics',
  'markdown-language-features',
  'terminal-suggest',
  'theme-defaults',
  'theme-seti',
];
/** What the server logs of the extension hosts, one of which belongs to each window. */
const HOST_EVENT = /<(\d+)> (?:Extension Host Process )?(Launched|exited) /;

/**
 * @typedef {object} Errand what the companion signs in to
 * @property {object} [decthings]
 * @property {object} [swan]
 * @property {string} [windows] the folder in which windows say where they obey
 *
 * @typedef {object} ServerOptions
 * @property {Record<string, unknown>} [settings] over the quiet ones; the extension's own are in the person's settings
 * @property {Record<string, string>} [env] what the extension host inherits besides this process's environment
 * @property {string[]} [extensions] installed before the start: folders of built extensions, and packaged ones (.vsix)
 * @property {string} [language] that the window is displayed in, such as `zh-cn`; VS Code's own texts stay English
 * @property {Errand} [errand] of the companion, where that is among the extensions
 * @property {boolean} [whole] with all extensions that VS Code brings along
 * @property {boolean} [testDriver] obeys a page's payload, and shows neither notifications nor some dialogs
 *
 * @typedef {object} PageOptions
 * @property {string} [folder] the workspace folder; none opens an empty window
 * @property {string[][]} [payload] names and values of a window's options, where the server has its test driver
 *
 * @typedef {object} Server
 * @property {string} url
 * @property {string} serverDataDir
 * @property {() => string} log what the server printed
 * @property {(settings: Record<string, unknown>) => void} setSettings in place of those that were given before.
 *   Of the extension's own, windows that are open hear where the companion is installed
 * @property {(errand?: Errand) => void} sendCompanion with an errand into the windows that are opened from now on
 * @property {() => readonly number[]} extensionHosts those that run, by their process
 * @property {Promise<Error>} died settles where the server ends before stop() is called
 * @property {(options: PageOptions) => string} page the address of a window
 * @property {() => Promise<void>} stop
 */

/**
 * @param {ServerOptions} [options]
 * @returns {Promise<Server>}
 */
export async function startServer(options = {}) {
  const { settings = {}, env = {}, extensions = [], language, errand, whole = false, testDriver = false } = options;
  const { node, serverMain } = await installHost();
  const serverDataDir = temporaryFolder('vscode');
  const user = join(serverDataDir, 'data', 'User');
  let given = {};
  /** @param {Record<string, unknown>} settings */
  const setSettings = settings => {
    const { own, others } = sorted(settings);
    writeSettings(join(serverDataDir, 'data', 'Machine'), { ...QUIET, ...others });
    writeSettings(user, { ...without(readSettings(user), given), ...own });
    given = own;
  };
  setSettings(settings);
  const errandFile = join(serverDataDir, 'errand.json');
  /** @param {Errand} [sent] */
  const sendCompanion = sent => {
    if (sent === undefined) rmSync(errandFile, { force: true });
    else writeFileSync(errandFile, JSON.stringify(sent));
  };
  sendCompanion(errand);
  if (language !== undefined) addLanguage(join(serverDataDir, 'data'), language);
  const common = [serverMain, '--server-data-dir', serverDataDir, '--accept-server-license-terms'];
  const environment = {
    ...ownEnvironment(),
    // Without a gallery the window does not look for extensions on the internet.
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
    // The server leaves its sockets behind: here they go with its data. Elsewhere than on Linux the path is too long.
    ...(process.platform === 'linux' && { XDG_RUNTIME_DIR: serverDataDir }),
    REMOTE_COMPUTE_COMPANION: errandFile,
    ...env,
  };
  for (const folder of extensions.filter(each => !each.endsWith('.vsix'))) {
    linkExtension(join(serverDataDir, 'extensions'), folder);
  }
  for (const file of extensions.filter(each => each.endsWith('.vsix'))) {
    await promisify(execFile)(node, [...common, '--install-extension', file], { env: environment });
  }
  const child = spawnGroup(
    node,
    [
      ...common,
      ...['--host', '127.0.0.1', '--port', '0', '--without-connection-token'],
      ...['--telemetry-level', 'off', '--disable-experiments', '--disable-update-check', '--disable-workspace-trust'],
      '--disable-getting-started-override',
      ...(whole ? [] : lean(serverMain, join(serverDataDir, 'builtins'))),
      ...(testDriver ? ['--enable-smoke-test-driver'] : []),
      ...(language === undefined ? [] : ['--locale', language]),
    ],
    { env: environment, stdio: ['ignore', 'pipe', 'pipe'] },
  );

  /** @type {Set<number>} */
  const extensionHosts = new Set();
  let unread = '';
  let log = '';
  /** @param {string} text */
  const keep = text => {
    log = (log + text).slice(-LOG_LIMIT);
    const lines = (unread + text).split('\n');
    unread = lines.pop() ?? '';
    for (const line of lines) {
      const [, pid, event] = HOST_EVENT.exec(line) ?? [];
      if (event === 'Launched') extensionHosts.add(Number(pid));
      else if (event === 'exited') extensionHosts.delete(Number(pid));
    }
  };
  /** @type {Promise<Error>} */
  const died = new Promise(resolve => {
    child.once('error', resolve);
    child.once('exit', (code, signal) => resolve(new Error(`The VS Code server ended (${signal ?? `code ${code}`}).`)));
  });
  const stop = async () => {
    await endGroup(child);
    removeFolder(serverDataDir);
  };
  /** @type {Promise<string>} */
  const listening = new Promise(resolve => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', text => {
        keep(text);
        const port = /listening on (\d+)/.exec(log)?.[1];
        if (port !== undefined) resolve(port);
      });
    }
  });
  const port = await Promise.race([listening, died, expiry(START_DEADLINE_MS)]);
  if (typeof port !== 'string') {
    await stop();
    throw new Error(`The VS Code server did not start. ${port.message}\n${log}`);
  }
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    serverDataDir,
    log: () => log,
    setSettings,
    sendCompanion,
    extensionHosts: () => [...extensionHosts],
    died,
    page: options => pageAddress(url, options),
    stop,
  };
}

/**
 * @param {string} folder
 * @param {Record<string, unknown>} settings
 */
export function writeSettings(folder, settings) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings, undefined, 2));
}

/**
 * The extension's own settings are for the whole application: a machine's are not asked for them.
 * @param {Record<string, unknown>} settings
 */
function sorted(settings) {
  const entries = Object.entries(settings);
  /** @param {boolean} own */
  const those = own => Object.fromEntries(entries.filter(([name]) => name.startsWith('remoteCompute.') === own));
  return { own: those(true), others: those(false) };
}

/**
 * @param {string} folder
 * @returns {Record<string, unknown>}
 */
function readSettings(folder) {
  const file = join(folder, 'settings.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/**
 * @param {Record<string, unknown>} settings
 * @param {Record<string, unknown>} those
 */
function without(settings, those) {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !(name in those)));
}

/**
 * VS Code has the display languages that packs are installed for; this one translates nothing.
 * @param {string} data
 * @param {string} language
 */
function addLanguage(data, language) {
  const vscode = join(data, 'language.json');
  const extensions = [{ extensionIdentifier: { id: 'test.language' }, version: '1.0.0' }];
  const pack = { hash: language, label: language, extensions, translations: { vscode } };
  mkdirSync(data, { recursive: true });
  writeFileSync(vscode, JSON.stringify({ contents: {} }));
  writeFileSync(join(data, 'languagepacks.json'), JSON.stringify({ [language]: pack }));
}

/**
 * A window for tests, on which this process's environment holds, whatever the person's shell says.
 * @param {string} serverMain
 * @param {string} folder
 */
function lean(serverMain, folder) {
  const all = resolve(serverMain, '../../extensions');
  mkdirSync(folder);
  for (const name of BUILTINS) {
    if (existsSync(join(all, name))) symlinkSync(join(all, name), join(folder, name), 'junction');
  }
  return ['--builtin-extensions-dir', folder, '--force-disable-user-env'];
}

/**
 * A server takes every folder it finds for an installed extension, but only before it has installed any itself.
 * @param {string} installed
 * @param {string} folder
 */
function linkExtension(installed, folder) {
  const { publisher, name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  mkdirSync(installed, { recursive: true });
  symlinkSync(resolve(folder), join(installed, `${publisher}.${name}-${version}`), 'junction');
}

/**
 * @param {string} url
 * @param {PageOptions} options
 */
function pageAddress(url, { folder, payload }) {
  const workspace = folder === undefined ? 'ew=true' : `folder=${encodeURIComponent(folder)}`;
  const suffix = payload === undefined ? '' : `&payload=${encodeURIComponent(JSON.stringify(payload))}`;
  return `${url}/?${workspace}${suffix}`;
}

/** This process's environment without what an outer VS Code or npm says of itself. */
function ownEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|npm_)/.test(name)));
}

/**
 * @param {number} milliseconds
 * @returns {Promise<Error>}
 */
function expiry(milliseconds) {
  return new Promise(resolve => {
    setTimeout(() => resolve(new Error(`It took over ${milliseconds / 1000} s.`)), milliseconds).unref();
  });
}
