import assert from 'node:assert/strict';
import { inert } from '../../../src/ui/strangers.js';

describe('a stranger’s text', () => {
  it('makes no link and no icon', () => {
    assert.equal(inert('[free GPUs](command:workbench.action.quit)'), '[free GPUs] (command:workbench.action.quit)');
    assert.doesNotMatch(inert('$(check) paid'), /\$\(/);
    assert.equal(inert('a [b] (c) $5'), 'a [b] (c) $5');
  });
});
