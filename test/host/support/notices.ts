import * as vscode from 'vscode';
import { until } from '../../support/until.js';

export interface Notice {
  message: string;
  acts: string[];
  /** Presses one of its buttons, or closes it. */
  answer(act?: string): void;
}

/** The notifications of this window, which stay until a test answers them. Modal questions are answered with yes. */
export class Notices {
  readonly shown: Notice[] = [];
  readonly modals: string[] = [];
  private readonly originals = {
    showWarningMessage: vscode.window.showWarningMessage,
    showInformationMessage: vscode.window.showInformationMessage,
  };

  constructor() {
    const show = (message: string, ...rest: unknown[]): Promise<string | undefined> => {
      const acts = rest.filter(each => typeof each === 'string');
      if (acts.length < rest.length) {
        this.modals.push(message);
        return Promise.resolve(acts[0]);
      }
      return new Promise(resolve => this.shown.push({ message, acts, answer: resolve }));
    };
    Object.assign(vscode.window, { showWarningMessage: show, showInformationMessage: show });
  }

  /** What still stands of those that name a task; other parts of the extension may have something to say too. */
  get ofTasks(): string[] {
    return this.shown.map(({ message }) => message).filter(message => message.startsWith('“'));
  }

  /** Waits for one that says so, and takes it. */
  async next(text: RegExp): Promise<Notice> {
    return await until(`a notification of ${text}, besides ${this.shown.map(({ message }) => message)}`, () => {
      const index = this.shown.findIndex(({ message }) => text.test(message));
      return index < 0 ? undefined : this.shown.splice(index, 1)[0];
    });
  }

  restore(): void {
    for (const { answer } of this.shown) answer();
    Object.assign(vscode.window, this.originals);
  }
}
