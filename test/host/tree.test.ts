import assert from 'node:assert/strict';
import { plainText } from '../../src/core/plainText.js';
import { type Row, RowTree } from '../../src/ui/tree.js';
import { FakeClock } from '../support/fakeClock.js';

const row = (id: string): Row => ({
  id,
  label: plainText(id),
  icon: { id: 'vm' },
  contextValue: 'launcher',
  spoken: plainText(id),
});

describe('a tree of rows that have come or gone', () => {
  let clock: FakeClock;
  let tree: RowTree;
  let told: number;

  beforeEach(() => {
    clock = new FakeClock();
    tree = new RowTree(clock);
    told = 0;
    tree.onDidChangeTreeData(() => {
      told++;
    });
    tree.setRows([row('a')]);
  });

  afterEach(() => tree.dispose());

  it('is told of once where VS Code asks for them', () => {
    assert.equal(tree.getChildren().length, 1);
    clock.advance(60_000);
    assert.equal(told, 1);
  });

  it('is told of again where it does not, as when it draws the view for the first time', () => {
    clock.advance(600);
    assert.equal(told, 2);
    tree.getChildren();
    clock.advance(60_000);
    assert.equal(told, 2);
  });

  it('is not told of for ever to a hidden view', () => {
    clock.advance(60_000);
    const most = told;
    clock.advance(60_000);
    assert.equal(told, most);
    assert.ok(most < 30, `${most}`);
  });

  it('is told of no more when it is gone', () => {
    tree.dispose();
    clock.advance(60_000);
    assert.equal(told, 1);
  });
});
