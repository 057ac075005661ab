import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { typeInTerminal, waitForRow } from '../support/vscode/terminal';
import { answerInput, openViewContainer, quickRow, runCommand, treeRow } from '../support/vscode/workbench';
import { startVisit, type Visit } from './support/visit';

const LARGEST = 500_000;

describe('the package', function () {
  this.timeout(120_000);
  const vsix = resolve('remote-compute.vsix');
  let archive: Buffer;

  before(async () => {
    await promisify(execFile)('npm', ['run', 'package'], { shell: process.platform === 'win32' });
    archive = readFileSync(vsix);
  });

  it('is small', () => {
    assert.ok(archive.length < LARGEST, `${archive.length} bytes`);
  });

  it('holds what runs, and nothing else', () => {
    const names = entries(archive).map(name => name.replace(/^extension\//, ''));
    const unneeded = names.filter(
      name => !/^(dist\/\w+\.js|media\/\w+\.(svg|png)|package\.json|[\w.[\]]+)$/.test(name),
    );
    assert.deepEqual(unneeded, []);
    const bundles = readdirSync('dist').filter(name => name.endsWith('.js') && name !== 'sandbox.js');
    assert.ok(bundles.length > 1);
    for (const name of [
      'package.json',
      ...bundles.map(each => `dist/${each}`),
      'media/activity.svg',
      'media/icon.png',
    ]) {
      assert.ok(names.includes(name), `${name} is not among ${names.join(', ')}`);
    }
    assert.ok(!names.some(name => /sandbox|\.map$|\.tsx?$/.test(name)), names.join(', '));
  });

  describe('installed', () => {
    let visit: Visit;

    before(async () => {
      visit = await startVisit({ flags: ['--launchers', '2'], extension: vsix });
    });

    after(() => visit?.end());

    it('signs in', async () => {
      const { page } = visit.window;
      await runCommand(page, 'Remote Compute: Sign In to Decthings…');
      await answerInput(page, 'API key', visit.sandbox.services.decthings.apiKey);
      await openViewContainer(page, 'Remote Compute');
      await treeRow(page, 'gpu-train-01').waitFor();
    });

    it('opens a terminal', async () => {
      const { page } = visit.window;
      await runCommand(page, 'Remote Compute: Open Terminal…');
      await quickRow(page, 'mnist-classifier').click();
      await quickRow(page, 'preprocess-02').click();
      await quickRow(page, 'Open the terminal').click();
      await waitForRow(page, /^mnist-classifier\$/);
      await typeInTerminal(page, 'echo $((6*7))\n');
      await waitForRow(page, /^42$/);
    });
  });
});

/** Names of the files in a ZIP archive, from its central directory (APPNOTE.TXT 4.3.12 and 4.3.16). */
function entries(zip: Buffer): string[] {
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  assert.ok(end >= 0, 'not a ZIP archive');
  const names: string[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let count = zip.readUInt16LE(end + 10); count > 0; count--) {
    const length = zip.readUInt16LE(at + 28);
    names.push(zip.toString('utf8', at + 46, at + 46 + length));
    at += 46 + length + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return names;
}
