import * as vscode from 'vscode';

export interface Modal {
  message: string;
  detail: string | undefined;
  acts: string[];
}

type Answer = (modal: Modal) => string | undefined | Promise<string | undefined>;

/** Those that answer now; the last of them does. They may end in any order. */
const answerers: { answer: Answer; modals: Modal[] }[] = [];
let original = vscode.window.showWarningMessage;

/**
 * Answers the modal questions that come while `act` is under way: VS Code itself refuses to show any in a window with
 * tests. How they look and are clicked is for the browser tests.
 * @returns the questions
 */
export async function answering(answer: Answer, act: () => Promise<void>): Promise<Modal[]> {
  const own = { answer, modals: [] };
  if (answerers.push(own) === 1) {
    original = vscode.window.showWarningMessage;
    Object.assign(vscode.window, { showWarningMessage });
  }
  try {
    await act();
  } finally {
    answerers.splice(answerers.indexOf(own), 1);
    if (answerers.length === 0) Object.assign(vscode.window, { showWarningMessage: original });
  }
  return own.modals;
}

async function showWarningMessage(message: string, options?: vscode.MessageOptions | string, ...acts: string[]) {
  const last = answerers.at(-1);
  // A notification stays one: what was left unfinished may be told of at any time.
  if (!last || typeof options !== 'object' || !options.modal) {
    return Reflect.apply(original, vscode.window, [message, options, ...acts]);
  }
  const modal = { message, detail: options.detail, acts };
  last.modals.push(modal);
  return last.answer(modal);
}

/** Does what is asked about, which is the first button. */
export const yes = ({ acts }: Modal): string | undefined => acts[0];
export const no = (): undefined => undefined;
