import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { billOf, bundledPackages, componentOf, noticesOf } from '../support/components.mjs';
import { temporaryFolder } from '../support/processes.mjs';

interface Locked {
  integrity?: string;
  link?: boolean;
}

function packageWith(manifest: object, files: Record<string, string> = {}): string {
  const folder = temporaryFolder('component');
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries({ 'package.json': JSON.stringify(manifest), ...files })) {
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

describe('packages of others', () => {
  it('are each known by a hash, those of other platforms too', () => {
    const locked: Record<string, Locked> = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages;
    const unknown = Object.entries(locked).filter(([path, { integrity }]) => path !== '' && integrity === undefined);
    assert.deepEqual(
      unknown.map(([path]) => path),
      [],
    );
    assert.ok(Object.keys(locked).length > 100);
  });

  it('run nothing when they are installed', () => {
    assert.match(readFileSync('.npmrc', 'utf8'), /^ignore-scripts=true$/m);
  });

  it('are counted as bundled where something of them is left in a bundle', () => {
    const inputs = {
      'src/a.ts': { bytesInOutput: 5 },
      'node_modules/@x/y/lib/a.js': { bytesInOutput: 1 },
      'node_modules/z/node_modules/w/a.js': { bytesInOutput: 1 },
      'node_modules/shaken/a.js': { bytesInOutput: 0 },
    };
    const found = bundledPackages([{ outputs: { 'dist/a.js': { inputs } } }, undefined]);
    assert.deepEqual(found, ['node_modules/@x/y', 'node_modules/z/node_modules/w']);
  });

  it('are named with their licence and its text', () => {
    const folder = packageWith(
      { name: 'a', version: '1.0.0', licenses: [{ type: 'MIT' }] },
      { 'LICENSE-MIT.txt': 'Copyright\r\nA ' },
    );
    const component = componentOf(folder);
    assert.deepEqual(component, { name: 'a', version: '1.0.0', license: 'MIT', text: 'Copyright\nA' });
    assert.match(noticesOf([component]), /^a 1\.0\.0 \(MIT\)\n\nCopyright\nA$/m);
    const bill = JSON.parse(billOf({ name: 'p', version: '2.0.0' }, [{ ...component, name: '@s/a' }]));
    assert.equal(bill.components[0].purl, 'pkg:npm/%40s/a@1.0.0');
  });

  it('are not packaged under any other licence, or without its text', () => {
    const gpl = packageWith({ name: 'g', version: '1.0.0', license: 'GPL-3.0' }, { LICENSE: 'x' });
    assert.throws(() => componentOf(gpl), /g has the licence "GPL-3\.0"/);
    const unknown = packageWith({ name: 'u', version: '1.0.0' }, { LICENSE: 'x' });
    assert.throws(() => componentOf(unknown), /u has the licence/);
    const silent = packageWith({ name: 's', version: '1.0.0', license: 'MIT' });
    assert.throws(() => componentOf(silent), /s brings no text of its licence/);
    const either = packageWith({ name: 'e', version: '1.0.0', license: '(GPL-2.0 OR MIT)' }, { LICENSE: 'x' });
    assert.equal(componentOf(either).license, '(GPL-2.0 OR MIT)');
  });
});
