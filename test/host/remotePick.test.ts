import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { MachineBackend } from '../../src/core/backend.js';
import { plainText } from '../../src/core/plainText.js';
import { pickFilesystems, pickModel } from '../../src/ui/placePick.js';
import { settled } from '../support/fakeClock.js';
import { acceptable } from './support/inputs.js';
import { opening } from './support/seen.js';

interface Model {
  id: string;
  name: string;
  description?: string;
}

/** A list that a test looks at, and accepts. How it looks is for the browser tests. */
function list() {
  return {
    ...acceptable(),
    items: [] as vscode.QuickPickItem[],
    selectedItems: [] as vscode.QuickPickItem[],
    placeholder: '',
    value: '',
    show() {},
  };
}

describe('a list that asks the service', () => {
  const { createQuickPick } = vscode.window;
  let input: ReturnType<typeof list>;

  beforeEach(() => {
    input = list();
    Object.assign(vscode.window, { createQuickPick: () => input });
  });

  afterEach(() => {
    Object.assign(vscode.window, { createQuickPick });
  });

  const backendOf = (rows: Model[], total = rows.length) =>
    ({ models: { list: async () => ({ rows, total }) } }) as unknown as MachineBackend;

  /** Begins to ask for a model of those, and gives what is listed. */
  async function listed(rows: Model[], total?: number): Promise<string[]> {
    void pickModel({ title: 'Model' }, backendOf(rows, total));
    await settled();
    assert.ok(input.items.every(({ kind }) => kind !== vscode.QuickPickItemKind.Separator));
    return input.items.map(({ label }) => label);
  }

  it('says that there are none, and leads to where they are made', async () => {
    assert.deepEqual(await listed([]), [
      '$(link-external) This account has no models. Create one at decthings.com first',
    ]);
    const opened = opening(async () => {
      input.selectedItems = input.items;
      input.accept();
      await settled();
    });
    assert.deepEqual(await opened, ['https://app.decthings.com/']);
  });

  it('says how many more there are', async () => {
    assert.deepEqual(await listed([{ id: 'm', name: 'mnist' }], 1_200), [
      'mnist',
      '$(ellipsis) 1,199 more: type to search',
    ]);
  });

  it('makes no icons of names', async () => {
    // As the schema lets them in.
    const model = { id: 'm', name: plainText('$(zap) A temporary machine…'), description: plainText('$(check)') };
    const [label] = await listed([model]);
    assert.deepEqual([label, input.items[0]?.description], ['$ (zap) A temporary machine…', '$ (check)']);
  });

  for (const [rows, total, placeholder] of [
    [[], 0, 'This account has no other models'],
    [[{ id: 'b', name: 'b' }], 1, 'Models whose files can be reached too'],
    [[{ id: 'b', name: 'b' }], 101, 'Models whose files can be reached too, of the first 2'],
  ] as const) {
    it(`says of further models: ${placeholder}`, async () => {
      void pickFilesystems(
        { title: 'Models' },
        backendOf([{ id: 'a', name: 'a' }, ...rows], total + 1 - (total > 100 ? 1 : 0)),
        'a',
        [],
      );
      await settled();
      assert.equal(input.placeholder, placeholder);
    });
  }
});
