import * as vscode from 'vscode';
import { cancelled } from '../core/errors.js';
import { t } from '../core/l10n.js';
import { lines, own, type PlainText, withIcon } from '../core/plainText.js';

/** Where a prompt stands in a sequence. Escape cancels all of it; Back, where there is one, asks the former question again. */
export interface Nav {
  title: string;
  step?: number;
  totalSteps?: number;
  canGoBack?: boolean;
}

export class WentBack extends Error {}

export interface Choice<T> extends vscode.QuickPickItem {
  value: T;
  label: PlainText;
  description?: PlainText;
  detail?: PlainText;
}

/** Asks one question after the other; a step that rejects with `WentBack` has the former one asked again. */
export async function inSteps(title: string, steps: readonly ((nav: Nav) => Promise<void>)[]): Promise<void> {
  for (let step = 0; step < steps.length; ) {
    try {
      await steps[step]?.({ title, step: step + 1, totalSteps: steps.length, canGoBack: step > 0 });
      step++;
    } catch (error) {
      if (!(error instanceof WentBack)) throw error;
      step--;
    }
  }
}

/** One of `choices`. @throws cancelled, or WentBack */
export function pick<T>(
  nav: Nav,
  choices: readonly Choice<T>[],
  options: { placeholder?: string; active?: T } = {},
): Promise<T> {
  const input = vscode.window.createQuickPick<Choice<T>>();
  input.items = choices;
  input.matchOnDescription = true;
  if (options.placeholder) input.placeholder = options.placeholder;
  const active = choices.find(choice => choice.value === options.active);
  if (active) input.activeItems = [active];
  return ask(input, nav, accept => {
    const [item] = input.selectedItems;
    if (item) accept(item.value);
  });
}

/** Any number of `choices`. @throws cancelled, or WentBack */
export function pickMany<T>(nav: Nav, choices: readonly Choice<T>[], placeholder: string): Promise<T[]> {
  const input = vscode.window.createQuickPick<Choice<T>>();
  input.canSelectMany = true;
  input.items = choices;
  input.selectedItems = choices.filter(choice => choice.picked);
  input.placeholder = placeholder;
  return ask(input, nav, accept => accept(input.selectedItems.map(item => item.value)));
}

export interface InputOptions {
  prompt: string;
  value?: string;
  placeholder?: string;
  password?: boolean;
  /** Blanks at the ends belong to it. */
  exact?: boolean;
  /** @returns what is wrong and what would be right, or nothing */
  check?(text: string): string | undefined;
  /** The same, for what takes time: the field stays open meanwhile. @param signal aborts when it is left */
  verify?(text: string, signal: AbortSignal): Promise<string | undefined>;
}

/** A line of text, trimmed but where it is to be exact. @throws cancelled, or WentBack */
export function inputText(
  nav: Nav,
  { prompt, value, placeholder, password, exact, check, verify }: InputOptions,
): Promise<string> {
  const input = vscode.window.createInputBox();
  input.prompt = prompt;
  if (value !== undefined) input.value = value;
  if (placeholder !== undefined) input.placeholder = placeholder;
  if (password) input.password = true;
  const typed = () => (exact ? input.value : input.value.trim());
  const validate = () => {
    input.validationMessage = check?.(typed());
    return input.validationMessage === undefined;
  };
  input.onDidChangeValue(() => {
    // While somebody types, a complaint only goes away; it comes on Enter.
    if (input.validationMessage) validate();
  });
  const left = new AbortController();
  const accepted = async (accept: (text: string) => void) => {
    const text = typed();
    if (input.busy || !validate()) return;
    input.busy = true;
    const wrong = await verify?.(text, left.signal);
    if (left.signal.aborted) return;
    input.busy = false;
    if (wrong === undefined) accept(text);
    else input.validationMessage = wrong;
  };
  return ask<string>(input, nav, accept => void accepted(accept)).finally(() => left.abort());
}

type Input = (vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox) & vscode.QuickInput;

/** Shows `input` until it is accepted, left, or gone back from. @param onAccept calls its argument with what was chosen */
export function ask<T>(
  input: Pick<
    Input,
    | 'onDidHide'
    | 'show'
    | 'dispose'
    | 'title'
    | 'step'
    | 'totalSteps'
    | 'ignoreFocusOut'
    | 'onDidAccept'
    | 'buttons'
    | 'onDidTriggerButton'
  >,
  nav: Nav,
  onAccept: (accept: (value: T) => void) => void,
): Promise<T> {
  input.title = nav.title;
  input.step = nav.step;
  input.totalSteps = nav.totalSteps;
  // Looking something up in another window must not undo half a form.
  input.ignoreFocusOut = true;
  if (nav.canGoBack) input.buttons = [vscode.QuickInputButtons.Back];
  return new Promise<T>((resolve, reject) => {
    input.onDidAccept(() => onAccept(resolve));
    input.onDidTriggerButton(button => {
      if (button === vscode.QuickInputButtons.Back) reject(new WentBack());
    });
    input.onDidHide(() => reject(cancelled()));
    input.show();
  }).finally(() => input.dispose());
}

/**
 * A modal question before something is destroyed. @throws cancelled
 * @param id of what is ended, deleted or paid for: names can look alike. `undefined` for what has none
 */
export async function confirm(
  message: PlainText,
  detail: PlainText | readonly PlainText[],
  act: PlainText,
  id: string | undefined,
): Promise<void> {
  const parts = typeof detail === 'string' ? [detail] : detail;
  const options = { modal: true, detail: lines(id === undefined ? parts : [...idLines(id), ...parts]) };
  if ((await vscode.window.showWarningMessage(message, options, act)) !== act) throw cancelled();
}

/** What stands above the details of a modal that ends, deletes or pays. */
export function idLines(id: string): PlainText[] {
  return [t('ID: {0}', id), own('')];
}

export interface Field<T> {
  label: PlainText;
  icon: string;
  describe(value: T): PlainText;
  /** @throws cancelled to leave it as it is */
  edit(value: T): Promise<T>;
}

/** A form as a list: its first line accepts it as it stands, every other one changes a field. @throws cancelled, or WentBack */
export async function editForm<T>(
  nav: Nav,
  start: T,
  accept: (value: T) => { label: PlainText; description: PlainText },
  fields: readonly Field<T>[],
): Promise<T> {
  let value = start;
  for (;;) {
    const { label, description } = accept(value);
    const choices: Choice<Field<T> | undefined>[] = [
      { label: withIcon('check', label), description, value: undefined },
      { label: t('Change'), kind: vscode.QuickPickItemKind.Separator, value: undefined },
      ...fields.map(field => ({
        label: withIcon(field.icon, field.label),
        description: field.describe(value),
        value: field,
      })),
    ];
    const field = await pick(nav, choices, { placeholder: t('Enter accepts what is shown') });
    if (!field) return value;
    try {
      value = await field.edit(value);
    } catch (error) {
      if (!(error instanceof WentBack) && !isCancelled(error)) throw error;
    }
  }
}

function isCancelled(error: unknown): boolean {
  return error instanceof Error && 'kind' in error && error.kind === 'cancelled';
}
