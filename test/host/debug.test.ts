import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { MachineBackend } from '../../src/core/backend.js';
import { cancelled } from '../../src/core/errors.js';
import { DebugOutput } from '../../src/ui/debugOutput.js';
import { deferred } from '../support/assertions.js';
import { until } from '../support/until.js';
import { type Account, openAccount } from './support/account.js';
import { errorOf, run } from './support/extension.js';
import { answering } from './support/modals.js';

describe('debug sessions', () => {
  let account: Account;
  let debugSessionId: string;

  before(async () => {
    await vscode.commands.executeCommand('remoteCompute.debugSessions.focus');
    account = await openAccount();
  });

  after(() => account.close());

  /** The text of the output channel that is shown. */
  async function output(): Promise<string> {
    const channel = vscode.workspace.textDocuments.find(
      ({ uri, languageId }) => languageId === 'Log' || uri.scheme === 'output',
    );
    return channel?.getText() ?? '';
  }

  it('are launched, and listed', async () => {
    const machine = { cpus: 1, memoryMebibytes: 1024 };
    ({ debugSessionId } = await run<{ debugSessionId: string }>('debugSession.launch', {
      // Its script prints until it is ended.
      modelId: account.modelIds[0],
      machine,
    }));
    const node = account.services.views.debugSessions.tree.find(debugSessionId);
    assert.equal(node?.row.label, 'mnist-classifier');
    assert.match(node.row.description ?? '', /^temporary 1 CPU · 1 GiB · /);
  });

  it('show what they print, on both streams, as it comes', async () => {
    await run('debugSession.showOutput', { debugSessionId });
    await until('output', async () => /^step \d+: loss \d\.\d+$/m.test(await output()));
    await until('errors', async () => /^warning: learning rate lowered after step \d+$/m.test(await output()));
  });

  it('are not followed with a key that was signed out', async () => {
    await run('decthings.signOut', {});
    await until('a word of it', async () => /— Signed out of Decthings\. /.test(await output()));
    await run('decthings.signIn', { apiKey: account.apiKey });
    await run('debugSession.showOutput', { debugSessionId });
    await until('output again', async () => /Signed out[\s\S]*Output from here on[\s\S]*step \d+/.test(await output()));
  });

  it('end on request, after a question, which their output tells', async () => {
    const modals = await answering(
      () => 'End Session',
      async () => void (await run('debugSession.terminate', { debugSessionId })),
    );
    assert.deepEqual(
      modals.map(({ message }) => message),
      ['End the debug session of “mnist-classifier”?'],
    );
    await until('the reason', async () => /— Ended on request\. —/.test(await output()));
    await until('its row to go', () => account.services.views.debugSessions.tree.nodes.length === 0);
  });

  it('that have ended are said to have', async () => {
    await assert.rejects(run('debugSession.terminate', { debugSessionId }), errorOf('notFound', /has ended/));
  });

  it('are refused for a model that cannot be debugged, in words', async () => {
    const request = { modelId: account.modelIds[3], machine: { cpus: 1, memoryMebibytes: 1024 } };
    await assert.rejects(run('debugSession.launch', request), errorOf('invalid', /Choose a model that runs code/));
  });

  describe('that are being launched', () => {
    const request = {
      modelId: 'm',
      location: { type: 'temporaryLauncher', spec: { cpus: 1, memoryMebibytes: 1024 } },
    } as const;

    function launching() {
      const begun = deferred<string>();
      let stopped = 0;
      const watch = {
        begun: begun.promise,
        dispose() {
          stopped++;
          begun.reject(cancelled());
        },
      };
      const debugSessions = { launch: () => watch, watch: () => watch };
      let owner: string | undefined = 'first';
      const debugOutput = new DebugOutput(() => owner);
      const setOwner = (next: string | undefined) => {
        owner = next;
        debugOutput.keepOnly(next);
      };
      const backend = { debugSessions } as unknown as MachineBackend;
      const launched = debugOutput.launch(backend, request, 'slow', true);
      return { backend, begun, debugOutput, launched, setOwner, stopped: () => stopped };
    }

    it('are not followed with the key of whom somebody has switched from', async () => {
      const { backend, begun, debugOutput, launched, setOwner, stopped } = launching();
      setOwner('second');
      // The session is there and costs: its id is wanted all the same.
      assert.equal(stopped(), 0);
      begun.resolve('slow-session');
      assert.equal(await launched, 'slow-session');
      assert.equal(stopped(), 1);
      await until('a word of it', async () => /— Another account is in use\. /.test(await output()));
      setOwner('first');
      debugOutput.show(backend, 'slow-session', 'slow');
      debugOutput.keepOnly('first');
      assert.equal(stopped(), 1);
      setOwner(undefined);
      assert.equal(stopped(), 2);
      debugOutput.dispose();
    });

    it('are followed where all is as it was, and given up with the window', async () => {
      const quiet = launching();
      quiet.begun.resolve('s');
      await quiet.launched;
      assert.equal(quiet.stopped(), 0);
      quiet.debugOutput.dispose();
      assert.equal(quiet.stopped(), 1);
      const slow = launching();
      slow.debugOutput.dispose();
      assert.equal(slow.stopped(), 1);
      await assert.rejects(slow.launched, errorOf('cancelled', /./));
    });

    it('and shown to another who has signed in since are the other’s', async () => {
      const { backend, begun, debugOutput, launched, setOwner, stopped } = launching();
      begun.resolve('s');
      await launched;
      setOwner('second');
      debugOutput.show(backend, 's', 'slow');
      debugOutput.keepOnly('second');
      assert.equal(stopped(), 1);
      debugOutput.dispose();
    });
  });
});
