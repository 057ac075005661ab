import assert from 'node:assert/strict';
import { lookalikes, skeleton } from '../../../src/core/lookalikes.js';

describe('names that look alike', () => {
  const pairs: [string, string][] = [
    ['gpu-train', 'gpu-trаin'],
    ['paypal', 'раураl'],
    ['Model', 'model'],
    ['model one', 'model  one'],
    ['modelone', 'model one'],
    ['kernel', 'kemel'],
    ['l1I', 'llI'],
    ['O0', 'oo'],
    ['ＧＰＵ', 'gpu'],
    ['𝐠𝐩𝐮', 'gpu'],
    ['café', 'cafe'],
    ['a–b', 'a-b'],
    ['nοtebοοk', 'notebook'],
    ['Ꭺpp', 'app'],
  ];
  for (const [one, other] of pairs) {
    it(`${one} and ${other}`, () => {
      assert.equal(skeleton(one), skeleton(other));
      const rows = [{ label: one, description: 'a' }, { label: other, description: 'b' }, { label: 'unlike' }];
      assert.deepEqual([...lookalikes(rows)], rows.slice(0, 2));
    });
  }

  it('others do not, and the same name twice does only where nothing else tells them apart', () => {
    for (const [one, other] of [
      ['train', 'trail'],
      ['gpu-1', 'gpu-2'],
      ['模型', '模式'],
    ]) {
      assert.notEqual(skeleton(one ?? ''), skeleton(other ?? ''));
    }
    const same = { label: 'a', description: 'x' };
    assert.equal(lookalikes([same, { label: 'a', description: 'y' }]).size, 0);
    assert.equal(lookalikes([same, { ...same }]).size, 2);
  });
});
