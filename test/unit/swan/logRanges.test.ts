import assert from 'node:assert/strict';
import { RemoteError } from '../../../src/core/errors.js';
import { Chain } from '../../../src/swan/payments/chain.js';
import { inPieces, LogLimits } from '../../../src/swan/payments/logRanges.js';
import { NodeError, Rpc } from '../../../src/swan/payments/rpc.js';
import { rejection } from '../../support/assertions.js';
import { type NodeAnswer, scriptedNode } from '../../support/scriptedNode.js';

const CONTRACT = `0x${'11'.repeat(20)}`;
const HEIGHT = 12_345;

describe('the payments of many blocks', () => {
  let node: Awaited<ReturnType<typeof scriptedNode>> | undefined;

  afterEach(() => node?.close());

  /** A log in every thousandth block, of a node that answers for so many blocks at once. */
  async function chain(most: number, refusal: NodeAnswer, height: number | string = HEIGHT) {
    const looked: [number, number][] = [];
    node = await scriptedNode(({ method, params }) => {
      if (method === 'eth_blockNumber') return { result: typeof height === 'string' ? height : hex(height) };
      if (method === 'eth_getBlockByNumber') return { result: null };
      const [{ fromBlock, toBlock }] = params as [{ fromBlock: string; toBlock: string }];
      const [from, to] = [Number(fromBlock), Number(toBlock)];
      if (to - from + 1 > most) return refusal;
      looked.push([from, to]);
      const first = Math.ceil(from / 1_000) * 1_000;
      return {
        result:
          first <= to
            ? Array.from({ length: Math.floor((to - first) / 1_000) + 1 }, (_, i) => log(first + i * 1_000))
            : [],
      };
    });
    return { chain: new Chain(new Rpc(node.url, node.clock)), looked, calls: node.calls };
  }

  const refused = (code: number, message: string): NodeAnswer => ({ error: { code, message } });
  const refusals: [string, number, NodeAnswer][] = [
    ['infura', 4_999, refused(-32005, 'query returned more than 10000 results. Try with this block range [0x1, 0x2].')],
    ['infura, of late', 1_000, refused(-32602, 'range 5000 exceeds limit of 1000')],
    [
      'alchemy',
      2_000,
      refused(-32602, 'Log response size exceeded. You can make eth_getLogs requests with up to a 2K'),
    ],
    [
      'alchemy for nothing',
      10,
      refused(-32600, 'Under the Free tier plan, you can make eth_getLogs requests with up to a 10 block range.'),
    ],
    ['quicknode', 500, { status: 413, ...refused(-32615, 'eth_getLogs is limited to a 500 range') }],
    ['ankr', 1_000, refused(-32062, 'Block range is too large')],
    [
      'cloudflare',
      800,
      refused(-32047, "Invalid eth_getLogs request. 'fromBlock'-'toBlock' range too large. Max range: 800"),
    ],
    ['BSC', 2_000, refused(-32005, 'limit exceeded')],
    [
      'tenderly',
      2_000,
      { error: { code: -32602, message: 'invalid params', data: { payload: 'range is bigger than 2000' } } },
    ],
    ['besu', 500, refused(-32005, 'Requested range exceeds maximum RPC range limit')],
    ['reth', 1_000, refused(-32602, 'query exceeds max block range 1000')],
    ['drpc', 1_000, refused(35, 'ranges over 1000 blocks are not supported on freetier')],
    ['a FEVM node', 2_880, refused(1, 'block range exceeds maximum of 2880')],
    ['geth', 2_000, refused(-32000, 'query timeout exceeded')],
    ['jsonrpsee', 2_000, refused(-32008, 'Response is too big')],
    ['a gateway that waits no longer', 700, { status: 504, text: '<h1>Gateway timeout</h1>' }],
    ['a gateway that takes no more', 700, { status: 413, text: '' }],
    ['one that is unwell of it', 700, { status: 500, text: 'oops' }],
    ['one without words', 100, refused(0, '')],
    ['one that looks through a single block', 1, refused(-32000, 'One block at a time.')],
    [
      'one that sends too much',
      1_500,
      { text: `{"jsonrpc":"2.0","id":1,"result":["${'a'.repeat(9 * 1024 * 1024)}"]}` },
    ],
  ];
  for (const [who, most, refusal] of refusals) {
    it(`are found, each once, though ${who} answers for ${most} at once`, async () => {
      const from = most < 20 ? HEIGHT - 400 : 7;
      const { chain: asked, looked, calls } = await chain(most, refusal);
      const found = await asked.payments(CONTRACT, { from });
      const blocks = found.map(({ blockNumber }) => blockNumber);
      assert.deepEqual(blocks, [...new Set(blocks)]);
      assert.equal(blocks.length, most < 20 ? 1 : 12);
      // No block is left out, and none is looked at twice.
      assert.deepEqual(
        looked.map(([first]) => first),
        [from, ...looked.slice(0, -1).map(([, last]) => last + 1)],
      );
      assert.equal(looked.at(-1)?.[1], HEIGHT);
      const before = calls.length;
      await asked.payments(CONTRACT, { from: HEIGHT - 2 * most, to: HEIGHT });
      assert.ok(calls.length - before <= 8, 'what a node answers for is known by then');
    });
  }

  it('are not to be had of a node that refuses a single one', async () => {
    const { chain: asked, calls } = await chain(0, refused(-32000, 'No logs here.'));
    await assert.rejects(asked.payments(CONTRACT, { from: 1 }), /No logs here/);
    assert.ok(calls.length < 20);
  });

  it('are not asked for ever more often where a node lets nobody in, or takes no more requests', async () => {
    for (const refusal of [{ status: 429, text: '' }, { status: 401, text: '' }, { text: '<html>' }]) {
      const { chain: asked, calls } = await chain(0, refusal);
      await assert.rejects(asked.payments(CONTRACT, { from: 1 }), RemoteError);
      assert.ok(calls.length <= 5, `${calls.length}`);
      await node?.close();
    }
  });

  it('are not looked for without end, however high a node says that the chain is', async () => {
    for (const [to, most] of [
      [Number.MAX_SAFE_INTEGER, 5_000],
      [10_000_000, 1],
    ] as const) {
      let calls = 0;
      const asked = inPieces({ from: 1, to }, new LogLimits(), async piece => {
        calls++;
        if (piece.to - piece.from + 1 > most) throw new NodeError(0, 'Less.', undefined);
        return [];
      });
      const error = await rejection(asked, 'service');
      assert.equal(error.code, 'too_many_blocks');
      assert.equal(calls, 1_000);
    }
  });

  it('are not looked for at a height that a node tells of and does not have', async () => {
    for (const height of ['0x1fffffffffffff', `0x${'f'.repeat(64)}`]) {
      const { chain: asked, calls } = await chain(5_000, refused(0, ''), height);
      await assert.rejects(asked.payments(CONTRACT, { from: 1 }), RemoteError);
      assert.ok(calls.length <= 4, `${calls.length}`);
      await node?.close();
    }
  });

  it('are not believed where there are more than anybody pays', async () => {
    let calls = 0;
    const asked = inPieces({ from: 1, to: 100_000_000 }, new LogLimits(), async () => {
      calls++;
      return Array.from({ length: 20_000 }, () => log(1));
    });
    assert.equal((await rejection(asked, 'service')).code, 'too_many_blocks');
    assert.ok(calls < 10, `${calls}`);
  });
});

function log(block: number) {
  const hash = `0x${block.toString(16).padStart(64, '0')}`;
  return { address: CONTRACT, topics: [hash], data: '0x', transactionHash: hash, blockNumber: hex(block) };
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
