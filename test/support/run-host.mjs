// Runs the host suite inside VS Code; exits with code 1 where a test failed.
import { join, resolve } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { temporaryFolder } from './processes.mjs';
import { chooseVSCode } from './vscode/choose.mjs';
import { QUIET } from './vscode/quiet.mjs';
import { writeSettings } from './vscode/server.mjs';

// VS Code gets the signal too, being of the same process group: this process ends after it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

const { executable } = await chooseVSCode();
const profile = temporaryFolder('profile');
writeSettings(join(profile, 'User'), QUIET);
try {
  await runTests({
    vscodeExecutablePath: executable,
    extensionDevelopmentPath: process.cwd(),
    extensionTestsPath: resolve('out/host/index.js'),
    launchArgs: [
      temporaryFolder('workspace'),
      `--user-data-dir=${profile}`,
      `--extensions-dir=${join(profile, 'extensions')}`,
    ],
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
