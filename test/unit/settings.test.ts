import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

interface Property {
  type: string;
  default: unknown;
  enum?: string[];
  minimum?: number;
  scope: string;
  ignoreSync?: boolean;
  order: number;
  markdownDescription: string;
}

interface Manifest {
  contributes: { configuration: { properties: Record<string, Property> } };
}

const { contributes }: Manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const texts: Record<string, string> = JSON.parse(readFileSync('package.nls.json', 'utf8'));
const readme = readFileSync('README.md', 'utf8');
const settings = Object.entries(contributes.configuration.properties);

/** What a number counts. */
const UNIT = /\b(SWAN|minutes|blocks?|id of a)\b/;

/** A habit. All others say where keys go, what may be paid or what is kept, which each machine is told by itself. */
const SYNCED = new Set(['terminal.onClose', 'swan.expiryWarningMinutes', 'swan.deployDeadlineMinutes']);

describe('settings', () => {
  it('are there', () => assert.ok(settings.length > 10));

  for (const [id, property] of settings) {
    const name = id.replace('remoteCompute.', '');
    const text = texts[property.markdownDescription.slice(1, -1)] ?? '';

    describe(name, () => {
      it('tells what it is for, and its default', () => {
        assert.ok(text.split('\n\n')[0]?.endsWith('.'), text);
        const words = property.default === '' ? 'none' : `\`${String(property.default)}\``;
        assert.ok(text.includes(`\n\nDefault: ${words}`), text);
      });

      if (property.type === 'number' || property.type === 'integer') {
        it('tells its unit, and takes nothing below what makes sense', () => {
          assert.match(text, UNIT);
          assert.ok(property.minimum !== undefined && property.minimum >= 0);
        });
      }

      it('leads to settings that exist, by links', () => {
        for (const [, linked = ''] of text.matchAll(/`#([^#`]+)#`/g)) {
          assert.ok(linked in contributes.configuration.properties, linked);
          assert.notEqual(linked, id);
        }
        assert.doesNotMatch(text, /(?<!`#)remoteCompute\./, 'named without a link');
      });

      it('is the person’s alone: no workspace, no remote machine and no profile can set it', () =>
        assert.equal(property.scope, 'application'));

      it(`${SYNCED.has(name) ? 'goes' : 'does not go'} to the person’s other machines`, () =>
        assert.equal(property.ignoreSync ?? false, !SYNCED.has(name)));

      it('is in README, with its default', () => {
        const words = property.default === '' ? '' : `\`${String(property.default)}\``;
        assert.ok(readme.includes(`| \`${name}\` | ${words} |`.replace('|  |', '| |')), words);
      });
    });
  }

  it('stand in an order that nobody has to guess', () => {
    const orders = settings.map(([, { order }]) => order);
    assert.deepEqual(
      orders,
      [...new Set(orders)].sort((a, b) => a - b),
    );
  });
});
