import * as vscode from 'vscode';
import { parseCommandLine } from '../core/commandLine.js';
import { cancelled, RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import type { LocationRequest } from '../core/resources.js';
import { COMMAND_TASK, freeLabel, indexOfLabel, newTasksJson, withTask } from '../core/tasksJson.js';
import { hold } from '../ui/heldAccount.js';
import { askPlace, pickModel } from '../ui/placePick.js';
import { inputText, inSteps } from '../ui/prompts.js';
import type { TaskArgs } from './commandTasks.js';
import type { Services } from './services.js';

/** A bundle of its own, loaded when somebody writes a task. */

const MAX_LABEL = 60;
const NOT_TASKS = t(
  'Nothing can be added to tasks.json as it is: a bracket is missing, or its “tasks” is no list. Mend it first.',
);

export async function createCommandTask(services: Services, given: TaskArgs | undefined) {
  const { label: wanted, folder: named, ...rest } = given ?? (await askTask(services));
  const folder = given ? folderOf(named) : await askFolder();
  const file = folder && vscode.Uri.joinPath(folder.uri, '.vscode', 'tasks.json');
  const text = file ? await read(file) : '';
  const label = freeLabel(text, wanted ?? shortened([rest.command, ...(rest.args ?? [])].join(' ')));
  // What it prints is no compiler's: VS Code would ask each time which one to look for.
  const task = { type: COMMAND_TASK, label, ...rest, problemMatcher: [] };
  if (!file) {
    const draft = await vscode.workspace.openTextDocument({ language: 'jsonc', content: newTasksJson(task) });
    await vscode.window.showTextDocument(draft);
    if (!given) void tellDraft();
    return { label, uri: draft.uri.toString() };
  }
  const added = withTask(text, task);
  if (added !== undefined) await write(file, added);
  if (!given) await show(file, label);
  if (added === undefined) throw new RemoteError('invalid', NOT_TASKS);
  if (!given) void tellCreated(label);
  return { label, uri: file.toString() };
}

async function askTask(services: Services): Promise<TaskArgs> {
  const held = await hold(services.account);
  const backend = held.connection;
  let modelId = '';
  let location: LocationRequest | undefined;
  let line = '';
  await inSteps(t('Create a Command Task'), [
    async nav => {
      modelId = await pickModel(nav, backend, t('Model whose files the command works on'));
    },
    async nav => {
      location = await askPlace(nav, backend, services.memory);
    },
    async nav => {
      line = await inputText(nav, {
        prompt: t('Command line. Where it has pipes, variables or patterns, “sh” runs it'),
        value: line,
        placeholder: 'python3 train.py',
        check: typed => (typed ? undefined : t('Give a command line, such as python3 train.py.')),
      });
    },
  ]);
  await held.check();
  const place =
    location?.type === 'persistentLauncher'
      ? { launcherId: location.persistentLauncherId }
      : { machine: location?.spec };
  return { modelId, ...place, ...parseCommandLine(line), label: shortened(line) };
}

function shortened(line: string): string {
  const characters = [...line];
  return characters.length > MAX_LABEL ? `${characters.slice(0, MAX_LABEL - 1).join('')}…` : line;
}

function folderOf(name: string | undefined): vscode.WorkspaceFolder | undefined {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (name === undefined) return folders[0];
  const folder = folders.find(each => each.name === name);
  if (!folder) throw new RemoteError('notFound', t('There is no folder “{0}” in this workspace.', name));
  return folder;
}

async function askFolder(): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length < 2) return folders[0];
  const placeHolder = t('Folder whose tasks.json it is written to');
  const folder = await vscode.window.showWorkspaceFolderPick({ placeHolder });
  if (!folder) throw cancelled();
  return folder;
}

/** VS Code reads tasks from what is saved, and in UTF-8. */
async function read(file: vscode.Uri): Promise<string> {
  const open = vscode.workspace.textDocuments.find(each => each.uri.toString() === file.toString());
  if (open?.isDirty) throw new RemoteError('invalid', t('There are unsaved changes in tasks.json. Save it first.'));
  try {
    return Buffer.from(await vscode.workspace.fs.readFile(file)).toString();
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return '';
    throw unusable(error);
  }
}

async function write(file: vscode.Uri, text: string): Promise<void> {
  await vscode.workspace.fs.writeFile(file, Buffer.from(text)).then(undefined, error => {
    throw unusable(error);
  });
}

function unusable(cause: unknown): RemoteError {
  return new RemoteError('refused', t('The file tasks.json could not be read or written.'), { cause });
}

async function show(file: vscode.Uri, label: string): Promise<void> {
  const editor = await vscode.window.showTextDocument(file);
  const { document } = editor;
  const at = indexOfLabel(document.getText(), label);
  if (at < 0) return;
  const position = document.positionAt(at);
  editor.selection = new vscode.Selection(position, position);
  editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

async function tellCreated(label: string): Promise<void> {
  const run = t('Run');
  const message = t('The task “{0}” is in tasks.json. “Tasks: Run Task” in the Command Palette runs it.', label);
  const answer = await vscode.window.showInformationMessage(message, run);
  if (answer === run) await vscode.commands.executeCommand('workbench.action.tasks.runTask', label);
}

async function tellDraft(): Promise<void> {
  await vscode.window.showInformationMessage(
    t(
      'No folder is open, so this is a draft. Save it as “.vscode/tasks.json” in a folder and open that: “Tasks: Run Task” in the Command Palette then runs it.',
    ),
  );
}
