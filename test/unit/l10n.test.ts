import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Node, SourceFile } from 'typescript/unstable/ast';
import { openSyntax, place, type Syntax } from '../support/literals.js';

const LANGUAGES = ['zh-cn'];

type Texts = Record<string, string>;

const sources = (part: string) =>
  readdirSync(join('src', part), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => join('src', part, name));

function textsOf(path: string): Texts {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** What a translation must have as the English text has it: placeholders, icons, addresses and commands, code. */
function fixedParts(text: string): string[] {
  const parts: string[] = text.match(/\{\d+\}|\$\([\w-]+\)|\]\([^)]+\)|`[^`]+`/g) ?? [];
  return parts.sort((a, b) => a.localeCompare(b));
}

describe('src', () => {
  let syntax: Syntax;
  let calls: ReturnType<Syntax['templates']>;
  const everything = sources('');

  before(async () => {
    syntax = await openSyntax();
    calls = everything.flatMap(file => syntax.templates(syntax.file(file)));
    assert.ok(calls.length > 500, 'calls are found');
  });

  after(() => syntax?.close());

  it('gives t templates that a translator can find, and a value for each placeholder', () => {
    for (const { template, values, at } of calls) {
      assert.ok(template !== undefined, at);
      const indices = template.match(/(?<=\{)\d+(?=\})/g)?.map(Number);
      assert.deepEqual(new Set(indices), new Set(Array(values).keys()), at);
    }
  });

  it('shows no text in the interface that is not translated', () => {
    const files = [...sources('ui'), ...sources('commands'), 'src/connect.ts', 'src/extension.ts'];
    assert.deepEqual(bypassing(files), []);
  });

  it('has no sentence elsewhere that is not translated', () => {
    const loaded = ['src/sandbox/process.ts', 'src/sandbox/packedChain.ts'];
    const files = [...['core', 'decthings', 'swan', 'terminal'].flatMap(sources), ...loaded];
    assert.deepEqual(
      bypassing(files).filter(found => /\s.*[.…?]['`]$/.test(found)),
      [],
    );
  });

  it('compares what a person answers with what they were shown, in their language', () => {
    const shown = new Set(calls.map(({ template }) => template));
    const compared = [...sources('ui'), ...sources('commands')].flatMap(path =>
      [...readFileSync(path, 'utf8').matchAll(/[!=]== '([^'\n]* [^'\n]*)'/g)].map(([, text]) => text),
    );
    assert.deepEqual(
      compared.filter(text => shown.has(text)),
      [],
    );
  });

  it('writes dates and numbers, and sorts names, in the language of its texts', () => {
    assert.deepEqual(foreign(everything), []);
  });

  it('is looked at by tests that find what bypasses t, and the language', () => {
    const path = 'test/support/bypassing.ts';
    const lines = readFileSync(path, 'utf8').split('\n');
    const marked = (mark: string) =>
      lines.flatMap((line, index) => (line.endsWith(`// ${mark}`) ? [`${path}:${index + 1}`] : []));
    const places = (all: string[]) => all.map(each => each.split(' ', 1)[0]);
    assert.deepEqual(places(bypassing([path])), marked('words'));
    assert.deepEqual(places(foreign([path])), marked('language'));
  });

  for (const language of LANGUAGES) {
    it(`is translated wholly to ${language}, and nothing else is`, () => {
      const bundle = textsOf(`media/l10n/bundle.l10n.${language}.json`);
      const templates = calls.flatMap(({ template }) => template ?? []);
      assert.deepEqual(new Set(Object.keys(bundle)), new Set(templates));
      for (const [english, text] of Object.entries(bundle)) {
        assert.ok(text !== '', english);
        assert.deepEqual(fixedParts(text), fixedParts(english), text);
      }
    });
  }

  /** `src/ui/tree.ts:12 'the literal'`. */
  function bypassing(paths: string[]): string[] {
    return found(paths, file => syntax.untranslated(file));
  }

  function foreign(paths: string[]): string[] {
    return found(paths, file => syntax.foreign(file));
  }

  function found(paths: string[], look: (file: SourceFile) => Node[]): string[] {
    return paths.flatMap(path => {
      const file = syntax.file(path);
      return look(file).map(node => `${place(file, node)} ${node.getText(file)}`);
    });
  }
});

describe('package.json’s texts', () => {
  const english = textsOf('package.nls.json');
  const manifest: { contributes: unknown; displayName: string; description: string; l10n: string } = JSON.parse(
    readFileSync('package.json', 'utf8'),
  );
  const { contributes, displayName, description } = manifest;

  it('are keys, where people read them', () => {
    const bare = visit({ contributes, displayName, description }).filter(
      ({ path, text }) => isText(path, text) && !/^%[\w.]+%$/.test(text),
    );
    assert.deepEqual(bare, []);
  });

  for (const texts of ['package.nls.json', ...LANGUAGES.map(language => `package.nls.${language}.json`)]) {
    it(`are in ${texts}, which has no others`, () => {
      const keys = visit(manifest).flatMap(({ text }) => /^%(.+)%$/.exec(text)?.[1] ?? []);
      assert.deepEqual(new Set(Object.keys(textsOf(texts))), new Set(keys));
    });

    it(`have the links and code of the English ones in ${texts}`, () => {
      for (const [key, text] of Object.entries(textsOf(texts))) {
        assert.ok(text !== '', key);
        assert.deepEqual(fixedParts(text), fixedParts(english[key] ?? ''), key);
      }
    });
  }

  it('that the code shows are where VS Code looks for them', () => {
    const names = readdirSync(manifest.l10n).sort();
    assert.deepEqual(
      names,
      LANGUAGES.map(language => `bundle.l10n.${language}.json`),
    );
  });
});

/** By its property, or since it is more than one word. What describes a tool's input is for language models. */
function isText(path: string[], text: string): boolean {
  const name = path.findLast(each => !/^\d+$/.test(each)) ?? '';
  if (/^(completionEvents|modelDescription|when)$/.test(name) || path.includes('inputSchema')) return false;
  if (/(title|label|category|description|displayName|contents|altText|Message)s?$/i.test(name)) return true;
  return (name === 'name' && path.includes('views')) || /\s/.test(text);
}

/** Every string below a value. */
function visit(value: unknown, path: string[] = []): { path: string[]; text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => visit(each, [...path, name]));
}
