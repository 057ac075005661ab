// What a package contains of others' software: its notices, which their licences ask for, and its bill of materials.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Licences under which software may be part of the package. */
const ALLOWED = new Set(['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'Unlicense']);
/** The npm package of the chain's program brings no licence. */
const TEXTS = new Map([['@foundry-rs/', 'test/support/licenses/foundry.txt']]);
const LICENSE_FILE = /^(?:un)?licen[sc]e(?:[.-]|$)|^copying(?:\.|$)/i;

/**
 * @typedef {object} Component
 * @property {string} name
 * @property {string} version
 * @property {string} license an SPDX expression
 * @property {string} text of its licence
 *
 * @typedef {{ outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }> }} Metafile
 */

/**
 * The packages of which something is left in the bundles.
 * @param {readonly (Metafile | undefined)[]} metafiles
 * @returns {string[]} their folders, sorted
 */
export function bundledPackages(metafiles) {
  const inputs = metafiles.flatMap(metafile => Object.values(metafile?.outputs ?? {}).map(({ inputs }) => inputs));
  const paths = inputs.flatMap(each => Object.keys(each).filter(path => (each[path]?.bytesInOutput ?? 0) > 0));
  const folders = paths.flatMap(path => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  return [...new Set(folders)].sort();
}

/**
 * @param {string} folder of an installed package
 * @returns {Component}
 * @throws where its licence is not allowed, or its text is missing
 */
export function componentOf(folder) {
  const { name, version, license, licenses } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  // Some say it in a list, as npm once had it.
  const expression = String(license ?? licenses?.[0]?.type);
  if (!expression.split(/ OR |[()]/).some(each => ALLOWED.has(each))) {
    throw new Error(`${name} has the licence "${expression}", which is not among ${[...ALLOWED].join(', ')}.`);
  }
  const own = readdirSync(folder).find(each => LICENSE_FILE.test(each));
  const file = own === undefined ? textFor(name) : join(folder, own);
  if (file === undefined || !existsSync(file)) throw new Error(`${name} brings no text of its licence.`);
  return { name, version, license: expression, text: readFileSync(file, 'utf8').replace(/\r\n?/g, '\n').trim() };
}

/** @param {string} name */
function textFor(name) {
  return [...TEXTS].find(([prefix]) => name.startsWith(prefix))?.[1];
}

/** @param {readonly Component[]} components */
export function noticesOf(components) {
  const intro = 'Remote Compute includes the software below. Each part is under the licence that follows its name.';
  const parts = components.map(({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text}`);
  return `${[intro, ...parts].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

/**
 * A bill of materials in the format CycloneDX 1.5. It tells no time, so that two builds of the same are equal.
 * @param {{ name: string, version: string }} product
 * @param {readonly Component[]} components
 */
export function billOf(product, components) {
  const bill = {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: { type: 'application', name: product.name, version: product.version } },
    components: components.map(({ name, version, license, text }) => ({
      type: 'library',
      'bom-ref': purl(name, version),
      name,
      version,
      purl: purl(name, version),
      licenses: [{ expression: license }],
      properties: [{ name: 'licenseTextSha256', value: createHash('sha256').update(text).digest('hex') }],
    })),
  };
  return `${JSON.stringify(bill, undefined, 2)}\n`;
}

/**
 * @param {string} name
 * @param {string} version
 */
function purl(name, version) {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}
