// Lets the build import a contract's source as its interface and its creation code.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';

/** Compiling takes seconds, so that what is compiled is kept for the next build. */
const CACHE = 'dist/.contracts';
const require = createRequire(import.meta.url);

/** @type {Map<string, object>} */
const compiled = new Map();

/** @type {import('esbuild').Plugin} */
export const solidity = {
  name: 'solidity',
  setup(build) {
    build.onLoad({ filter: /\.sol$/ }, ({ path }) => ({
      contents: JSON.stringify(contract(path)),
      loader: 'json',
      watchFiles: [path],
    }));
  },
};

/**
 * @param {string} path a source that holds one contract, named as the file is
 * @returns {object}
 */
function contract(path) {
  const source = readFileSync(path, 'utf8');
  const { version } = require('solc/package.json');
  const key = createHash('sha256')
    .update(`${version}\n${basename(path)}\n${source}`)
    .digest('hex');
  const known = compiled.get(key) ?? cached(key);
  const result = known ?? compile(basename(path, '.sol'), source);
  compiled.set(key, result);
  if (known === undefined) keep(key, result);
  return result;
}

/**
 * @param {string} key
 * @returns {object | undefined}
 */
function cached(key) {
  try {
    return JSON.parse(readFileSync(join(CACHE, `${key}.json`), 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * @param {string} key
 * @param {object} result
 */
function keep(key, result) {
  try {
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(join(CACHE, `${key}.json`), JSON.stringify(result));
  } catch {
    // The next build compiles again.
  }
}

/**
 * @param {string} name
 * @param {string} source
 * @returns {{ abi: object[], bytecode: string }}
 */
function compile(name, source) {
  const input = {
    language: 'Solidity',
    sources: { [name]: { content: source } },
    settings: {
      optimizer: { enabled: true },
      outputSelection: { [name]: { [name]: ['abi', 'evm.bytecode.object'] } },
    },
  };
  const output = JSON.parse(require('solc').compile(JSON.stringify(input)));
  if (output.errors?.length > 0) {
    throw new Error(
      output.errors.map((/** @type {{ formattedMessage: string }} */ error) => error.formattedMessage).join('\n'),
    );
  }
  const { abi, evm } = output.contracts[name][name];
  return { abi, bytecode: `0x${evm.bytecode.object}` };
}
