import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from '../support/until.js';
import { errorOf, run } from './support/extension.js';

const machine = { cpus: 1, memoryMebibytes: 1024 };
const task = { modelId: 'm1', launcherId: 'l1', command: 'python3', args: ['train.py', 'a "b" $c'] };
/** As it is written, but for its label. */
const written = { type: 'remoteCompute', ...task, problemMatcher: [] };
const OWN =
  '{\n  // How we build.\n  "version": "2.0.0",\n  "tasks": [\n    { "type": "shell", "label": "own" } // ours\n  ]\n}\n';

interface Created {
  label: string;
  uri: string;
}

describe('a task for tasks.json', () => {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  const file = vscode.Uri.joinPath(folder.uri, '.vscode', 'tasks.json');

  const started: string[] = [];
  const subscription = vscode.tasks.onDidStartTask(({ execution }) => started.push(execution.task.name));

  after(() => subscription.dispose());

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(file).then(undefined, () => undefined);
  });

  async function text(): Promise<string> {
    return Buffer.from(await vscode.workspace.fs.readFile(file)).toString();
  }

  async function write(content: string): Promise<void> {
    await vscode.workspace.fs.writeFile(file, Buffer.from(content));
  }

  /** What a person sees in `act`, in a window of these folders. */
  async function among<T>(folders: readonly vscode.WorkspaceFolder[], act: () => Promise<T>): Promise<T> {
    Object.defineProperty(vscode.workspace, 'workspaceFolders', { configurable: true, get: () => folders });
    try {
      return await act();
    } finally {
      Object.defineProperty(vscode.workspace, 'workspaceFolders', { configurable: true, get: () => [folder] });
    }
  }

  it('is written without a question, is known to VS Code, and is not run', async () => {
    const created = await run<Created>('commandTask.create', { ...task, label: 'train' });
    assert.deepEqual(created, { label: 'train', uri: file.toString() });
    assert.deepEqual(JSON.parse(await text()), { version: '2.0.0', tasks: [{ label: 'train', ...written }] });
    const known = await until('the task', async () => {
      const all = await vscode.tasks.fetchTasks({ type: 'remoteCompute' });
      return all.find(({ name }) => name === 'train');
    });
    for (const [name, value] of Object.entries(task)) assert.deepEqual(known.definition[name], value, name);
    assert.deepEqual(started, []);
    assert.equal(vscode.window.activeTextEditor, undefined);
  });

  it('comes after those that are there, whose comments stay, with a label of its own', async () => {
    await write(OWN);
    const { modelId, command } = task;
    const { label } = await run<Created>('commandTask.create', { modelId, machine, command, label: 'own' });
    assert.equal(label, 'own (2)');
    const added = { type: 'remoteCompute', label, modelId, machine, command, problemMatcher: [] };
    const lines = JSON.stringify(added, null, 2).replaceAll('\n', '\n    ');
    assert.equal(await text(), OWN.replace(' // ours', `, // ours\n    ${lines}`));
  });

  it('waits until somebody has saved what they are writing there', async () => {
    const files = vscode.workspace.getConfiguration('files');
    await files.update('autoSave', 'off', vscode.ConfigurationTarget.Global);
    await write(OWN);
    const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file));
    await until('what they write', async () =>
      editor.edit(edit => edit.insert(editor.selection.active, '// Not saved.\n')),
    );
    await assert.rejects(run('commandTask.create', task), errorOf('invalid', /unsaved changes/));
    assert.equal(await text(), OWN);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await files.update('autoSave', undefined, vscode.ConfigurationTarget.Global);
  });

  it('is not added to a file that is none, which stays as it is', async () => {
    await write('{ "tasks": [');
    await assert.rejects(run('commandTask.create', task), errorOf('invalid', /a bracket is missing/));
    assert.equal(await text(), '{ "tasks": [');
  });

  for (const [what, place] of [
    ['no place', { launcherId: undefined }],
    ['two places', { machine }],
  ] as const) {
    it(`is refused with ${what} to run on`, async () => {
      await assert.rejects(run('commandTask.create', { ...task, ...place }), errorOf('invalid'));
      await assert.rejects(text());
    });
  }

  it('goes to the folder that is named', async () => {
    const other = { uri: vscode.Uri.joinPath(folder.uri, 'other'), name: 'other', index: 1 };
    const created = await among([folder, other], () =>
      run<Created>('commandTask.create', { ...task, folder: 'other' }),
    );
    assert.equal(created.uri, vscode.Uri.joinPath(other.uri, '.vscode', 'tasks.json').toString());
    await vscode.workspace.fs.delete(other.uri, { recursive: true });
    await assert.rejects(text());
    const nowhere = run('commandTask.create', { ...task, folder: 'none' });
    await assert.rejects(nowhere, errorOf('notFound', /no folder “none”/));
  });

  it('is a draft where no folder is open', async () => {
    const { label, uri } = await among([], () => run<Created>('commandTask.create', task));
    const document = vscode.window.activeTextEditor?.document;
    assert.deepEqual([document?.uri.toString(), document?.isUntitled, document?.languageId], [uri, true, 'jsonc']);
    assert.deepEqual(JSON.parse(document?.getText() ?? ''), { version: '2.0.0', tasks: [{ label, ...written }] });
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });
});
