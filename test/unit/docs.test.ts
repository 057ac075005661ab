import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DOCS = ['README.md', 'SECURITY.md', 'CHANGELOG.md', 'CONTRIBUTING.md'];

/** What `.vscodeignore` lets into the package, but for folders. */
const packaged = new Set(readFileSync('.vscodeignore', 'utf8').match(/(?<=^!)[^*\n]+$/gm));

describe('documents', () => {
  for (const doc of DOCS) {
    const text = readFileSync(doc, 'utf8');
    // Links in a block of code are none.
    const prose = text.replace(/```[\s\S]*?```/g, '');

    it(`lead where something is: ${doc}`, () => {
      for (const [, target = ''] of prose.matchAll(/\]\(([^)]+)\)/g)) {
        if (/^https:/.test(target)) continue;
        assert.ok(existsSync(target), target);
        // Where a document is packaged, so is what it shows and leads to.
        if (packaged.has(doc)) assert.ok(packaged.has(target), target);
      }
    });

    it(`name files that are there: ${doc}`, () => {
      const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
      const files = spans.filter(span => /^(?:src|test|media)\/[\w./-]+$/.test(span));
      for (const file of files) assert.ok(existsSync(join('.', file)), file);
    });
  }

  it('for users are packaged', () => {
    for (const doc of ['README.md', 'SECURITY.md', 'CHANGELOG.md']) assert.ok(packaged.has(doc), doc);
  });
});
