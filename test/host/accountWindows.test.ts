import assert from 'node:assert/strict';
import { RemoteError } from '../../src/core/errors.js';
import { useKey } from '../../src/ui/accountUse.js';
import { SwanAccount as Accounts } from '../../src/ui/swanAccount.js';
import { until } from '../support/until.js';
import { keyStore, signOutOfAll } from './support/accounts.js';
import { errorOf, run } from './support/extension.js';
import { answering } from './support/modals.js';
import { openSwanSandbox, type SwanAccount } from './support/swan.js';

/** Where all of them are. */
const PLACES = ['https://swan.example'];

describe('several Swan accounts, in two windows', () => {
  let account: SwanAccount;
  /** What the other window has of them. */
  let there: Accounts;
  let others: NonNullable<SwanAccount['sandbox']['services']['swan']['others']>;

  const here = () => account.services.swan;
  const namesOf = ({ accounts }: Accounts) => accounts.map(({ name }) => name);
  const idOf = (accounts: Accounts, name: string) =>
    accounts.accounts.find(each => each.name === name)?.id ?? assert.fail(`There is no ${name}.`);
  const noQuestions = { name: () => assert.fail('asked for a name'), replace: () => assert.fail('asked to replace') };

  before(async () => {
    account = await openSwanSandbox(['--accounts', '3']);
    others = account.sandbox.services.swan.others ?? [];
    await run('swan.signIn', { apiKey: account.sandbox.services.swan.apiKey });
    await run('swan.renameAccount', { name: 'Home' });
    const { secrets, state } = keyStore(account.services);
    there = new Accounts(
      secrets,
      state,
      async () => await here().require(),
      () => PLACES,
    );
    await there.ready();
  });

  after(async () => {
    there.dispose();
    await signOutOfAll(account.services, 'swan');
    await account.close();
  });

  it('are one where both are given the same key, though a question was open meanwhile', async () => {
    const [other] = others;
    assert.ok(other);
    const wallet = { type: 'key', ...other.wallet } as const;
    const name = async () => {
      await useKey(there, { apiKey: other.apiKey, places: PLACES }, { ...noQuestions, name: async () => 'Work' }, true);
      await there.setWallet(idOf(there, 'Work'), wallet);
      await until('it here', () => here().walletOf(idOf(here(), 'Work')) !== undefined);
      return 'Mine';
    };
    await useKey(here(), { apiKey: other.apiKey, places: PLACES }, { ...noQuestions, name }, true);
    assert.deepEqual(namesOf(here()), ['Home', 'Work']);
    assert.equal(here().current?.name, 'Work');
    assert.deepEqual(here().wallet, wallet);
  });

  it('are replaced by no key that another has by the time that the question is answered', async () => {
    const [, third] = others;
    assert.ok(third);
    await run('swan.switchAccount', { account: 'Work' });
    const id = here().current?.id;
    const before = others[0]?.apiKey ?? assert.fail();
    const replace = async () => {
      await useKey(
        there,
        { apiKey: third.apiKey, places: PLACES },
        { ...noQuestions, name: async () => 'Third' },
        true,
      );
      await there.switchTo(idOf(there, 'Work'));
      await until('it here', () => namesOf(here()).includes('Third') && here().current?.name === 'Work');
      return true;
    };
    // As the service does with a key that was revoked.
    const refused = async () => Promise.reject(new RemoteError('credentials', 'This key is not valid.'));
    Object.assign(here(), { verify: refused });
    try {
      await useKey(here(), { apiKey: third.apiKey, places: PLACES }, { ...noQuestions, replace }, false);
    } finally {
      Reflect.deleteProperty(here(), 'verify');
    }
    assert.equal(here().current?.name, 'Third');
    assert.deepEqual(namesOf(here()), ['Home', 'Third', 'Work']);
    assert.equal(here().withKey(before)?.id, id);
  });

  it('are asked about again where a wallet was set while the question was open', async () => {
    const [first, second] = [others[0]?.wallet, others[1]?.wallet];
    assert.ok(first && second);
    await run('swan.switchAccount', { account: 'Home' });
    await run('swan.setWallet', { privateKey: first.privateKey });
    const id = idOf(here(), 'Home');
    await until('it there', () => there.walletOf(id) !== undefined);
    for (const act of [() => run('swan.setWallet', { privateKey: `0x${'1'.repeat(64)}` }), () => run('swan.signOut')]) {
      const before = here().walletOf(id);
      let asked = 0;
      const modals = await answering(
        async ({ acts }) => {
          if (asked++ > 0) return undefined;
          await there.setWallet(id, { type: 'key', ...second });
          await until('it here', () => here().walletOf(id)?.address === second.address);
          return acts[0];
        },
        async () => void (await act()),
      );
      assert.deepEqual(
        modals.map(({ detail }) => /The key of its wallet (\w+) is kept nowhere else/.exec(detail ?? '')?.[1]),
        [before?.address, second.address],
      );
      assert.deepEqual(here().walletOf(id), { type: 'key', ...second });
      await there.setWallet(id, { type: 'key', ...first });
      await until('the first again', () => here().walletOf(id)?.address === first.address);
    }
  });

  it('are not left for one that the other window has signed out of', async () => {
    await run('swan.switchAccount', { account: 'Home' });
    const id = idOf(here(), 'Third');
    await there.signOut(id);
    await until('it here', () => !namesOf(here()).includes('Third'));
    await assert.rejects(here().switchTo(id), errorOf('notFound', /signed out of meanwhile/));
    assert.equal(here().current?.name, 'Home');
  });

  it('forget what they trusted, whichever window signs out', async () => {
    const { memory } = account.services;
    const trusted = () => Object.keys(memory.get('trustedContracts') ?? {});
    await run('swan.switchAccount', { account: 'Home' });
    const contract = { client: `0x${'1'.repeat(40)}`, token: `0x${'2'.repeat(40)}` };
    memory.set('trustedContracts', { 1: contract });
    await there.signOut(idOf(there, 'Home'));
    await until('it here', () => !namesOf(here()).includes('Home'));
    await run('swan.signIn', { apiKey: account.sandbox.services.swan.apiKey, name: 'Home' });
    assert.deepEqual(trusted(), []);
  });

  it('can be signed in to when the key store has failed, and answers again', async () => {
    const { secrets, state } = keyStore(account.services);
    let failing = true;
    const flaky = {
      ...secrets,
      get: async (name: string) => {
        if (failing) throw new Error('The key store is locked.');
        return await secrets.get(name);
      },
      onDidChange: secrets.onDidChange,
    };
    const late = new Accounts(
      flaky as typeof secrets,
      state,
      async () => await here().require(),
      () => PLACES,
    );
    try {
      await assert.rejects(late.ready(), /locked/);
      failing = false;
      await late.ready();
      assert.deepEqual(namesOf(late), namesOf(here()));
    } finally {
      late.dispose();
    }
  });
});
