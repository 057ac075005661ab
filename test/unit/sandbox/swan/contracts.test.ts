import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { AbiCoder, Contract, ContractFactory, formatUnits, getBytes, Interface, isError, keccak256 } from 'ethers';
import * as payment from '../../../../src/sandbox/swan/contracts/ClientPayment.sol';
import * as token from '../../../../src/sandbox/swan/contracts/SwanToken.sol';
import { amountOf } from '../../../../src/sandbox/swan/hardware.js';
import { type SwanSandbox, startSwanSandbox } from '../../../../src/sandbox/swan.js';
import { seed, seededRandom } from '../../../support/random.js';
import { recorded, SwanClient } from './client.js';

const BY_PRICE = 'submitPayment(string,uint256,uint256,uint256)';

describe('sandbox: the contracts of Swan', () => {
  // Set here, it holds for the hooks too.

  let sandbox: SwanSandbox;
  let client: SwanClient;

  before(async () => {
    sandbox = await startSwanSandbox();
    client = new SwanClient(sandbox.services);
    await client.provider.send('evm_setAutomine', [true]);
  });
  after(async () => {
    client.close();
    await sandbox.close();
  });

  it('have the functions and events of the real ones, and none besides', () => {
    for (const [abi, name] of [
      [payment.abi, 'ClientPayment'],
      [token.abi, 'SwanToken'],
    ] as const) {
      const real = Interface.from(JSON.stringify(recorded(name)));
      Interface.from(abi).forEachFunction(own => {
        const known = real.getFunction(own.selector);
        assert.equal(known?.stateMutability, own.stateMutability, own.format());
        assert.deepEqual(
          known?.outputs.map(({ type }) => type),
          own.outputs.map(({ type }) => type),
        );
      });
      Interface.from(abi).forEachEvent(({ topicHash, inputs }) => {
        assert.deepEqual(
          real.getEvent(topicHash)?.inputs.map(({ indexed, type }) => ({ indexed, type })),
          inputs.map(({ indexed, type }) => ({ indexed, type })),
        );
      });
    }
  });

  it(`take what is due, rounded down, at random prices (SEED=${seed})`, async () => {
    const random = seededRandom();
    await client.send(client.token, 'approve', sandbox.services.clientContract, 10n ** 30n);
    for (let count = 0; count < 40; count++) {
      const uuid = randomUUID();
      const price = BigInt(Math.floor(random() * 2 ** 53)) * BigInt(Math.floor(random() * 100)) + BigInt(count);
      const duration = 3600 + Math.floor(random() * 1_206_000);
      const receipt = await client.send(client.contract, BY_PRICE, uuid, 1, price, duration);
      const due = amountOf(formatUnits(price, 18), duration);
      assert.equal(due, (price * BigInt(duration)) / 3600n);
      assert.equal(await client.read(client.contract, 'amountPaid', uuid), due, `${price} for ${duration} s`);
      const moved = receipt.logs.map(log => client.token.interface.parseLog(log)).find(log => log?.name === 'Transfer');
      assert.equal(moved?.args.value, due);
      const paid = receipt.logs.map(log => client.contract.interface.parseLog(log)).find(log => log !== null);
      assert.deepEqual(paid?.args.toArray(), [client.wallet.address, uuid, 1n, price, BigInt(duration), 1n]);
    }
    await client.send(client.token, 'approve', sandbox.services.clientContract, 0);
  });

  it('give a refund to whom an admin signed it for, once, and in time', async () => {
    const contract = await deployOwn();
    const address = await contract.getAddress();
    await client.send(client.token, 'approve', address, 1000);
    await client.send(contract, BY_PRICE, 'a', 1, 1000, 3600);
    const claim = async (expiry: number) => {
      const { chainId } = sandbox.services;
      const types = ['uint256', 'address', 'string', 'address', 'uint64'];
      const message = AbiCoder.defaultAbiCoder().encode(types, [chainId, address, 'a', client.wallet.address, expiry]);
      const signature = await client.wallet.signMessage(getBytes(keccak256(message)));
      return client.send(contract, 'claimRefund', 'a', expiry, signature);
    };
    const later = Math.floor(Date.now() / 1000) + 3600;
    await assert.rejects(claim(1), reason('Signature expired'));
    await claim(later);
    assert.equal(await client.read(contract, 'refundedAmount', 'a'), 1000n);
    await assert.rejects(claim(later), reason('Signature already used'));
    await assert.rejects(claim(later + 1), reason('Nothing to refund'));
    const forged = await client.wallet.signMessage('something else');
    await assert.rejects(client.send(contract, 'claimRefund', 'a', later, forged), reason('Invalid signature'));
    await assert.rejects(
      client.send(contract, 'sendRefund', 'a', client.wallet.address, 1),
      reason('Refund exceeds what was paid'),
    );
  });

  /** One whose owner, and so admin, is the client. */
  async function deployOwn(): Promise<Contract> {
    const factory = new ContractFactory([...payment.abi], payment.bytecode, client.wallet);
    const deployed = await factory.deploy(sandbox.services.swanToken);
    await deployed.waitForDeployment();
    const contract = new Contract(await deployed.getAddress(), [...payment.abi], client.wallet);
    await client.send(contract, 'setHardware', 1, 'C1ae.medium', 1, true);
    return contract;
  }
});

function reason(expected: string): (error: unknown) => boolean {
  return error => isError(error, 'CALL_EXCEPTION') && error.reason === expected;
}
