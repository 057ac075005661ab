import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';

describe('the bundles of Swan', () => {
  it('load what pays when somebody pays, and work together', () => {
    const script = `
      const { createSwanBackend } = require('./dist/swan.js');
      const network = { name: 'x', chainId: 1, rpcUrl: 'x', orchestratorUrl: 'x' };
      const key = { require() {}, for: () => 'k' };
      const account = { network, key, journalFolder: '/nonexistent', id: 'me', isOthers: () => false };
      const { payments } = createSwanBackend(account, {});
      const loaded = () => Object.keys(require.cache).filter(path => path.includes('payments.js')).length;
      (async () => {
        const before = [(await payments.list()).payments.length, loaded()];
        const signer = await payments.signerFromKey('1'.repeat(64));
        const error = await payments.signerFromKey('garbage').catch(reason => reason.kind);
        console.log(JSON.stringify([before, signer.address, error, loaded()]));
      })();`;
    const printed = execFileSync(process.execPath, ['-e', script]).toString();
    assert.deepEqual(JSON.parse(printed), [[0, 0], '0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A', 'invalid', 1]);
  });
});
