import assert from 'node:assert/strict';
import { Acknowledgements } from '../../../src/terminal/acknowledge.js';

describe('Acknowledgements', () => {
  const answerTo = (query: string) => query.replace('$p', ';0$y');

  it('an answer acknowledges what came before its query, and is no input', () => {
    const acks = new Acknowledgements();
    const [first, second] = [acks.query(100), acks.query(200)];
    assert.ok(first !== second && acks.waiting);
    assert.equal(acks.takeAnswers(answerTo(first)), '');
    assert.deepEqual([acks.acknowledged, acks.waiting], [100, true]);
    assert.equal(acks.takeAnswers(`ls${answerTo(second)}\r`), 'ls\r');
    assert.deepEqual([acks.acknowledged, acks.waiting], [200, false]);
  });

  it('a later answer stands for the earlier ones that got lost', () => {
    const acks = new Acknowledgements();
    const lost = acks.query(100);
    assert.equal(acks.takeAnswers(answerTo(acks.query(200))), '');
    assert.equal(acks.acknowledged, 200);
    // Nobody waits for it any more: it is somebody else's.
    assert.equal(acks.takeAnswers(answerTo(lost)), answerTo(lost));
  });

  it('programs’ own queries are answered to them', () => {
    const acks = new Acknowledgements();
    acks.query(100);
    for (const answer of [
      '\x1b[?2026;2$y',
      '\x1b[?1049;1$y',
      '\x1b[4;2$y',
      '\x1b[?21999;0$y',
      '\x1b[?210000;0$y',
      '\x1b[?1;2c',
    ]) {
      assert.equal(acks.takeAnswers(answer), answer);
    }
    assert.equal(acks.acknowledged, 0);
  });

  it('what is presumed counts, and a late answer to it is still no input', () => {
    const acks = new Acknowledgements();
    const query = acks.query(100);
    acks.presume(150);
    assert.deepEqual([acks.acknowledged, acks.waiting], [150, false]);
    assert.deepEqual([acks.takeAnswers(answerTo(query)), acks.acknowledged], ['', 150]);
  });

  it('where no answers come, its memory is bounded, and the latest are still known', () => {
    const acks = new Acknowledgements();
    let query = '';
    for (let position = 0; position < 5_000; position++) query = acks.query(position);
    assert.equal(acks.takeAnswers(answerTo(query)), '');
    assert.equal(acks.acknowledged, 4_999);
  });
});
