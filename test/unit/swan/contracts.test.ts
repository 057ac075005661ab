import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { AbiCoder, Interface, id, JsonRpcProvider, toBeHex, Wallet } from 'ethers';
import { RemoteError } from '../../../src/core/errors.js';
import { costOf } from '../../../src/core/money.js';
import { type SwanSandbox, startSwanSandbox } from '../../../src/sandbox/swan.js';
import {
  approveData,
  client,
  kindOf,
  paymentData,
  refundedOf,
  submittedOf,
  token,
  transferredOf,
} from '../../../src/swan/payments/contracts.js';
import { checkAddress, offered, signerFromKey } from '../../../src/swan/payments/signers.js';
import { seed, seededRandom } from '../../support/random.js';

describe('the contracts', () => {
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
    // Anybody can have the real contract write these.
    const types = ['address', 'string', 'uint256', 'uint256', 'uint256', 'uint256'];
    const whole = AbiCoder.defaultAbiCoder().encode(types, [address, 'ab', 1, 1, 1, 1]);
    const noText = { ...log, data: whole.replace(/6162(?=0{60}$)/, 'ff80') };
    assert.notEqual(noText.data, whole);
    const absurd = { ...log, data: whole.replace(`${'0'.repeat(62)}c0`, 'f'.repeat(64)) };
    assert.notEqual(absurd.data, whole);
    const cut = [2, 66, 130, 400].map(length => ({ ...log, data: whole.slice(0, length) }));
    assert.equal(submittedOf([{ ...log, data: whole }], address)[0]?.task, 'ab');
    assert.deepEqual(submittedOf([noText, absurd, ...cut], address), []);
    const refund = [client.getEvent('Refund')?.topicHash ?? ''];
    assert.equal(refundedOf([{ ...noText, topics: refund }], address, 'ab'), 0n);
    const transfer = [token.getEvent('Transfer')?.topicHash ?? '', '0x', '0x'];
    assert.equal(transferredOf([{ ...log, topics: transfer, data: `0x${'ff'.repeat(33)}` }], address, address), 0n);
  });

  it('are recognised by what is called, whatever comes with it', () => {
    const call = {
      kind: 'renew',
      pricing: 'dynamic',
      task: 'a',
      hardwareId: 1,
      pricePerHour: 1n,
      duration: 1,
    } as const;
    const data = paymentData(call);
    assert.equal(kindOf(data), 'renew');
    for (const length of [10, 74, data.length - 2]) assert.equal(kindOf(data.slice(0, length)), 'renew', `${length}`);
    for (const none of ['0x', '0x12', '0x12345678', approveData(`0x${'11'.repeat(20)}`, 1n)]) {
      assert.equal(kindOf(none), undefined, none);
    }
  });

  describe('on a chain', () => {
    let sandbox: SwanSandbox;
    let provider: JsonRpcProvider;

    before(async () => {
      sandbox = await startSwanSandbox({ stepMs: 1_000 });
      const { rpcUrl, chainId } = sandbox.services;
      provider = new JsonRpcProvider(rpcUrl, chainId, { staticNetwork: true, cacheTimeout: -1, batchMaxCount: 50 });
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

describe('keys', () => {
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

  it('have addresses with a checksum', () => {
    assert.equal(checkAddress(` ${address.toLowerCase()} `), address);
    assert.equal(checkAddress(address), address);
    for (const text of ['', '0x12', address.slice(2), address.replace(/[a-f]/, letter => letter.toUpperCase())]) {
      assert.equal(checkAddress(text), undefined, text);
    }
  });
});

describe('whom the service says to pay', () => {
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
