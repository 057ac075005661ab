// Signs in to the sandbox that the environment names, and shows the sidebar, so that there is something to see at once.
// A test can have commands run in this very window, as another extension would run them.
const { writeFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { join } = require('node:path');
const vscode = require('vscode');

exports.activate = async () => {
  const { REMOTE_COMPUTE_SANDBOX: services, REMOTE_COMPUTE_WINDOWS: folder } = process.env;
  if (services === undefined) return;
  const { decthings, swan } = JSON.parse(services);
  if (decthings) await vscode.commands.executeCommand('remoteCompute.decthings.signIn', { apiKey: decthings.apiKey });
  if (swan) {
    await vscode.commands.executeCommand('remoteCompute.swan.signIn', { apiKey: swan.apiKey });
    await vscode.commands.executeCommand('remoteCompute.swan.setWallet', { privateKey: swan.wallet.privateKey });
  }
  await vscode.commands.executeCommand('workbench.view.extension.remoteCompute');
  if (folder === undefined) return;
  // More is paid here within a day than a person would like.
  const settings = vscode.workspace.getConfiguration('remoteCompute');
  await settings.update('payments.limitPerDay', 100_000, vscode.ConfigurationTarget.Global);
  obey(folder);
};

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
