import assert from 'node:assert/strict';
import type { Payment } from '../../../src/core/payments.js';
import { rejection } from '../../support/assertions.js';
import { HURRIED_PACE, hurriedClock } from '../../support/hurry.js';
import { type Lie, whileLying } from '../../support/lyingNode.js';
import { PayerRig } from '../../support/payerRig.js';
import { Swan } from '../../support/swan.js';

const page = () =>
  new Response('<html>Sign in to the network first.</html>', { headers: { 'Content-Type': 'text/html' } });
const limited = (id: unknown) => {
  const error = { code: -32005, message: 'daily request count exceeded, request rate limited' };
  return Response.json({ jsonrpc: '2.0', id, error }, { status: 429 });
};
/** What a contract's refusal is asked again with: a call of a block that is named. */
const isReplay: (method: string, params: readonly unknown[]) => boolean = (method, params) =>
  method === 'eth_call' && /^0x/.test(String(params[1]));

describe('paying over a node that answers oddly', () => {
  const rig = new PayerRig(() => ({ clock: hurriedClock(), pace: HURRIED_PACE }));

  async function paidOnce(task: string, { amount, stage }: Payment): Promise<void> {
    assert.equal(stage, 'done');
    assert.equal(await rig.reader.amountPaid(task), amount);
    assert.deepEqual((await rig.reader.moves(rig.payer.wallet)).paid, [amount]);
  }

  /** Tells so many lies, and then the truth. */
  function times(count: number, lie: Lie): Lie {
    let left = count;
    return (method, params) => {
      const answer = left > 0 ? lie(method, params) : undefined;
      if (answer) left--;
      return answer;
    };
  }

  const refusals: [string, { code: number; message: string; data?: unknown }][] = [
    ['a selector alone', { code: 3, message: 'execution reverted', data: '0x08c379a0' }],
    [
      'no text',
      { code: 3, message: 'execution reverted', data: `0x08c379a0${word(32)}${word(4)}fffefdfc${'0'.repeat(56)}` },
    ],
    [
      'an absurd length',
      { code: -32000, message: 'execution reverted', data: `0x08c379a0${word(32)}${'f'.repeat(64)}` },
    ],
    ['a panic cut off', { code: 3, message: 'execution reverted', data: '0x4e487b7100' }],
    ['another thing as data', { code: 3, message: 'execution reverted', data: { data: ['0x'] } }],
    ['not by the contract', { code: -32000, message: 'missing trie node 4cd5 (path ) state 0xab is not available' }],
    ['not by the contract either', { code: -32000, message: 'header not found' }],
    ['by a limit', { code: 429, message: 'Too Many Requests' }],
    ['by a missing method', { code: -32601, message: 'the method eth_call does not exist/is not available' }],
  ];
  for (const [what, error] of refusals) {
    it(`ends where a transaction is reverted, and the reason is refused with ${what}`, async () => {
      const name = 'C1ae.medium';
      const task = await rig.payer.create(3_600, 'dynamic', name);
      const unlucky = rig.payerWith({
        onStep: async (step, when) => {
          if (step === 'pay.journal' && when === 'after') await rig.reader.act('hardware', { name, available: false });
        },
      });
      const lie: Lie = (method, params) => (isReplay(method, params) ? { error } : undefined);
      const ended = await whileLying(lie, () => unlucky.pay(task)).finally(() =>
        rig.reader.act('hardware', { name, available: true }),
      );
      assert.equal(ended.stage, 'failed');
      assert.match(ended.problem?.message ?? '', /^The transaction was reverted: the contract gave no reason\./);
      await paidOnce(task, await rig.payer.pay(task));
    });
  }

  it('comes about though one call in seven is limited', async () => {
    let calls = 0;
    await whileLying(
      () => (++calls % 7 === 0 ? limited(calls) : undefined),
      async () => {
        for (let count = 0; count < 3; count++)
          assert.equal((await rig.payer.pay(await rig.payer.create())).stage, 'done');
      },
    );
    assert.equal((await rig.reader.moves(rig.payer.wallet)).paid.length, 3);
  });

  it('looks a transaction up whose publishing was limited, and publishes it again', async () => {
    const task = await rig.payer.create();
    const asked: string[] = [];
    const lie = times(4, method => (method === 'eth_sendRawTransaction' ? limited(1) : undefined));
    const done = await whileLying(
      (method, params) => {
        asked.push(method);
        return lie(method, params);
      },
      () => rig.payer.pay(task),
    );
    await paidOnce(task, done);
    const at = asked.indexOf('eth_sendRawTransaction');
    assert.equal(asked[at + 1], 'eth_getTransactionReceipt');
  });

  it('waits through pages, nonsense and receipts of no block', async () => {
    const receipts: (() => ReturnType<Lie>)[] = [
      page,
      () => new Response(''),
      () => new Response('{"jsonrpc":"2.0","id":1,"resu'),
      () => ({ result: { blockNumber: null, blockHash: null, status: null, logs: [] } }),
      () => ({ result: { blockNumber: null, status: '0x1' } }),
      () => ({ result: {} }),
      () => ({ result: { ...RECEIPT, status: '0x7' } }),
      () => ({ result: { ...RECEIPT, logs: null } }),
      () => ({ result: { ...RECEIPT, logs: [{ address: 7 }] } }),
      () => ({ result: 'mined' }),
      () => Response.json({ jsonrpc: '2.0', id: -7, result: RECEIPT }),
      () => new Response(null, { status: 302, headers: { Location: 'http://sign-in.example/' } }),
    ];
    const task = await rig.payer.create();
    let index = 0;
    const lie: Lie = method =>
      method === 'eth_getTransactionReceipt' ? receipts[Math.floor(index++ / 5)]?.() : undefined;
    await paidOnce(task, await whileLying(lie, () => rig.payer.pay(task)));
    assert.ok(index > receipts.length * 5);
  });

  it('stays in the journal where a page is all there is, until patience ends', async () => {
    const task = await rig.payer.create();
    let sent = false;
    const impatient = rig.payerWith({ pace: { patienceMs: 20_000 } });
    const lie: Lie = method => {
      sent ||= method === 'eth_sendRawTransaction';
      return sent ? page() : undefined;
    };
    const error = await whileLying(lie, () => rejection(impatient.pay(task), 'timeout'));
    assert.equal(error.code, 'transaction_pending');
    assert.match(error.message, /cannot be found out: The chain’s RPC node answered .* in an unexpected form/);
    const [{ id } = { id: '' }] = await rig.payer.journal.open();
    await paidOnce(task, await rig.payer.engine.resume(id, await rig.payer.signer()));
  });

  it('waits as long as a node asks it to, before it looks again', async () => {
    const task = await rig.payer.create();
    const clock = hurriedClock();
    const waits: number[] = [];
    const payer = rig.payerWith({
      clock: {
        ...clock,
        after(ms, act) {
          waits.push(ms);
          return clock.after(ms, act);
        },
      },
    });
    const lie = times(1, method =>
      method === 'eth_getTransactionReceipt'
        ? new Response('', { status: 429, headers: { 'Retry-After': '14' } })
        : undefined,
    );
    await paidOnce(task, await whileLying(lie, () => payer.pay(task)));
    assert.ok(waits.includes(14_000));
  });

  it('validates what was paid elsewhere through the same', async () => {
    const task = await rig.payer.create();
    const { hardwareId, pricePerHour, duration } = await rig.payer.quote(task);
    const swan = new Swan(rig.sandbox.services);
    const hash = await swan
      .payElsewhere({ task, hardwareId, pricePerHour, duration, kind: 'submitPayment' })
      .finally(() => swan.close());
    const lie = times(12, method => (method === 'eth_getTransactionReceipt' ? page() : undefined));
    const done = await whileLying(lie, () => rig.payer.engine.validate({ task, kind: 'create', hash }));
    assert.equal(done.stage, 'done');
  });

  it('finds what took its place though few blocks are looked through at once', async () => {
    const task = await rig.payer.create();
    await rig.reader.approve(rig.privateKey, (await rig.payer.quote(task)).amount);
    await rig.reader.stopMining();
    await rejection(rig.payerWith({ pace: { patienceMs: 2_000 } }).pay(task), 'timeout');
    const [open] = await rig.payer.journal.open();
    const [{ hash = '', nonce = 0, raw = '' } = {}] = open?.transactions ?? [];
    await rig.reader.send('anvil_dropTransaction', hash);
    await rig.reader.mineAtOnce();
    const foreign = await rig.reader.replace(rig.privateKey, nonce, raw);
    await rig.reader.mine(600);
    const lie: Lie = (method, params) => {
      if (method !== 'eth_getLogs') return undefined;
      const [{ fromBlock, toBlock }] = params as [{ fromBlock: string; toBlock: string }];
      const tooMany = Number(toBlock) - Number(fromBlock) >= 50;
      return tooMany ? { error: { code: -32602, message: 'exceed maximum block range: 50' } } : undefined;
    };
    const done = await whileLying(lie, () => rig.payer.engine.resume(open?.id ?? ''));
    assert.deepEqual([done.stage, done.hash], ['done', foreign]);
  });
});

const RECEIPT = {
  status: '0x1',
  blockNumber: '0x1',
  blockHash: `0x${'11'.repeat(32)}`,
  from: `0x${'11'.repeat(20)}`,
  to: null,
  logs: [],
};

function word(value: number): string {
  return value.toString(16).padStart(64, '0');
}
