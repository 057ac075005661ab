import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Claims } from '../../../src/ui/claims.js';
import { temporaryFolder } from '../../support/processes.mjs';

describe('what windows tell', () => {
  it('is told by one of them, whichever is first', () => {
    const folder = join(temporaryFolder('claims'), 'told');
    const [here, there] = [new Claims(folder), new Claims(folder)];
    assert.deepEqual([here.claim('a'), there.claim('a'), here.claim('a')], [true, false, false]);
    assert.deepEqual([there.claim('b'), here.claim('b')], [true, false]);
  });

  it('is told again by another where the first went unanswered, and not where it was answered', () => {
    const folder = temporaryFolder('claims');
    const first = new Claims(folder);
    assert.ok(first.claim('open') && first.claim('answered'));
    first.settle('answered');
    first.dispose();
    const next = new Claims(folder);
    assert.deepEqual([next.claim('open'), next.claim('answered')], [true, false]);
  });

  it('is told where nothing can be written', () => {
    const file = join(temporaryFolder('claims'), 'file');
    writeFileSync(file, '');
    assert.equal(new Claims(file).claim('a'), true);
  });

  it('cannot name a file elsewhere, and is forgotten in the end', () => {
    const folder = temporaryFolder('claims');
    const below = join(folder, 'told');
    mkdirSync(below);
    const old = join(below, 'old');
    writeFileSync(old, '');
    utimesSync(old, 1, 1);
    assert.ok(new Claims(below).claim('../../escaped'));
    assert.deepEqual(readdirSync(folder), ['told']);
    assert.equal(readdirSync(below).length, 1);
    assert.ok(!readdirSync(below).includes('old'));
  });
});
