import assert from 'node:assert/strict';
import { DecthingsAccount } from '../../src/ui/account.js';
import { until } from '../support/until.js';
import { keyStore, sessionNames } from './support/accounts.js';
import { type DecthingsAccounts, openDecthingsAccounts } from './support/decthingsAccounts.js';
import { errorOf, run } from './support/extension.js';
import { answering } from './support/modals.js';
import { titleOf } from './support/view.js';

describe('several Decthings accounts', () => {
  let account: DecthingsAccounts;

  const accounts = () => account.services.account;
  const names = () => accounts().accounts.map(({ name }) => name);
  const title = () => titleOf(account.services.views.launchers);

  before(async () => {
    account = await openDecthingsAccounts();
  });

  after(() => account.close());

  it('begin with one, which asks for no name and shows none', async () => {
    await run('decthings.signIn', { apiKey: account.keys[0] });
    await until('rows', () => account.rows().length === 2);
    assert.deepEqual(names(), ['Decthings']);
    assert.equal(title(), '2');
  });

  it('are more with each key, and the name of the one in use stands beside the titles', async () => {
    const before = account.rows();
    await run('decthings.signIn', { apiKey: account.keys[1], name: 'Work' });
    await until('other rows', () => account.rows().length === 2 && !account.rows().some(id => before.includes(id)));
    assert.deepEqual(names(), ['Decthings', 'Work']);
    const { launchers, debugSessions, terminals } = account.services.views;
    assert.equal(titleOf(launchers), 'Work · 2');
    await until('its name', () => titleOf(debugSessions) === 'Work' && titleOf(terminals) === 'Work');
    assert.deepEqual(await sessionNames(), ['Decthings', 'Work']);
  });

  it('are not more with a key that one of them has: that one is used', async () => {
    await run('decthings.signIn', { apiKey: account.keys[0], name: 'Again' });
    assert.deepEqual([names(), account.current()], [['Decthings', 'Work'], 'Decthings']);
    await assert.rejects(run('decthings.signIn', { apiKey: 'not-a-key', name: 'Third' }), errorOf('credentials'));
    assert.deepEqual([names(), account.current()], [['Decthings', 'Work'], 'Decthings']);
  });

  for (const [what, name, text] of [
    ['that is taken', 'work', /Another account has this name/],
    ['that is too long', 'x'.repeat(41), /1 to 40 characters/],
    ['that shows otherwise than it is', 'a\u202eb', /invisible/],
  ] as const) {
    it(`have no name ${what}`, async () => {
      await assert.rejects(run('decthings.renameAccount', { account: 'Decthings', name }), errorOf('invalid', text));
      await assert.rejects(run('decthings.signIn', { apiKey: account.keys[2], name }), errorOf('invalid', text));
      assert.deepEqual(names(), ['Decthings', 'Work']);
    });
  }

  it('are renamed, which connects nothing anew', async () => {
    const { backend } = accounts();
    await run('decthings.renameAccount', { name: 'Home' });
    await until('its name', () => title() === 'Home · 2');
    assert.deepEqual(await sessionNames(), ['Home', 'Work']);
    assert.equal(accounts().backend, backend);
  });

  it('show nothing of each other, whatever is on its way when one is switched to', async () => {
    const home = await account.idsOf();
    await account.use('Work');
    const work = await account.idsOf();
    const { views } = account.services;
    const mixed: unknown[] = [];
    const subscription = views.launchers.tree.onDidChangeTreeData(() => {
      const foreign = account.current() === 'Work' ? home : work;
      if (account.rows().some(id => foreign.some(each => each === id))) mixed.push([account.current(), account.rows()]);
    });
    for (const name of ['Home', 'Work', 'Home', 'Work']) {
      const asking = views.refresh();
      await run('decthings.switchAccount', { account: name });
      await asking;
    }
    await until('rows', () => account.rows().length === 2);
    subscription.dispose();
    assert.deepEqual(mixed, []);
    assert.deepEqual(new Set(account.rows()), new Set(work));
  });

  it('have a search each', async () => {
    await run('search', { name: 'no such launcher' });
    await until('no row', () => account.rows().length === 0 && title() === 'Work · “no such launcher”');
    await account.use('Home');
    assert.equal(title(), 'Home · 2');
    await run('decthings.switchAccount', { account: 'Work' });
    await until('the search', () => title() === 'Work · “no such launcher”');
    await run('clearSearch', {});
  });

  it('are switched in all windows', async () => {
    const { secrets, state } = keyStore(account.services);
    const there = new DecthingsAccount(secrets, state, async () => await accounts().require());
    try {
      await there.ready();
      assert.deepEqual(
        there.accounts.map(({ name }) => name),
        ['Home', 'Work'],
      );
      await account.use('Home');
      await until('the other window', () => there.current?.name === 'Home');
      await there.switchTo(there.accounts.find(({ name }) => name === 'Work')?.id ?? '');
      await until('this window', () => account.current() === 'Work');
      await until('its rows', () => account.rows().length === 2);
    } finally {
      there.dispose();
    }
  });

  it('are all there when what lists them is damaged', async () => {
    const { secrets } = keyStore(account.services);
    await secrets.store('decthings.accounts', '{not json');
    await until('the index to be mended', async () => /^\[/.test((await secrets.get('decthings.accounts')) ?? ''));
    assert.deepEqual([names(), account.current()], [['Home', 'Work'], 'Work']);
  });

  it('are as they were after a visit to the Sandbox', async () => {
    await run('sandbox.try', {});
    await until('the Sandbox', () => title() === 'Sandbox · 3');
    assert.deepEqual(await sessionNames(), ['Home', 'Work']);
    for (const act of [
      () => run('decthings.switchAccount', { account: 'Home' }),
      () => run('decthings.renameAccount', { account: 'Home', name: 'Other' }),
      () => run('decthings.signOut', { account: 'Home' }),
    ]) {
      await assert.rejects(act, errorOf('invalid', /^Leave the Sandbox first/));
    }
    await run('sandbox.leave', {});
    await until('the account', () => title() === 'Work · 2');
    assert.deepEqual(names(), ['Home', 'Work']);
  });

  it('take a new key in the place of one that was revoked, and the others know nothing of it', async () => {
    const [, revoked = '', fresh = ''] = account.keys;
    const id = accounts().current?.id;
    await account.controls.revoke(revoked);
    await account.services.views.refresh();
    const { tree } = account.services.views.launchers;
    await until('the error', () => tree.nodes[0]?.row.label === 'Sign in again');
    await account.use('Home');
    assert.equal(title(), 'Home · 2');
    await run('decthings.switchAccount', { account: 'Work' });
    const kept = () => accounts().keys.map(({ name, key }) => [name, key]);
    const before = kept();
    const signIn = () => run('decthings.signIn', { apiKey: fresh });
    const [modal] = await answering(
      () => undefined,
      async () => void (await signIn()),
    );
    assert.deepEqual(modal?.acts, ['Replace the Key of “Work”', 'Add an Account']);
    assert.deepEqual(kept(), before);
    const whileUsing = async ({ acts }: { acts: string[] }) => {
      await run('decthings.switchAccount', { account: 'Home' });
      return acts[0];
    };
    await assert.rejects(
      answering(whileUsing, async () => void (await signIn())),
      errorOf('invalid', /not in use any more\. Nothing was changed/),
    );
    assert.deepEqual(kept(), before);
    await run('decthings.switchAccount', { account: 'Work' });
    await answering(
      ({ acts }) => acts[1],
      async () => void (await signIn()),
    );
    assert.deepEqual(kept(), [['Decthings 3', fresh], ...before]);
    await run('decthings.signOut', { account: 'Decthings 3' });
    await run('decthings.switchAccount', { account: 'Work' });
    await answering(
      ({ acts }) => acts[0],
      async () => void (await signIn()),
    );
    await until('rows', () => title() === 'Work · 2');
    assert.equal(accounts().current?.id, id);
    assert.deepEqual(names(), ['Home', 'Work']);
  });

  it('are signed out of one by one, by a person after a question, and then nobody is signed in', async () => {
    const refused = await answering(
      () => undefined,
      async () => void (await run('decthings.signOut')),
    );
    assert.deepEqual(
      refused.map(({ message, detail }) => [message, detail]),
      [['Sign out of “Work”?', 'Its API key is forgotten in all windows. What runs in it goes on.']],
    );
    assert.deepEqual(names(), ['Home', 'Work']);
    await answering(
      ({ acts }) => acts[0],
      async () => void (await run('decthings.signOut')),
    );
    assert.deepEqual([names(), account.current(), accounts().signedIn], [['Home'], undefined, false]);
    assert.deepEqual([account.rows(), title()], [[], '']);
    assert.deepEqual(await sessionNames(), ['Home']);
    await assert.rejects(
      run('launcher.create', { name: 'a', machine: { cpus: 1, memoryMebibytes: 512 } }),
      errorOf('credentials'),
    );
    await account.use('Home');
    assert.equal(title(), '2', 'there is no other');
    const modals = await answering(
      () => undefined,
      async () => void (await run('decthings.signOut')),
    );
    assert.deepEqual([modals, names()], [[], []], 'the only one is signed out of as ever');
  });
});
