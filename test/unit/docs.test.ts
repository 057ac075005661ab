import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packedReadme } from '../support/packedReadme.mjs';

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
        if (!/^https:/.test(target)) assert.ok(existsSync(target), target);
      }
    });

    it(`name files that are there: ${doc}`, () => {
      const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
      const files = spans.filter(span => /^(?:src|test|media)\/[\w./-]+$/.test(span));
      for (const file of files) assert.ok(existsSync(join('.', file)), file);
    });
  }

  it('are shown by VS Code as they are packaged: without pictures of their own, and links to files', () => {
    for (const doc of ['README.md', 'SECURITY.md', 'CHANGELOG.md']) {
      const text = readFileSync(doc, 'utf8');
      const shown = doc === 'README.md' ? packedReadme(text) : text;
      assert.doesNotMatch(shown, /!\[|\]\((?!https:)/, doc);
    }
    assert.match(
      packedReadme('a\n\n![b](media/c.png)\n\nd [e](https://f), [G.md](G.md).'),
      /^a\n\nd \[e\]\(https:\/\/f\), G\.md\.$/,
    );
    assert.match(packedReadme(readFileSync('README.md', 'utf8')), /SECURITY\.md, which \*Show the Safety Page\* shows/);
  });

  it('have pictures that a test makes: README', () => {
    const tests = readdirSync('test/e2e').filter(name => name.endsWith('.ts'));
    const made = tests.flatMap(name => [
      ...readFileSync(join('test/e2e', name), 'utf8').matchAll(/ picture\(page, '(\w+)'/g),
    ]);
    const shown = [...readFileSync('README.md', 'utf8').matchAll(/!\[[^\]]*\]\(media\/(\w+)\.png\)/g)];
    const names = (found: RegExpExecArray[]) => new Set(found.map(([, name]) => name));
    assert.deepEqual(names(shown), names(made));
  });

  it('for users are packaged', () => {
    for (const doc of ['README.md', 'SECURITY.md', 'CHANGELOG.md']) assert.ok(packaged.has(doc), doc);
  });
});
