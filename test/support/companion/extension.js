// Signs in to the sandbox that the environment names, and shows the sidebar, so that there is something to see at once.
const vscode = require('vscode');

exports.activate = async () => {
  const services = process.env.REMOTE_COMPUTE_SANDBOX;
  if (services === undefined) return;
  const { decthings } = JSON.parse(services);
  await vscode.commands.executeCommand('remoteCompute.decthings.signIn', { apiKey: decthings.apiKey });
  await vscode.commands.executeCommand('workbench.view.extension.remoteCompute');
};
