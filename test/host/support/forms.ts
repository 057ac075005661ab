import * as vscode from 'vscode';
import { acceptable } from './inputs.js';

/**
 * Accepts the lists and input boxes that come while `act` is under way, with the first of what a list offers, or `text`.
 * How they look and are used is for the browser tests.
 * @param before each is accepted
 * @returns their titles
 */
export async function filling(text: string, before: () => Promise<void>, act: () => Promise<void>): Promise<string[]> {
  const { createInputBox, createQuickPick } = vscode.window;
  const titles: string[] = [];
  const create = () => {
    const input = {
      ...acceptable(),
      title: '',
      value: text,
      items: [] as vscode.QuickPickItem[],
      selectedItems: [] as vscode.QuickPickItem[],
      show() {
        titles.push(input.title);
        void before().then(() => {
          input.value = text;
          input.selectedItems = input.items.slice(0, 1);
          input.accept();
        });
      },
    };
    return input;
  };
  Object.assign(vscode.window, { createInputBox: create, createQuickPick: create });
  try {
    await act();
  } finally {
    Object.assign(vscode.window, { createInputBox, createQuickPick });
  }
  return titles;
}
