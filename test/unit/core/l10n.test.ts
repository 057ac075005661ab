import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { systemClock } from '../../../src/core/clock.js';
import { setTranslator, t } from '../../../src/core/l10n.js';
import type { createDecthingsBackend } from '../../../src/decthings/backend.js';
import { keyFor } from '../../support/key.js';

describe('texts for people', () => {
  afterEach(() => setTranslator(undefined));

  it('are English where nothing translates them', () => {
    assert.equal(t('Sort Tasks'), 'Sort Tasks');
    assert.equal(t('{0} of {1}', 3, 10n), '3 of 10');
    assert.equal(t('{1} before {0}, {1}', 'a', 'b'), 'b before a, b');
  });

  it('have values as they are', () => {
    assert.equal(t('“{0}” is {1}.', '{1} $& {0}', 'x'), '“{1} $& {0}” is x.');
    assert.equal(t('{0} and {1}', 'a'), 'a and {1}');
  });

  it('are what the translator makes of them', () => {
    setTranslator((template, ...values) => `${template}|${values.join('|')}`);
    assert.equal(t('{0} of {1}', 3, 10n), '{0} of {1}|3|10');
  });

  it('of bundles that are loaded late are translated by the same translator', async () => {
    const late: { createDecthingsBackend: typeof createDecthingsBackend } = createRequire(join(process.cwd(), 'x'))(
      './dist/decthings.js',
    );
    const options = { httpUrl: 'http://127.0.0.1:1', wsUrl: 'ws://127.0.0.1:1' };
    const key = keyFor('key', [options.httpUrl, options.wsUrl]);
    const backend = late.createDecthingsBackend({ ...options, key }, systemClock);
    setTranslator(template => `<${template}>`);
    await assert.rejects(backend.launchers.list({}), {
      name: 'RemoteError',
      message: /^<Decthings could not be reached.*>$/,
    });
  });
});
