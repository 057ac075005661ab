import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { AccountKey, OTHER_PLACE } from '../../../src/core/accountKey.js';
import { createDecthingsBackend } from '../../../src/decthings/backend.js';
import { createSwanBackend } from '../../../src/swan/backend.js';
import { FakeClock } from '../../support/fakeClock.js';
import { keyFor, keyOn } from '../../support/key.js';
import { networkWith } from '../swan/service.js';

const elsewhere = { name: 'RemoteError', kind: 'invalid', code: OTHER_PLACE };

describe('the key of an account', () => {
  const key = keyFor('secret', ['https://api.example/v0', 'wss://api.example/v0/ws']);

  it('is had for the origins that it was entered for, whatever the path', () => {
    for (const address of ['https://api.example/v0', 'https://API.example:443/other', 'wss://api.example/']) {
      assert.equal(key.for(address), 'secret');
    }
  });

  for (const address of [
    'http://api.example/v0',
    'https://api.example:8443/v0',
    'https://api.example.evil.example/v0',
    'https://evil.example/https://api.example/v0',
    'https://api.example@evil.example/v0',
    'ws://api.example/v0/ws',
    'https://аpi.example/v0',
  ]) {
    it(`is not had for ${address}`, () => assert.throws(() => key.for(address), elsewhere));
  }

  it('is said to belong elsewhere by a text that names both, and never the key', () => {
    assert.throws(() => key.for('https://evil.example'), {
      message: /https:\/\/evil\.example.*https:\/\/api\.example, wss:\/\/api\.example/,
    });
  });

  it('is nowhere in what is printed or copied of it', () => {
    for (const text of [inspect(key, { showHidden: true }), JSON.stringify(key), JSON.stringify({ ...key })]) {
      assert.doesNotMatch(text, /secret/);
    }
  });

  it('makes no client of Decthings with another address', () => {
    const [httpUrl, wsUrl] = ['https://api.example/v0', 'wss://api.example/v0/ws'];
    const client = (over: object) => () => createDecthingsBackend({ httpUrl, wsUrl, key, ...over }, new FakeClock());
    assert.doesNotThrow(client({}));
    assert.throws(client({ httpUrl: 'https://evil.example/v0' }), elsewhere);
    assert.throws(client({ wsUrl: 'wss://evil.example/v0/ws' }), elsewhere);
  });

  it('makes no client of Swan with another orchestrator, or for another chain', () => {
    const network = networkWith('https://swan.example');
    const client = (over: object) => {
      const account = {
        wallet: undefined,
        journalFolder: '/nowhere',
        confirmations: 1,
        id: 'me',
        isOthers: () => false,
      };
      const where = { network: { ...network, ...over }, key: keyOn(network, 'secret') };
      return () => createSwanBackend({ ...account, ...where }, new FakeClock());
    };
    assert.doesNotThrow(client({}));
    assert.doesNotThrow(client({ rpcUrl: 'https://another-node.example' }), 'a node gets no key');
    assert.throws(client({ orchestratorUrl: 'https://evil.example' }), elsewhere);
    assert.throws(client({ chainId: network.chainId + 1 }), elsewhere);
  });

  it('is for nothing where it was entered for nothing', () => {
    assert.throws(() => new AccountKey('secret', []).for('https://api.example'), elsewhere);
  });
});
