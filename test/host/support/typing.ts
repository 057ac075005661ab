import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { acceptable } from './inputs.js';

/**
 * Types into the input boxes that come while `act` is under way, and takes what each list has active, or else its first.
 * @param texts of the boxes, or what makes one while its box is open
 * @param choice the end of the label of what is taken from lists that have it
 * @returns what the boxes asked for
 */
export async function typing(
  texts: readonly (string | (() => Promise<string>))[],
  act: () => Promise<unknown>,
  choice?: string,
): Promise<string[]> {
  const { createInputBox, createQuickPick } = vscode.window;
  const prompts: string[] = [];
  Object.assign(vscode.window, {
    createInputBox() {
      const box = {
        ...acceptable(),
        value: '',
        prompt: '',
        show() {
          const text = texts[prompts.length] ?? assert.fail(`Asked once too often: ${box.prompt}`);
          prompts.push(box.prompt);
          void Promise.resolve(typeof text === 'string' ? text : text()).then(typed => {
            box.value = typed;
            box.accept();
          });
        },
      };
      return box;
    },
    createQuickPick() {
      const list = {
        ...acceptable(),
        items: [] as vscode.QuickPickItem[],
        selectedItems: [] as vscode.QuickPickItem[],
        activeItems: [] as vscode.QuickPickItem[],
        show() {
          const chosen = list.items.filter(({ label }) => choice !== undefined && label.endsWith(choice));
          const active = list.activeItems.length > 0 ? list.activeItems : list.items.slice(0, 1);
          list.selectedItems = chosen.length > 0 ? chosen : active;
          queueMicrotask(() => list.accept());
        },
      };
      return list;
    },
  });
  try {
    await act();
  } finally {
    Object.assign(vscode.window, { createInputBox, createQuickPick });
  }
  return prompts;
}
