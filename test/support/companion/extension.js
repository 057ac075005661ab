// Signs in to the sandbox of the file that the environment names, where there is one, and shows the sidebar, so that there is
// something to see at once.
// A test can have commands run in this very window, as another extension would run them.
const { existsSync, readFileSync, watch, writeFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { dirname, join } = require('node:path');
const vscode = require('vscode');

exports.activate = async (/** @type {vscode.ExtensionContext} */ context) => {
  context.subscriptions.push(followSettings(dirname(dirname(context.globalStorageUri.fsPath))));
  const { REMOTE_COMPUTE_COMPANION: file } = process.env;
  if (file === undefined || !existsSync(file)) return;
  const { decthings, swan, windows } = JSON.parse(readFileSync(file, 'utf8'));
  if (decthings) await vscode.commands.executeCommand('remoteCompute.decthings.signIn', { apiKey: decthings.apiKey });
  if (swan) {
    await vscode.commands.executeCommand('remoteCompute.swan.signIn', { apiKey: swan.apiKey });
    await vscode.commands.executeCommand('remoteCompute.swan.setWallet', { privateKey: swan.wallet.privateKey });
  }
  await vscode.commands.executeCommand('workbench.view.extension.remoteCompute');
  if (windows === undefined) return;
  // More is paid here within a day than a person would like.
  const settings = vscode.workspace.getConfiguration('remoteCompute');
  await settings.update('payments.limitPerDay', 100_000, vscode.ConfigurationTarget.Global);
  obey(windows);
};

/**
 * The npm-shipped VS Code does not see that somebody else has written the person's settings.
 * @param {string} folder
 */
function followSettings(folder) {
  const follow = async () => {
    const settings = vscode.workspace.getConfiguration();
    const wanted = JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8'));
    const own = settings.get('remoteCompute') ?? {};
    for (const name of leaves('remoteCompute', own)) {
      const { globalValue } = settings.inspect(name) ?? {};
      if (globalValue !== wanted[name]) await settings.update(name, wanted[name], vscode.ConfigurationTarget.Global);
    }
  };
  // Half a file is followed by the whole one.
  const watcher = watch(folder, (_event, name) => name === 'settings.json' && void follow().catch(() => undefined));
  return { dispose: () => watcher.close() };
}

/**
 * @param {string} name
 * @param {unknown} value
 * @returns {string[]}
 */
function leaves(name, value) {
  if (typeof value !== 'object' || value === null) return [name];
  return Object.entries(value).flatMap(([key, below]) => leaves(`${name}.${key}`, below));
}

/**
 * Runs commands on request, and says where in a file that is named by this window's process.
 * @param {string} folder
 */
function obey(folder) {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { command, argument } = JSON.parse(body);
    const answer = await Promise.resolve(vscode.commands.executeCommand(command, argument)).then(
      result => ({ result }),
      ({ message, code }) => ({ error: { message, code } }),
    );
    response.end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address !== null && typeof address === 'object')
      writeFileSync(join(folder, `${process.pid}`), `${address.port}`);
  });
}
