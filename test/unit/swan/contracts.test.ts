import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { encryptKeystoreJson, Interface, id, JsonRpcProvider, toBeHex, Wallet } from 'ethers';
import { RemoteError } from '../../../src/core/errors.js';
import { costOf } from '../../../src/core/money.js';
import { type SwanSandbox, startSwanSandbox } from '../../../src/sandbox/swan.js';
import { approveData, client, paymentData, submittedOf, token } from '../../../src/swan/payments/contracts.js';
import { fromNode, isRevert, revertReason } from '../../../src/swan/payments/reverts.js';
import { NodeError } from '../../../src/swan/payments/rpc.js';
import { checkAddress, offered, signerFromKey, signerFromKeystore } from '../../../src/swan/payments/signers.js';
import { rejection } from '../../support/assertions.js';
import { seed, seededRandom } from '../../support/random.js';

describe('the contracts', function () {
  // Set here, it holds for the hooks too; the machine may be busy.
  this.timeout(60_000);
  for (const [name, ours] of Object.entries({ ClientPayment: client, SwanToken: token })) {
    it(`${name}: every function and event that is used is the real one’s`, () => {
      const real = new Interface(readFileSync(`test/data/swan/${name}.json`, 'utf8'));
      let seen = 0;
      ours.forEachFunction(each => {
        assert.equal(real.getFunction(each.selector)?.format(), each.format());
        seen++;
      });
      ours.forEachEvent(each => {
        const theirs = real.getEvent(each.topicHash);
        assert.deepEqual(
          theirs?.inputs.map(input => input.indexed ?? false),
          each.inputs.map(input => input.indexed ?? false),
        );
        seen++;
      });
      assert.ok(seen > 3);
    });
  }

  it('are called with the price and without', () => {
    const call = { task: 'a', hardwareId: 3, pricePerHour: 7n, duration: 3_600 };
    const names = (['create', 'renew'] as const).flatMap(kind =>
      (['dynamic', 'fixed'] as const).map(pricing =>
        client.parseTransaction({ data: paymentData({ ...call, kind, pricing }) }),
      ),
    );
    assert.deepEqual(
      names.map(each => [each?.signature, each?.args.toArray()]),
      [
        ['submitPayment(string,uint256,uint256,uint256)', ['a', 3n, 7n, 3_600n]],
        ['submitPayment(string,uint256,uint256)', ['a', 3n, 3_600n]],
        ['renewPayment(string,uint256,uint256,uint256)', ['a', 3n, 7n, 3_600n]],
        ['renewPayment(string,uint256,uint256)', ['a', 3n, 3_600n]],
      ],
    );
    assert.equal(approveData(`0x${'11'.repeat(20)}`, 1n).slice(0, 10), id('approve(address,uint256)').slice(0, 10));
  });

  it('logs of strangers are no payments', () => {
    const address = `0x${'11'.repeat(20)}`;
    const topics = [client.getEvent('PaymentSubmitted')?.topicHash ?? ''];
    const log = { address, topics, data: '0x', transactionHash: '0x' };
    assert.deepEqual(submittedOf([log, { ...log, topics: [] }, { ...log, topics: ['0x12'] }], address), []);
  });

  describe('on a chain', () => {
    let sandbox: SwanSandbox;
    let provider: JsonRpcProvider;

    before(async () => {
      sandbox = await startSwanSandbox({ stepMs: 1_000 });
      const { rpcUrl, chainId } = sandbox.services;
      provider = new JsonRpcProvider(rpcUrl, chainId, { staticNetwork: true, cacheTimeout: -1, batchMaxCount: 1 });
    });

    after(async () => {
      provider.destroy();
      await sandbox.close();
    });

    it(`take exactly the amount that is approved, for 1,000 prices and durations (SEED=${seed})`, async () => {
      const { wallet, clientContract, swanToken } = sandbox.services;
      const random = seededRandom();
      const payer = new Wallet(wallet.privateKey, provider);
      const payments = Array.from({ length: 1_000 }, (_, index) => {
        // Prices of all sizes, few of which divide by 3,600.
        const pricePerHour = BigInt(Math.floor(random() * 2 ** 53)) >> BigInt(Math.floor(random() * 40));
        const duration = 3_600 + Math.floor(random() * 1_206_001);
        return {
          kind: 'create' as const,
          pricing: 'dynamic' as const,
          task: `task-${index}`,
          hardwareId: 1,
          pricePerHour,
          duration,
        };
      });
      await provider.send('evm_setIntervalMining', [0]);
      const nonce = await provider.getTransactionCount(payer.address);
      const from = await provider.getBlockNumber();
      const fees = { maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 1n, type: 2, chainId: sandbox.services.chainId };
      const send = async (to: string, data: string, at: number) => {
        const raw = await payer.signTransaction({ ...fees, to, data, nonce: nonce + at, gasLimit: 250_000n });
        await provider.send('eth_sendRawTransaction', [raw]);
      };
      const sum = payments.reduce((total, each) => total + costOf(each.pricePerHour, each.duration), 0n);
      await send(swanToken, approveData(clientContract, sum), 0);
      await Promise.all(payments.map((payment, index) => send(clientContract, paymentData(payment), index + 1)));
      await provider.send('anvil_mine', [toBeHex(30)]);
      const topic = id('Transfer(address,address,uint256)');
      const logs = await provider.getLogs({ address: swanToken, topics: [topic], fromBlock: from + 1 });
      assert.deepEqual(
        logs.map(log => BigInt(log.data)),
        payments.map(each => costOf(each.pricePerHour, each.duration)),
      );
      const allowance = await provider.call({
        to: swanToken,
        data: token.encodeFunctionData('allowance', [payer.address, clientContract]),
      });
      assert.equal(BigInt(allowance), 0n);
    });
  });
});

