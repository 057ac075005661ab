import assert from 'node:assert/strict';
import * as vscode from 'vscode';

/**
 * Types into the input boxes that come while `act` is under way, and takes what each list has active, or else its first.
 * @param texts of the boxes, or what makes one while its box is open
 * @returns what the boxes asked for
 */
export async function typing(
  texts: readonly (string | (() => Promise<string>))[],
  act: () => Promise<unknown>,
): Promise<string[]> {
  const { createInputBox, createQuickPick } = vscode.window;
  const prompts: string[] = [];
  const input = () => {
    const accepted = new vscode.EventEmitter<void>();
    const never = new vscode.EventEmitter<never>().event;
    const events = {
      onDidAccept: accepted.event,
      onDidHide: never,
      onDidChangeValue: never,
      onDidTriggerButton: never,
    };
    return { ...events, accept: () => accepted.fire(), dispose: () => accepted.dispose() };
  };
  Object.assign(vscode.window, {
    createInputBox() {
      const box = {
        ...input(),
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
        ...input(),
        items: [] as vscode.QuickPickItem[],
        selectedItems: [] as vscode.QuickPickItem[],
        activeItems: [] as vscode.QuickPickItem[],
        show() {
          list.selectedItems = list.activeItems.length > 0 ? list.activeItems : list.items.slice(0, 1);
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
