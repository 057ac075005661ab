import * as vscode from 'vscode';

export interface Modal {
  message: string;
  detail: string | undefined;
  acts: string[];
}

/**
 * Answers the modal questions that come while `act` is under way: VS Code itself refuses to show any in a window with
 * tests. How they look and are clicked is for the browser tests.
 * @returns the questions
 */
export async function answering(
  answer: (modal: Modal) => string | undefined | Promise<string | undefined>,
  act: () => Promise<void>,
): Promise<Modal[]> {
  const modals: Modal[] = [];
  const { showWarningMessage } = vscode.window;
  Object.assign(vscode.window, {
    async showWarningMessage(message: string, options?: vscode.MessageOptions | string, ...acts: string[]) {
      // A notification stays one: what was left unfinished may be told of at any time.
      if (typeof options !== 'object' || !options.modal)
        return Reflect.apply(showWarningMessage, undefined, [message, options, ...acts]);
      const modal = { message, detail: options.detail, acts };
      modals.push(modal);
      return answer(modal);
    },
  });
  try {
    await act();
  } finally {
    Object.assign(vscode.window, { showWarningMessage });
  }
  return modals;
}