describe('why a contract refused', function () {
  // Set here, it holds for the hooks too; the machine may be busy.
  this.timeout(60_000);
  const errorData = new Interface([
    'error Error(string)',
    'error Panic(uint256)',
    'error ERC20InsufficientBalance(address,uint256,uint256)',
  ]);
  const data = errorData.encodeErrorResult('Error', ['Hardware is not active']);

  it('is found wherever a node puts it', () => {
    for (const where of [data, { data }, { result: data }, `Reverted ${data}`]) {
      const error = new NodeError(-32000, 'execution reverted', where);
      assert.ok(isRevert(error));
      assert.equal(revertReason(error), 'Hardware is not active');
    }
    assert.equal(revertReason(new NodeError(3, 'execution reverted: no money', undefined)), 'no money');
    assert.equal(revertReason(new NodeError(3, 'execution reverted', '0x')), 'the contract gave no reason');
    assert.equal(
      revertReason(new NodeError(3, 'x', errorData.encodeErrorResult('Panic', [0x11]))),
      'arithmetic or memory fault 0x11',
    );
    const custom = errorData.encodeErrorResult('ERC20InsufficientBalance', [
      `0x${'11'.repeat(20)}`,
      5n * 10n ** 17n,
      10n ** 18n,
    ]);
    assert.equal(revertReason(new NodeError(3, 'x', custom)), 'the balance is 0.5 SWAN, and 1 are needed');
    assert.equal(isRevert(new NodeError(-32000, 'nonce too low', undefined)), false);
  });

  it('is a stranger’s text, and short', () => {
    const evil = errorData.encodeErrorResult('Error', [`\u202e${'x'.repeat(5_000)}`]);
    assert.ok(revertReason(new NodeError(3, 'x', evil)).length <= 200);
    assert.match(fromNode(new NodeError(-1, `a\n${'y'.repeat(5_000)}`, undefined)).message, /^[^\n]{1,300}$/);
  });

  it('or a node did: gas is named as such', () => {
    const error = fromNode(new NodeError(-32000, 'insufficient funds for gas * price + value', undefined));
    assert.equal(error.code, 'insufficient_gas');
    assert.match(error.message, /not enough ETH/);
  });
});

