// Packages the extension as remote-compute.vsix, with what its sandbox needs on this machine's platform, and its bill of
// materials beside it. Another path may be named. With --built, what was built already is taken as it is. All of it is put
// together in a folder aside: dist/ may be in use. Two packages of the same sources are equal, byte by byte.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { billOf, componentOf, noticesOf } from './components.mjs';
import { packedReadme } from './packedReadme.mjs';
import { temporaryFolder } from './processes.mjs';
import { runStep } from './step.mjs';

const OUT = resolve(process.argv.slice(2).find(arg => !arg.startsWith('--')) ?? 'remote-compute.vsix');
const FOLDER = temporaryFolder('package');
/** Where the sandbox's bundle looks for packages first. */
const PACKAGES = join(FOLDER, 'dist/node_modules');
const CHAIN = join(FOLDER, 'dist/chain');
/** Compressing takes seconds, so that it is kept for the next package. */
const CACHE = 'dist/.chain';
/** The best one saves a sixth more, and takes minutes. */
const QUALITY = 5;
/** Files in the archive are of this time, whenever they were written: the first of January 2020. */
const EPOCH = { SOURCE_DATE_EPOCH: '1577836800', TZ: 'UTC' };
const TARGETS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

const target = `${process.platform}-${process.arch}`;
// What is prebuilt for Linux needs its usual C library.
const supported = TARGETS.includes(target) && (process.platform !== 'linux' || usesGlibc());
const vsce = [
  'package',
  '--no-dependencies',
  '--allow-missing-repository',
  '--no-rewrite-relative-links',
  '--out',
  OUT,
];

if (!process.argv.includes('--built')) await step('build', process.execPath, ['esbuild.mjs']);
gather();
const natives = supported ? addNatives() : [];
if (!supported) rmSync(join(FOLDER, 'dist/sandbox.js'));
addNotices(natives);
settleModes();
const script = createRequire(import.meta.url).resolve('@vscode/vsce/vsce');
await step('package', process.execPath, [script, ...vsce, ...(supported ? ['--target', target] : [])], FOLDER, EPOCH);
if (!supported) console.log(`There is no sandbox in it: it is made for ${TARGETS.join(', ')}, not for ${target}.`);

/** All that .vscodeignore chooses from. */
function gather() {
  const files = readdirSync('.', { withFileTypes: true }).filter(each => each.isFile() && !each.name.endsWith('.vsix'));
  for (const { name } of files) cpSync(name, join(FOLDER, name));
  writeFileSync(join(FOLDER, 'README.md'), packedReadme(readFileSync('README.md', 'utf8')));
  cpSync('media', join(FOLDER, 'media'), { recursive: true });
  for (const name of readdirSync('dist').filter(each => each.endsWith('.js'))) {
    cpSync(join('dist', name), join(FOLDER, 'dist', name));
  }
}

/**
 * What is bundled and what is added to it is named, with its licence, in the package and beside it.
 * @param {readonly string[]} natives
 */
function addNotices(natives) {
  const folders = [...JSON.parse(readFileSync('dist/packages.json', 'utf8')), ...natives];
  const components = folders.map(componentOf).sort((a, b) => (a.name < b.name ? -1 : 1));
  writeFileSync(join(FOLDER, 'THIRD_PARTY_NOTICES.txt'), noticesOf(components));
  const product = JSON.parse(readFileSync('package.json', 'utf8'));
  writeFileSync(OUT.replace(/(\.vsix)?$/, '.cdx.json'), billOf(product, components));
}

/** A checkout's file modes depend on who made it. */
function settleModes() {
  for (const name of readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })) {
    const path = join(FOLDER, name);
    const stats = statSync(path);
    if (stats.isFile()) chmodSync(path, stats.mode & 0o100 ? 0o755 : 0o644);
  }
}

/**
 * The pseudoterminal's binary, and the chain's program compressed: it is unpacked once, when the sandbox is tried.
 * @returns {string[]} the folders of the packages they are of
 */
function addNatives() {
  const pty = createRequire(createRequire(import.meta.url).resolve('@lydell/node-pty/package.json'));
  const binary = `@lydell/node-pty-${target}`;
  cpSync(dirname(pty.resolve(`${binary}/package.json`)), join(PACKAGES, binary), { recursive: true });
  cpSync(pty.resolve('./LICENSE'), join(PACKAGES, binary, 'LICENSE'));

  const native = dirname(pty.resolve('./package.json'));
  const anvil = createRequire(createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json'));
  const processor = process.arch === 'x64' ? 'amd64' : process.arch;
  const path = anvil.resolve(`@foundry-rs/anvil-${process.platform}-${processor}/bin/anvil`);
  const program = readFileSync(path);
  const digest = createHash('sha256').update(program).digest('hex');
  mkdirSync(CHAIN, { recursive: true });
  cpSync(compressed(program, digest), join(CHAIN, 'anvil.br'));
  writeFileSync(join(CHAIN, 'anvil.sha256'), `${digest}\n`);
  return [native, dirname(dirname(path))];
}

/**
 * @param {Buffer} program
 * @param {string} digest
 * @returns {string} the compressed file
 */
function compressed(program, digest) {
  const file = join(CACHE, `${digest}-${QUALITY}.br`);
  if (existsSync(file)) return file;
  mkdirSync(CACHE, { recursive: true });
  const params = { [constants.BROTLI_PARAM_QUALITY]: QUALITY, [constants.BROTLI_PARAM_LGWIN]: 24 };
  writeFileSync(`${file}.${process.pid}`, brotliCompressSync(program, { params }));
  renameSync(`${file}.${process.pid}`, file);
  return file;
}

function usesGlibc() {
  /** @type {{ header?: { glibcVersionRuntime?: string } }} */
  const report = JSON.parse(JSON.stringify(process.report.getReport()));
  return report.header?.glibcVersionRuntime !== undefined;
}

/**
 * @param {string} name
 * @param {string} command
 * @param {string[]} args
 * @param {string} [cwd]
 * @param {Record<string, string>} [env]
 */
async function step(name, command, args, cwd, env = {}) {
  const failure = await runStep(name, command, args, { cwd, env });
  if (failure === undefined) return;
  process.exitCode = 1;
  throw new Error(`${name}: ${failure}`);
}
