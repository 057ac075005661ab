import * as vscode from 'vscode';
import { bounded } from './tool.js';

/** Nothing in a stranger's words, or a model's, is a link. */
export function plain(text: string): vscode.MarkdownString {
  return new vscode.MarkdownString().appendText(bounded(text, 500));
}