describe('keys', function () {
  // Set here, it holds for the hooks too; the machine may be busy.
  this.timeout(60_000);
  const key = `0x${'1a'.repeat(32)}`;
  const { address } = new Wallet(key);

  it('sign, and do not show themselves', async () => {
    const signer = signerFromKey(`  ${key.slice(2)}\n`);
    assert.equal(signer.address, address);
    const { inspect } = await import('node:util');
    for (const shown of [JSON.stringify(signer), inspect(signer, { depth: 9, showHidden: true }), String(signer)]) {
      assert.ok(!shown.includes(key.slice(2)));
    }
  });

  it('that are none are refused without being quoted', () => {
    for (const text of ['', '0x12', `${key}00`, key.replace('1', 'g'), `0x${'0'.repeat(64)}`, 'f'.repeat(64)]) {
      assert.throws(
        () => signerFromKey(text),
        (error: Error) => error instanceof RemoteError && (text.length < 9 || !`${error.stack}`.includes(text)),
      );
    }
  });

  it('come from a keystore with its password', async () => {
    const keystore = await encryptKeystoreJson({ address, privateKey: key }, 'the password', { scrypt: { N: 1_024 } });
    const progress: number[] = [];
    const signer = await signerFromKeystore(keystore, 'the password', done => progress.push(done));
    assert.equal(signer.address, address);
    assert.ok(progress.length > 0);
    await rejection(signerFromKeystore(keystore, 'another', undefined), 'credentials');
    await rejection(signerFromKeystore('{}', 'x', undefined), 'invalid');
    await rejection(signerFromKeystore('garbage', 'x', undefined), 'invalid');
  });

  it('have addresses with a checksum', () => {
    assert.equal(checkAddress(` ${address.toLowerCase()} `), address);
    assert.equal(checkAddress(address), address);
    for (const text of ['', '0x12', address.slice(2), address.replace(/[a-f]/, letter => letter.toUpperCase())]) {
      assert.equal(checkAddress(text), undefined, text);
    }
  });
});

describe('whom the service says to pay', function () {
  // Set here, it holds for the hooks too; the machine may be busy.
  this.timeout(60_000);
  const signer = new Wallet(`0x${'2b'.repeat(32)}`);
  const info = { client: `0x${'AB'.repeat(20)}`, token: `0x${'cd'.repeat(20)}`, signedText: '{"a": "é"}' };

  it('is signed by the known address, by another, or by nobody', async () => {
    const signature = await signer.signMessage(info.signedText);
    assert.equal(offered({ ...info, signature }, signer.address.toLowerCase()).trust, 'signed');
    const other = offered({ ...info, signature }, `0x${'11'.repeat(20)}`);
    assert.deepEqual([other.trust, other.signer], ['other signer', signer.address]);
    assert.equal(offered({ ...info, signature }, undefined).trust, 'other signer');
    assert.equal(
      offered({ ...info, signature, signedText: `${info.signedText} ` }, signer.address).trust,
      'other signer',
    );
    assert.equal(offered({ ...info, signature: undefined }, signer.address).trust, 'unsigned');
    assert.equal(offered({ ...info, signature: '0x1234' }, signer.address).trust, 'unsigned');
  });

  it('is verified over the text as the service wrote it', async () => {
    const sandbox = await startSwanSandbox();
    try {
      const { Payer, temporaryJournal } = await import('../../support/payer.js');
      const { services } = sandbox;
      const journal = temporaryJournal();
      const payer = new Payer({ services, folder: journal.folder, privateKey: services.wallet.privateKey });
      const contract = await payer.engine.contract();
      journal.remove();
      assert.deepEqual(contract, {
        client: services.clientContract,
        token: services.swanToken,
        trust: 'signed',
        signer: services.signer,
      });
    } finally {
      await sandbox.close();
    }
  });
});
