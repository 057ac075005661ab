// Signs in to the sandbox that the environment names, and shows the sidebar, so that there is something to see at once.
const vscode = require('vscode');

exports.activate = async () => {
  const services = process.env.REMOTE_COMPUTE_SANDBOX;
  if (services === undefined) return;
  const { decthings, swan } = JSON.parse(services);
  await vscode.commands.executeCommand('remoteCompute.decthings.signIn', { apiKey: decthings.apiKey });
  if (swan) {
    await vscode.commands.executeCommand('remoteCompute.swan.signIn', { apiKey: swan.apiKey });
    await vscode.commands.executeCommand('remoteCompute.swan.setWallet', { privateKey: swan.wallet.privateKey });
  }
  await vscode.commands.executeCommand('workbench.view.extension.remoteCompute');
};
