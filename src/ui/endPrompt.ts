import * as vscode from 'vscode';
import { t } from '../core/l10n.js';
import { updateSetting } from './settings.js';

const END = t('End Session');
const KEEP = t('Keep Running');

/** Whether the session of a tab that was closed is to end. @param remember the answer, for the tabs to come */
export async function askToEnd(name: string, remember: boolean): Promise<boolean> {
  const question = t(
    'The tab of {0} is closed. End its remote session too, or keep it running? Kept sessions are in the Terminals view.',
    name,
  );
  const note = remember ? t(' Your answer is remembered (setting “Terminal: On Close”).') : '';
  const answer = await vscode.window.showInformationMessage(question + note, END, KEEP);
  if (answer !== undefined && remember) await updateSetting('terminal.onClose', answer === END ? 'end' : 'keep');
  return answer === END;
}
