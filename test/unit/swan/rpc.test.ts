import assert from 'node:assert/strict';
import * as v from 'valibot';
import { NodeError, Rpc } from '../../../src/swan/payments/rpc.js';
import { rejection } from '../../support/assertions.js';
import { type NodeAnswer, type NodeCall, scriptedNode } from '../../support/scriptedNode.js';

const GOOD: NodeAnswer = { result: '0x1' };

describe('a node of the chain', () => {
  let node: Awaited<ReturnType<typeof scriptedNode>>;
  let rpc: Rpc;

  afterEach(() => node.close());

  async function serve(script: (call: NodeCall, index: number) => NodeAnswer): Promise<void> {
    node = await scriptedNode(script);
    rpc = new Rpc(node.url, node.clock);
  }

  const read = () => rpc.read(v.string(), 'eth_blockNumber', []);
  const first = (answer: NodeAnswer) => serve((_call, index) => (index === 0 ? answer : GOOD));
  const always = (answer: NodeAnswer) => serve(() => answer);

  const limits: Record<string, NodeAnswer> = {
    '429 with a JSON-RPC error': { status: 429, error: { code: -32005, message: 'daily request count exceeded' } },
    '429 with an error that seems to be for good': { status: 429, error: { code: -32602, message: 'invalid params' } },
    '429 with one that seems to be a revert': { status: 429, error: { code: 3, message: 'execution reverted' } },
    '429 with a result': { status: 429, result: '0x2' },
    '429 and a page': { status: 429, text: '<h1>Slow down</h1>' },
    '503 with a JSON-RPC error': { status: 503, error: { code: -32000, message: 'nonce too low' } },
    '500 with a JSON-RPC error': { status: 500, error: { code: -32000, message: 'whatever' } },
    '529 and nothing': { status: 529, text: '' },
    '200 with a limit in its words': { error: { code: -32000, message: 'Too Many Requests' } },
    '200 with a limit by its code': { error: { code: -32005, message: 'x' } },
    '200 with an error of text alone': { error: 'rate limit exceeded' },
    '200 and a block that it has not yet': { error: { code: -32000, message: 'header not found' } },
  };
  for (const [what, answer] of Object.entries(limits)) {
    it(`is asked again after ${what}`, async () => {
      await first(answer);
      assert.equal(await read(), '0x1');
      assert.equal(node.calls.length, 2);
      assert.notEqual(node.calls[0]?.id, node.calls[1]?.id);
    });

    it(`is out of order, for a while, if that stays: ${what}`, async () => {
      await always(answer);
      const error = await rejection(read(), 'busy');
      assert.ok(error.retryable);
      assert.match(error.message, /^The chain’s RPC node is (not available|behind the chain) \(.+\)\. Try again/);
      assert.equal(node.calls.length, 4);
    });
  }

  const nonsense: Record<string, NodeAnswer> = {
    'a page with status 200': { text: '<html><title>Sign in to the network</title></html>' },
    'a page elsewhere': { status: 302, headers: { Location: 'http://sign-in.example/' }, text: '' },
    'a page in JSON’s place of 404': { status: 404, text: 'Not found' },
    nothing: { text: '' },
    'half an answer': { text: '{"jsonrpc":"2.0","id":1,"resu' },
    'the answer to another call': { text: '{"jsonrpc":"2.0","id":99,"result":"0x2"}' },
    'an answer to no call': { text: '{"jsonrpc":"2.0","id":null,"result":"0x2"}' },
    'neither a result nor an error': { text: '{"jsonrpc":"2.0","id":1}' },
    'a list': { text: '[{"jsonrpc":"2.0","id":1,"result":"0x2"}]' },
    'a result of another form': { result: 7 },
    'no result': { result: null },
    'a closed door': { status: 403, text: 'Forbidden' },
    'a door that asks who it is': { status: 407, text: '' },
  };
  for (const [what, answer] of Object.entries(nonsense)) {
    it(`is asked again after ${what}, and can be later`, async () => {
      await first(answer);
      assert.equal(await read(), '0x1');
      await node.close();
      await always(answer);
      const error = await read().then(
        () => assert.fail(),
        reason => reason,
      );
      assert.ok(error.retryable && ['protocol', 'service', 'network'].includes(error.kind), `${error.kind}`);
      assert.equal(node.calls.length, 4);
    });
  }

  it('that refuses for good is asked once', async () => {
    for (const status of [200, 400]) {
      await always({ status, error: { code: -32000, message: 'nonce too low', data: 'x' } });
      await assert.rejects(read(), (error: unknown) => {
        assert.ok(error instanceof NodeError);
        assert.deepEqual([error.code, error.message, error.data], [-32000, 'nonce too low', 'x']);
        return true;
      });
      assert.equal(node.calls.length, 1);
      await node.close();
    }
    await always({ status: 500, error: { code: 3, message: 'execution reverted: no' } });
    await assert.rejects(read(), NodeError);
    assert.equal(node.calls.length, 1);
  });

  const inAWhile = (seconds: number) => new Date(Date.now() + seconds * 1_000).toUTCString();
  const asked: [header: string, atLeast: number, atMost: number][] = [
    ['3', 3_000, 3_000],
    ['1.5', 1_500, 1_500],
    [' 2 ', 2_000, 2_000],
    ['0', 0, 1_000],
    ['-5', 0, 1_000],
    ['soon', 0, 1_000],
    ['', 0, 1_000],
    [inAWhile(-100), 0, 1_000],
  ];
  for (const [header, atLeast, atMost] of asked) {
    it(`is waited for as it asks: Retry-After: ${header}`, async () => {
      await first({ status: 429, headers: { 'Retry-After': header }, text: '' });
      assert.equal(await read(), '0x1');
      const [wait = -1, ...more] = node.waits;
      assert.ok(wait >= atLeast && wait <= atMost && more.length === 0, `${node.waits}`);
    });
  }

  it('is waited for until a date by its own clock', async () => {
    const forms = ['Wed, 21 Oct 2015 07:28:06 GMT', 'Wednesday, 21-Oct-15 07:28:06 GMT', 'Wed Oct 21 07:28:06 2015'];
    for (const header of forms) {
      const headers = { 'Retry-After': header, Date: 'Wed, 21 Oct 2015 07:28:00 GMT' };
      await first({ status: 503, headers, text: '' });
      assert.equal(await read(), '0x1');
      assert.deepEqual(node.waits, [6_000], header);
      await node.close();
    }
    await first({ status: 429, headers: { 'Retry-After': inAWhile(5) }, text: '' });
    assert.equal(await read(), '0x1');
    assert.ok((node.waits[0] ?? 0) > 1_000 && (node.waits[0] ?? 0) <= 5_000, `${node.waits}`);
  });

  it('is not waited for without end, whatever it asks', async () => {
    for (const header of ['30', '99999999999999999999', inAWhile(10 ** 9)]) {
      await always({ status: 429, headers: { 'Retry-After': header }, text: '' });
      const { retryAfterMs = 0 } = await rejection(read(), 'busy');
      assert.ok(retryAfterMs >= 30_000 && retryAfterMs <= 60_000, `${header}: ${retryAfterMs}`);
      assert.equal(node.calls.length, 1);
      await node.close();
    }
  });
});
