import assert from 'node:assert/strict';
import { Memory } from '../../../src/ui/memory.js';
import { Keychain } from '../../support/fakeSecrets.js';

const contract = { client: '0x1', token: '0x2' };

describe('what is remembered', () => {
  let keychain: Keychain;
  let scopes: { decthings: string; swan: string };
  let memory: Memory;

  beforeEach(() => {
    keychain = new Keychain();
    scopes = { decthings: '', swan: '' };
    memory = open();
  });

  function open(): Memory {
    return new Memory(keychain.window().state, service => scopes[service]);
  }

  it('of somebody with one account has the names that it always had', () => {
    memory.set('taskQuery', { search: 'a' });
    memory.set('idleTimeout', 60);
    assert.deepEqual(keychain.state, { taskQuery: { search: 'a' }, idleTimeout: 60 });
  });

  it('is of each account, where it is about what that has, and else of the person', () => {
    memory.set('launcherQuery', { search: 'mine' });
    memory.set('idleTimeout', 60);
    scopes.decthings = 'work';
    assert.equal(memory.launcherQuery.search, undefined);
    assert.equal(memory.get('idleTimeout'), 60);
    memory.set('launcherQuery', { search: 'theirs' });
    assert.equal(open().launcherQuery.search, 'theirs');
    scopes.decthings = '';
    assert.equal(open().launcherQuery.search, 'mine');
  });

  it('goes with its account, also in the window that set it', () => {
    scopes.swan = 'work';
    memory.set('trustedContracts', { 1: contract });
    memory.set('taskQuery', { search: 'a' });
    memory.forget('swan', 'work');
    assert.deepEqual([memory.get('trustedContracts'), memory.get('taskQuery')], [undefined, undefined]);
    assert.equal(open().get('trustedContracts'), undefined);
  });

  it('stays with somebody who signs out of their only account, but for the contracts that were trusted', () => {
    memory.set('trustedContracts', { 1: contract });
    memory.set('taskQuery', { search: 'a' });
    memory.forget('swan', '');
    assert.deepEqual([memory.get('trustedContracts'), memory.get('taskQuery')], [undefined, { search: 'a' }]);
  });

  it('of a visit is of nobody, and gone with it', () => {
    memory.set('taskQuery', { search: 'mine' });
    memory.enter();
    assert.equal(memory.get('taskQuery'), undefined);
    memory.set('taskQuery', { search: 'a' });
    memory.leave();
    assert.deepEqual(memory.get('taskQuery'), { search: 'mine' });
  });
});
