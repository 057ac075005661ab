// Builds the extension (dist/extension.js), the sandbox (dist/sandbox.js) and, with --tests, every suite (out/).
// --watch rebuilds on change, unminified; --development builds once, unminified.
import { readdirSync, rmSync } from 'node:fs';
import { context } from 'esbuild';
import { solidity } from './src/sandbox/swan/contracts/compile.mjs';

const flags = new Set(process.argv.slice(2));
const watch = flags.has('--watch');
const development = watch || flags.has('--development');
const lazyPackages = ['ws'];
let building = 0;

const common = /** @satisfies {import('esbuild').BuildOptions} */ ({
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  logLevel: 'warning',
  legalComments: 'none',
  plugins: [solidity, ...(watch ? [{ name: 'progress', setup: tellProgress }] : [])],
});

/** @type {import('esbuild').BuildOptions[]} */
const builds = [
  {
    ...common,
    // A package that the extension imports dynamically is a bundle of its own, loaded when it is first used.
    entryPoints: { extension: 'src/extension.ts', ...Object.fromEntries(lazyPackages.map(name => [name, name])) },
    outdir: 'dist',
    external: ['vscode', 'bufferutil', 'utf-8-validate'],
    supported: { 'dynamic-import': false },
    plugins: [...common.plugins, { name: 'lazy', setup: loadLazily }],
    minify: !development,
    sourcemap: true,
    // The maps stay out of the package; without this line a debugger still finds them beside the bundle in a checkout.
    sourcesContent: false,
    metafile: true,
  },
  {
    ...common,
    entryPoints: ['src/sandbox/sandbox.ts'],
    outdir: 'dist',
    external: ['@lydell/node-pty', 'ssh2', 'bufferutil', 'utf-8-validate'],
    sourcemap: true,
  },
];

if (flags.has('--tests') || watch) {
  rmSync('out', { recursive: true, force: true });
  const suites = ['unit', 'host', 'e2e', 'faults', 'bench'].filter(suite => readdirSync('test').includes(suite));
  builds.push({
    ...common,
    entryPoints: suites.flatMap(suite => tests(`test/${suite}`)),
    outbase: 'test',
    outdir: 'out',
    packages: 'external',
    external: ['vscode'],
    sourcemap: 'inline',
  });
}

const contexts = await Promise.all(builds.map(options => context(options)));
await Promise.all(contexts.map(each => (watch ? each.watch() : each.rebuild())));
if (!watch) await Promise.all(contexts.map(each => each.dispose()));

function loadLazily(build) {
  build.onResolve({ filter: new RegExp(`^(${lazyPackages.join('|')})$`) }, ({ kind, path }) =>
    kind === 'dynamic-import' ? { path: `./${path}.js`, external: true } : undefined,
  );
}

/** Says when a rebuild begins and when the last bundle is done, for the editor's background task. */
function tellProgress(build) {
  build.onStart(() => {
    if (building++ === 0) console.log('build started');
  });
  build.onEnd(() => {
    if (--building === 0) console.log('build finished');
  });
}

/** Every TypeScript file of a suite is an entry point, so that mocha can load them one by one. */
function tests(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => `${folder}/${name}`);
}
