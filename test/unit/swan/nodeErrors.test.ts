import assert from 'node:assert/strict';
import { NodeError, type Refusal, refusalOf } from '../../../src/swan/payments/nodeErrors.js';

/** As nodes and the services before them are known to word it, by who does. */
const WORDINGS: Record<Refusal, [who: string, code: number, message: string, data?: unknown][]> = {
  reverted: [
    ['geth', 3, 'execution reverted: ERC20: insufficient allowance', `0x08c379a0${'00'.repeat(96)}`],
    ['geth before codes', -32000, 'execution reverted'],
    ['reth', 3, 'execution reverted'],
    ['erigon', -32000, 'execution reverted: rate limit exceeded, try again'],
    ['nethermind', -32015, 'VM execution error.', 'Reverted 0x'],
    ['besu', -32000, 'Execution reverted', '0x'],
    ['besu, with its reason', 3, 'Execution reverted (header not found)'],
    ['hardhat', -32603, "Error: VM Exception while processing transaction: reverted with reason string 'no'"],
    ['ganache', -32000, 'VM Exception while processing transaction: revert too many requests'],
    ['a FEVM node', 1, 'message execution failed (exit=[33], revert reason=[Error(no)], vm error=[Error(no)])'],
    ['an older FEVM node', 1, 'call raised error: exit 33 (RetCode=33)'],
    ['one that gives data alone', -32603, 'Internal JSON-RPC error.', { data: `0x08c379a0${'00'.repeat(96)}` }],
    ['klaytn', -32000, 'evm: execution reverted'],
  ],
  funds: [
    ['geth', -32000, 'insufficient funds for gas * price + value: balance 0, tx cost 1, overshot 1'],
    ['nethermind', -32010, 'InsufficientFunds, Account balance: 0, cumulative cost: 1'],
    ['besu', -32004, 'Upfront cost exceeds account balance'],
    ['a FEVM node', 1, 'mpool push: not enough funds: 0 < 1'],
    ['openethereum', -32010, 'Insufficient funds. The account you tried to send transaction from does not have enough'],
  ],
  behind: [
    ['geth', -32000, 'missing trie node 4cd5e2 (path ) state 0xab is not available, not found'],
    ['geth, of a call', -32000, 'header not found'],
    ['geth, of a hash', -32000, 'header for hash not found'],
    ['geth, archived', -32000, 'required historical state unavailable (reexec=128)'],
    ['geth, at its start', -32000, 'transaction indexing is in progress'],
    ['erigon', -32000, 'block not found: 123'],
    ['nethermind', -32001, 'header not found'],
    ['nethermind, pruned', -32000, 'No state available for block 0xab'],
    ['besu', -32000, 'World state unavailable'],
    ['besu, at its start', -32000, 'Initial sync is still in progress and the chain head world state is not available'],
    ['reth', -32000, 'distance to target block exceeds maximum proof window'],
    ['reth, pruned', -32000, 'state at block #123 is pruned'],
    ['openethereum', -32000, 'Unknown block number'],
    ['a sequencer’s proxy', -32019, 'block is out of range'],
    ['a FEVM node', 1, "requested a future epoch (beyond 'latest')"],
    ['another FEVM node', 1, 'requested epoch was a null round (123)'],
    ['EIP-1474', -32001, 'Resource not found'],
    ['anvil', -32602, 'Could not find block with number 123'],
  ],
  busy: [
    ['many', 429, 'Too Many Requests'],
    ['infura', -32005, 'daily request count exceeded, request rate limited'],
    ['infura, of a project', -32002, 'project ID request rate exceeded'],
    ['alchemy', 429, 'Your app has exceeded its compute units per second capacity. If you have retries enabled, …'],
    ['quicknode', -32007, '50/second request limit reached - reduce calls per second or upgrade your account'],
    ['ankr', -32090, 'Too many requests, reason: call rate limit exhausted, retry in 10s'],
    ['drpc', 15, 'Too many request, try again later'],
    ['a sequencer’s proxy', -32016, 'over rate limit'],
    ['a sequencer’s proxy, full', -32012, 'over capacity'],
    ['a sequencer’s proxy, alone', -32011, 'no backends available for method'],
    ['a sequencer’s proxy, unwell', -32011, 'backend is currently not healthy to serve traffic'],
    ['a sequencer’s proxy, late', -32015, 'gateway timeout'],
    ['geth', -32002, 'request timed out'],
    ['geth, of a call', -32000, 'execution aborted (timeout = 5s)'],
    ['BSC', -32005, 'limit exceeded'],
    ['cloudflare', -32046, 'Cannot fulfill request'],
    ['cloudflare’s limit', 1015, 'You are being blocked'],
    ['besu', -32603, 'Internal error'],
    ['whoever says nothing', -32603, ''],
    ['a gateway', 0, 'upstream connect error or disconnect/reset before headers'],
  ],
  other: [
    ['geth', -32000, 'nonce too low: next nonce 5, tx nonce 4'],
    ['geth, of a pool', -32000, 'already known'],
    ['geth, of a fee', -32000, 'replacement transaction underpriced'],
    ['geth, of a cap', -32000, 'tx fee (1.50 ether) exceeds the configured cap (1.00 ether)'],
    [
      'geth, of a base fee',
      -32000,
      'max fee per gas less than block base fee: address 0x1, maxFeePerGas: 1, baseFee: 2',
    ],
    ['geth, of gas', -32000, 'intrinsic gas too low'],
    ['openethereum', -32010, 'Transaction with the same hash was already imported.'],
    ['many', -32601, 'the method eth_maxPriorityFeePerGas does not exist/is not available'],
    ['ankr', -32000, 'Unauthorized: You must authenticate your request with an API key'],
    ['whoever was set back', -32000, 'reverted to the last snapshot'],
    ['a FEVM node', 1, 'message execution failed (exit=[SysErrOutOfGas(7)], revert reason=[none], vm error=[])'],
    ['an EVM', -32000, 'invalid opcode: INVALID'],
  ],
};

describe('a node’s refusal', () => {
  for (const [refusal, wordings] of Object.entries(WORDINGS)) {
    for (const [who, code, message, data] of wordings) {
      it(`is “${refusal}” in the words of ${who}: ${message.slice(0, 50)}`, () => {
        assert.equal(refusalOf(new NodeError(code, message, data)), refusal);
      });
    }
  }

  it('is told apart in time, however much is said', () => {
    for (const word of ['a', 'block ', 'VM Exception ', 'limit ', 'exceeded ', '\n']) {
      assert.equal(refusalOf(new NodeError(0, `x${word.repeat(1_000_000)}`, undefined)), 'other', word);
    }
  });
});
