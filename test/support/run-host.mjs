// Runs the host suite inside VS Code; exits with code 1 where a test failed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { newAuthority } from './authority.mjs';
import { temporaryFolder } from './processes.mjs';
import { pathWithSsh } from './programs.mjs';
import { chooseVSCode } from './vscode/choose.mjs';
import { QUIET } from './vscode/quiet.mjs';
import { writeSettings } from './vscode/server.mjs';

// VS Code gets the signal too, being of the same process group: this process ends after it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

const { executable } = await chooseVSCode();
const profile = temporaryFolder('profile');
writeSettings(join(profile, 'User'), QUIET);
trustAuthority(temporaryFolder('authority'));
try {
  await runTests({
    vscodeExecutablePath: executable,
    extensionDevelopmentPath: process.cwd(),
    extensionTestsPath: resolve('out/host/index.js'),
    // Elsewhere VS Code asks the person's shell for PATH.
    extensionTestsEnv: { PATH: pathWithSsh() },
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

/** VS Code trusts one more authority, as on the machines of a company; what it vouches for, the tests find in its folder. @param {string} folder */
function trustAuthority(folder) {
  const { authority, server } = newAuthority(['services.proxied.test']);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'authority.pem'), authority);
  writeFileSync(join(folder, 'certificate.pem'), server.certificate);
  writeFileSync(join(folder, 'key.pem'), server.key);
  process.env.NODE_EXTRA_CA_CERTS = join(folder, 'authority.pem');
  process.env.REMOTE_COMPUTE_AUTHORITY = folder;
}
