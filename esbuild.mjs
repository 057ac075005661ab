// Builds the extension (dist/extension.js, and what it loads late), the sandbox (dist/sandbox.js) and, with --tests,
// every suite (out/).
// --watch rebuilds on change, unminified; --development builds once, unminified.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { context } from 'esbuild';
import { solidity } from './src/sandbox/swan/contracts/compile.mjs';
import { bundledPackages } from './test/support/components.mjs';

const flags = new Set(process.argv.slice(2));
const watch = flags.has('--watch');
const development = watch || flags.has('--development');
let building = 0;

/** What the extension loads by a dynamic import, when it is first used: a bundle each. */
const late = new Map([
  ['ws', 'ws'],
  ['src/decthings/backend.ts', 'decthings'],
  ['src/swan/backend.ts', 'swan'],
  ['src/swan/payments/engine.ts', 'payments'],
  ['src/swan/payments/keystore/worker.ts', 'keystore'],
  ['src/ui/taskWatcher.ts', 'watch'],
  ['src/ui/ledger.ts', 'ledger'],
  ['src/ui/paymentRecovery.ts', 'recovery'],
  ['src/ui/payPrompt.ts', 'pay'],
  ['src/commands/paymentRuns.ts', 'paymentRuns'],
  ['src/ui/pty.ts', 'terminal'],
  ['src/ui/sshTerminal.ts', 'ssh'],
  ['src/core/plainOutput.ts', 'plainOutput'],
  ['src/sandbox/process.ts', 'sandboxProcess'],
  ['src/ui/taskForms.ts', 'taskForms'],
  ['src/ui/machineForms.ts', 'machineForms'],
  ['src/commands/accountRuns.ts', 'accountRuns'],
  ['src/commands/commandRuns.ts', 'commandRuns'],
  ['src/commands/launcherDeleteRun.ts', 'launcherDelete'],
  ['src/commands/taskAppRuns.ts', 'taskApp'],
  ['src/commands/taskTerminateRun.ts', 'taskTerminate'],
  ['src/commands/commandTaskCreate.ts', 'commandTaskCreate'],
  ['src/commands/tools/tools.ts', 'tools'],
  ['src/commands/diagnostics.ts', 'diagnostics'],
  ['src/commands/linkOpen.ts', 'linkOpen'],
]);
/** What tests start hundreds of: with its packages in it, a process loads in half the time. */
const doomed = 'test/faults/money/doomedPayer.ts';
/** What makes `ssh2` faster where it was compiled on the same machine, and is never there in a package. */
const COMPILED = /^cpu-features$|\/sshcrypto\.node$/;

const common = /** @satisfies {import('esbuild').BuildOptions} */ ({
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  logLevel: 'warning',
  legalComments: 'none',
  // VS Code puts its proxies and certificates into what is required by these names alone.
  alias: { 'node:http': 'http', 'node:https': 'https', 'node:net': 'net', 'node:tls': 'tls' },
  plugins: [solidity, ...(watch ? [{ name: 'progress', setup: tellProgress }] : [])],
});

/** @type {import('esbuild').BuildOptions[]} */
const builds = [
  {
    ...common,
    entryPoints: {
      extension: 'src/extension.ts',
      ...Object.fromEntries([...late].map(([entry, name]) => [name, entry])),
    },
    outdir: 'dist',
    external: ['vscode', 'bufferutil', 'utf-8-validate'],
    plugins: [...common.plugins, { name: 'late', setup: loadLate }],
    // A dynamic import becomes a `require`, which every host that runs the extension has.
    supported: { 'dynamic-import': false },
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
    external: ['bufferutil', 'utf-8-validate'],
    plugins: [...common.plugins, { name: 'uncompiled', setup: leaveCompiled }],
    minify: !development,
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
  },
];
const shipped = builds.length;

if (flags.has('--tests') || watch) {
  rmSync('out', { recursive: true, force: true });
  mkdirSync('out/e2e', { recursive: true });
  writeFileSync('out/e2e/package.json', '{ "type": "module" }\n');
  const suites = ['unit', 'host', 'faults', 'bench'].filter(suite => readdirSync('test').includes(suite));
  const plugins = [...common.plugins, { name: 'workers', setup: findWorkers }];
  const suite = /** @satisfies {import('esbuild').BuildOptions} */ ({
    ...common,
    outbase: 'test',
    outdir: 'out',
    plugins,
  });
  builds.push(
    {
      ...suite,
      entryPoints: suites.flatMap(name => tests(`test/${name}`)).filter(path => path !== doomed),
      packages: 'external',
      external: ['vscode'],
      sourcemap: 'inline',
    },
    { ...suite, entryPoints: [doomed], external: ['bufferutil', 'utf-8-validate'] },
    {
      ...suite,
      // What its files share is there once: their browser too.
      format: 'esm',
      splitting: true,
      entryPoints: tests('test/e2e'),
      outbase: 'test/e2e',
      outdir: 'out/e2e',
      packages: 'external',
      sourcemap: 'inline',
    },
  );
}

const contexts = await Promise.all(builds.map(options => context(options)));
const built = await Promise.all(contexts.map(each => (watch ? each.watch() : each.rebuild())));
if (!watch) {
  // What the package has to give notice of.
  const packages = bundledPackages(built.slice(0, shipped).map(result => result?.metafile));
  mkdirSync('dist', { recursive: true });
  writeFileSync('dist/packages.json', `${JSON.stringify(packages, undefined, 2)}\n`);
  await Promise.all(contexts.map(each => each.dispose()));
}

/** Leaves what is loaded late to its own bundle; bundles that are late themselves share the package among these. */
function loadLate(build) {
  build.onResolve({ filter: /^(\.|ws$)/ }, ({ kind, path, resolveDir }) => {
    // A worker's script is looked up, and not imported.
    const isLate = kind === 'dynamic-import' || kind === 'require-resolve';
    if (kind === 'entry-point' || (!isLate && path.startsWith('.'))) return undefined;
    const source = path.startsWith('.') ? join(resolveDir, path).replace(/\.js$/, '.ts') : path;
    const bundle = [...late].find(([entry]) => entry === source || resolve(entry) === source)?.[1];
    return bundle === undefined ? undefined : { path: `./${bundle}.js`, external: true };
  });
}

/** Has a test that holds what starts a worker start the one of `dist`. */
function findWorkers(build) {
  build.onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
    if (kind !== 'require-resolve') return undefined;
    const source = join(resolveDir, path).replace(/\.js$/, '.ts');
    const bundle = [...late].find(([entry]) => resolve(entry) === source)?.[1];
    return { path: resolve('dist', `${bundle}.js`), external: true };
  });
}

/** Has `ssh2` do without, everywhere alike. */
function leaveCompiled(build) {
  build.onResolve({ filter: COMPILED }, ({ path }) => ({ path, namespace: 'compiled' }));
  build.onLoad({ filter: /./, namespace: 'compiled' }, () => ({ contents: 'throw new Error("left out")' }));
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
