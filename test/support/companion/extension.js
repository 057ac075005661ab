// Signs in to the sandbox that the environment names, so that a development window shows something at once.
const vscode = require('vscode');

exports.activate = async () => {
  const services = process.env.REMOTE_COMPUTE_SANDBOX;
  if (services === undefined) return;
  const { decthings } = JSON.parse(services);
  await vscode.commands.executeCommand('remoteCompute.decthings.signIn', { apiKey: decthings.apiKey });
};
