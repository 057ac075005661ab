import { Interface, Wallet } from 'ethers';
import * as v from 'valibot';
import type { Quote } from '../../src/core/payments.js';
import type { SwanServices } from '../../src/sandbox/swan.js';
import type { Api } from '../../src/swan/api.js';
import { wait } from './stats.js';

const LOOK_EVERY_MS = 100;
const SLEEP_MS = 3_000;
const PRIORITY_FEE = 2_000_000_000n;
const CONTRACTS = new Interface([
  'function approve(address spender, uint256 amount)',
  'function submitPayment(string taskUuid, uint256 hardwareId, uint256 hardwarePricePerHour, uint256 duration)',
]);
const quantity = v.pipe(
  v.string(),
  v.transform(text => BigInt(text)),
);
const block = v.object({ baseFeePerGas: quantity });
const receipt = v.nullable(v.object({ status: v.literal('0x1') }));

/** Pays as the service’s own SDK for Python does, call by call: it approves every time, and sleeps before it tells. */
export class SdkPayer {
  private readonly wallet: Wallet;

  constructor(
    private readonly services: SwanServices,
    privateKey: string,
    private readonly api: Api,
  ) {
    this.wallet = new Wallet(privateKey);
  }

  async pay({ request, hardwareId, pricePerHour, duration, amount }: Quote): Promise<void> {
    const { clientContract, swanToken } = this.services;
    await this.send(swanToken, CONTRACTS.encodeFunctionData('approve', [clientContract, amount]));
    const payment = [request.task, hardwareId, pricePerHour, duration];
    const hash = await this.send(clientContract, CONTRACTS.encodeFunctionData('submitPayment', payment));
    await wait(SLEEP_MS);
    await this.api.validatePayment(request.task, hash);
  }

  /** Resolves with its hash when it is mined. */
  private async send(to: string, data: string): Promise<string> {
    const { address: from } = this.wallet;
    const nonce = Number(await this.ask(quantity, 'eth_getTransactionCount', from, 'latest'));
    const { baseFeePerGas } = await this.ask(block, 'eth_getBlockByNumber', 'latest', false);
    const chainId = await this.ask(quantity, 'eth_chainId');
    const gasLimit = await this.ask(quantity, 'eth_estimateGas', { from, to, data });
    const raw = await this.wallet.signTransaction({
      ...{ type: 2, to, data, nonce, chainId, gasLimit },
      maxFeePerGas: baseFeePerGas + PRIORITY_FEE,
      maxPriorityFeePerGas: PRIORITY_FEE,
    });
    const hash = await this.ask(v.string(), 'eth_sendRawTransaction', raw);
    while ((await this.ask(receipt, 'eth_getTransactionReceipt', hash)) === null) await wait(LOOK_EVERY_MS);
    return hash;
  }

  private async ask<S extends v.GenericSchema>(
    schema: S,
    method: string,
    ...params: unknown[]
  ): Promise<v.InferOutput<S>> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch(this.services.rpcUrl, { method: 'POST', headers, body });
    const { result } = v.parse(v.object({ result: v.unknown() }), await response.json());
    return v.parse(schema, result);
  }
}
