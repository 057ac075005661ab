import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { parseUnits, roundedText, unitsText } from '../../src/core/money.js';
import { until } from '../support/until.js';
import { closeTerminals, run } from './support/extension.js';
import { answering, type Modal } from './support/modals.js';
import { type Created, hello, openSwanAccount, type SwanAccount, taskBecomes, taskNode } from './support/swan.js';

describe('a Swan task', () => {
  let account: SwanAccount;
  let id: string;
  /** What the person said yes to, in wei. */
  const confirmed: bigint[] = [];

  before(async () => {
    account = await openSwanAccount();
  });

  after(async () => {
    await closeTerminals();
    await account.close();
  });

  /** Pays, saying yes to what is asked, and remembers the amount that was named. */
  async function paying<T>(act: () => Promise<T>): Promise<{ result: T; modals: Modal[] }> {
    const results: T[] = [];
    const modals = await answering(
      modal => modal.acts[0],
      async () => {
        results.push(await act());
      },
    );
    const named = /^Pay ([\d.]+) SWAN$/.exec(modals.at(-1)?.acts[0] ?? '')?.[1] ?? '';
    const amount = parseUnits(named);
    assert.ok(amount, `no amount was named: ${JSON.stringify(modals)}`);
    confirmed.push(amount);
    const [result] = results;
    assert.ok(result);
    return { result, modals };
  }

  it('is created from an app image and paid, after the person trusts the contract and confirms the amount', async () => {
    const { clientContract, chainId, wallet, signer } = account.sandbox.services.swan;
    const balance = await account.swan.balance();
    // It is looked at from its first state on.
    await account.swan.act('set', { deploys: false });
    const { result, modals } = await paying(() => run<Created>('task.create', { ...hello, pay: true }));
    id = result.taskUuid;
    assert.equal(result.paid, true);
    assert.deepEqual(
      modals.map(({ message }) => message.replace(/[\d.]+ SWAN/, 'N SWAN')),
      ['Trust this payment contract on Custom network?', 'Pay for “hello-world”: N SWAN?'],
    );
    const [trust = '', payment = ''] = modals.map(({ detail }) => detail);
    assert.match(trust, new RegExp(`signed by ${signer}, which is not the address known`));
    assert.match(trust, new RegExp(`Payment contract: ${clientContract}`));
    const [amount = 0n] = confirmed;
    for (const part of [
      /^For: 1 hour at [\d.]+ SWAN per hour$/m,
      new RegExp(`^Network: Custom network \\(chain ${chainId}\\)$`, 'm'),
      new RegExp(`^To the contract: ${clientContract}$`, 'm'),
      new RegExp(`^From your wallet: ${wallet.address}$`, 'm'),
      new RegExp(`^SWAN balance: ${unitsText(balance)} SWAN now, ${unitsText(balance - amount)} SWAN afterwards$`, 'm'),
      /^Gas: at most [\d.]+ ETH, for an approval of exactly this amount and the payment$/m,
    ]) {
      assert.match(payment, part);
    }
  });

  it('runs down the states, as its row tells', async () => {
    const seen: string[] = [];
    await account.swan.act('set', { deploys: true });
    await until(
      `it to run, after ${seen}`,
      async () => {
        await account.services.tasks.store.refresh();
        const row = (await taskNode(account, id)).row;
        const [words = ''] = row.description?.split(' · ') ?? [];
        if (seen.at(-1) !== words) seen.push(words);
        return words === 'running';
      },
      30_000,
    );
    const all = ['unpaid', 'waiting for bids…', 'choosing a provider…', 'deploying…', 'running'];
    assert.deepEqual(seen, all.slice(all.indexOf(seen[0] ?? '')));
    assert.ok(seen.length >= 3, `${seen}`);
    const { row, children } = await taskNode(account, id);
    assert.equal(row.label, 'hello-world');
    assert.match(row.description ?? '', /^running · C1ae\.medium · global · 59 min left · 1\.\d+ SWAN\/h$/);
    assert.deepEqual(
      children.map(each => each.row.label),
      ['App', 'App', 'Job', 'Job', 'Order', 'Cost so far'],
    );
  });

  it('has an app that is opened, and whose page says so', async () => {
    const opened = await opening(() => run<{ url: string }>('task.openApp', { taskUuid: id }));
    assert.equal(opened.external, opened.result.url);
    const page = await (await fetch(opened.result.url)).text();
    assert.match(page, new RegExp(`<p>Task ${id} runs on C1ae\\.medium at cp\\.`));
    const copied = await run<{ address: string }>('task.copyAddress', { taskUuid: id });
    assert.deepEqual(copied, { address: opened.result.url });
    assert.equal(await vscode.env.clipboard.readText(), copied.address);
  });

  for (const [kind, line] of [
    ['build', /Step 1\/3 : FROM ubuntu:22\.04[\s\S]*Successfully built/],
    ['container', /Task [0-9a-f-]{36} starts on cp\./],
  ] as const) {
    it(`has a ${kind} log that is followed in an output channel`, async () => {
      await run('task.showLogs', { taskUuid: id, kind });
      await until(`the ${kind} log`, () => line.test(outputs()));
    });
  }

  it('has a log that goes on after the connection was lost, without saying anything twice', async () => {
    const lines = () => outputs().match(/^.*memory \d+ KiB$/gm) ?? [];
    await until('lines', () => lines().length > 1);
    // A provider sends what there is, and the rest when it is asked again.
    const first = lines().length;
    await run('task.showLogs', { taskUuid: id, kind: 'container' });
    await until('new lines', () => lines().length > first);
    await account.swan.act('drop');
    await until('word of it', () => /The connection was lost\. Reconnecting/.test(outputs()));
    const before = lines().length;
    await until('more lines', () => lines().length > before + 1);
    assert.equal(new Set(lines()).size, lines().length);
    assert.equal(outputs().match(/starts on cp\./g)?.length, 1);
    assert.doesNotMatch(outputs(), /^ping$/m);
  });

  it('is shown whole, as JSON that cannot be edited', async () => {
    await run('task.showDeployment', { taskUuid: id });
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.languageId, 'json');
    assert.equal(JSON.parse(document.getText()).data.task.uuid, id);
    assert.equal(vscode.workspace.fs.isWritableFileSystem(document.uri.scheme), undefined);
  });

  it('is renewed, at the price that was confirmed', async () => {
    const before = (await account.services.swan.require()).backend;
    const { endAt = 0 } = await before.tasks.get(id);
    const { result, modals } = await paying(() =>
      run<{ hash: string }>('task.renew', { taskUuid: id, duration: 7200 }),
    );
    assert.equal(await account.swan.succeeded(result.hash), true);
    assert.equal(modals.length, 1, 'the contract is trusted already');
    assert.match(modals[0]?.detail ?? '', /^For: 2 hours at [\d.]+ SWAN per hour, added to the time left$/m);
    assert.equal((await before.tasks.get(id)).endAt, endAt + 7200_000);
    await until('the renewal below it', async () =>
      (await taskNode(account, id)).children.some(({ row }) => row.label === 'Renewal'),
    );
  });

  it('is terminated after a question that tells the refund, and watched until it came', async () => {
    const modals: Modal[] = [];
    const [told] = await saying(async () => {
      modals.push(
        ...(await answering(
          modal => modal.acts[0],
          async () => {
            const ending = run<{ status: string; refundHash: string }>('task.terminate', { taskUuid: id });
            await until('it to be busy', async () => (await taskNode(account, id)).row.contextValue === 'task+busy');
            const { status, refundHash } = await ending;
            assert.equal(status, 'terminated');
            assert.equal(await account.swan.succeeded(refundHash), true);
          },
        )),
      );
    });
    assert.equal(modals[0]?.message, 'Terminate “hello-world”?');
    assert.match(modals[0]?.detail ?? '', /About [\d.]+ SWAN/);
    assert.match(
      told ?? '',
      /“hello-world” is terminated\. [\d.]+ SWAN came back with the transaction 0x[0-9a-f]{64}\./,
    );
    const { children } = await taskBecomes(account, id, 'terminated');
    assert.ok(children.some(({ row }) => row.label === 'Refund'));
  });

  it('cost what was confirmed, and not a wei more, as the chain tells', async () => {
    assert.equal(confirmed.length, 2);
    const { approved, taken, returned } = await account.swan.moves();
    assert.deepEqual(approved, confirmed);
    assert.deepEqual(taken, confirmed);
    assert.equal(returned.length, 1);
    const paid = confirmed.reduce((sum, each) => sum + each);
    assert.equal(await account.swan.paid(id), paid);
    const [refund = 0n] = returned;
    // All but the half minute or so that it ran, of three hours.
    assert.ok(refund < paid && refund > (paid * 97n) / 100n, `${refund} of ${paid}`);
    const { row } = (await taskNode(account, id)).children.at(-1) ?? {};
    assert.equal(row?.description, `${roundedText(refund)} SWAN`);
  });

  it('of the SSH image is connected to by the system’s ssh, with arguments that no shell reads', async () => {
    const request = { ...hello, source: { type: 'image', name: 'ssh-ubuntu-22.04' }, pay: true };
    const { result } = await paying(() => run<Created>('task.create', request));
    await taskBecomes(account, result.taskUuid, 'running');
    const address = await run<{ user: string; host: string; port: number }>('task.connectSsh', {
      taskUuid: result.taskUuid,
    });
    assert.deepEqual({ ...address, port: 0 }, { user: 'root', host: '127.0.0.1', port: 0 });
    const terminal = vscode.window.terminals.find(({ name }) => name === 'ssh root@127.0.0.1');
    assert.ok(terminal);
    const { shellPath, shellArgs = [] } = terminal.creationOptions as vscode.TerminalOptions;
    assert.equal(shellPath, 'ssh');
    assert.match(`${shellArgs[1]}`, /^UserKnownHostsFile=[0-9a-f]{64}$/);
    assert.deepEqual(shellArgs.slice(2), ['-p', `${address.port}`, '-l', 'root', '--', '127.0.0.1']);
  });

  /** What all output channels hold. */
  function outputs(): string {
    const channels = vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === 'output');
    return channels.map(document => document.getText()).join('\n');
  }
});

/** The address that was opened outside VS Code while `act` was under way. */
async function opening<T>(act: () => Promise<T>): Promise<{ result: T; external: string | undefined }> {
  const { openExternal } = vscode.env;
  let external: string | undefined;
  Object.assign(vscode.env, {
    async openExternal(uri: vscode.Uri) {
      external = uri.toString(true);
      return true;
    },
  });
  try {
    return { result: await act(), external };
  } finally {
    Object.assign(vscode.env, { openExternal });
  }
}

/** What the person was told while `act` was under way. */
async function saying(act: () => Promise<void>): Promise<string[]> {
  const said: string[] = [];
  const { showInformationMessage } = vscode.window;
  Object.assign(vscode.window, {
    async showInformationMessage(message: string) {
      said.push(message);
    },
  });
  try {
    await act();
  } finally {
    Object.assign(vscode.window, { showInformationMessage });
  }
  return said;
}
