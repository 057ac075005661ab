import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTranslator } from '../../../src/core/l10n.js';

const payments = join('src', 'swan', 'payments');
const source = readdirSync(payments)
  .filter(name => name.endsWith('.ts'))
  .map(name => readFileSync(join(payments, name), 'utf8'))
  .join('\n');

describe('the history of a payment', () => {
  let historyWords: (what: string) => string;

  // The table is translated when its module is loaded.
  before(async () => {
    setTranslator(template => `<${template}>`);
    ({ historyWords } = await import('../../../src/ui/paymentHistory.js'));
  });

  after(() => setTranslator(undefined));

  it('has words for all that the journal is told, by steps and by problems', () => {
    const told = [...source.matchAll(/'(?:journal|approve|pay|service|validate)\.\w+', '([^']+)'/g)].map(
      ([, what]) => what,
    );
    const signed = ['approve', 'pay', 'cancel', 'speed up'].map(what => `${what} signed`);
    const mined = ['approve', 'pay', 'cancel'].flatMap(what => [`${what} mined`, `${what} reverted`]);
    const codes = [...source.matchAll(/code: '(\w+)'/g)].map(([, code]) => code);
    const others = [
      'superseded',
      'paid by a replacement',
      'pay mined, receipt forgotten',
      'pay mined: amount_changed',
      'pay mined: nothing_taken',
      'refunded',
      'refund vanished from the chain',
      'lost by Swan',
      'found otherwise on the chain',
      'failed',
    ];
    assert.ok(told.length >= 7 && codes.length >= 20, `${told.length} and ${codes.length} are found`);
    for (const what of new Set([...told, ...signed, ...mined, ...codes, ...others])) {
      assert.match(historyWords(what ?? ''), /^<.+>$/, what);
    }
    assert.equal(historyWords('empty transaction signed at nonce 7'), '<empty transaction signed at nonce {0}>');
  });

  it('keeps what it does not know as it is', () => {
    assert.deepEqual(['half_done', 'constructor', ''].map(historyWords), ['half done', 'constructor', '']);
  });
});
