import assert from 'node:assert/strict';
import { AbiCoder, Interface } from 'ethers';
import fc from 'fast-check';
import { fromNode, isRevert, revertReason } from '../../../src/swan/payments/reverts.js';
import { NodeError } from '../../../src/swan/payments/rpc.js';

const NO_REASON = 'the contract gave no reason';
const errorData = new Interface([
  'error Error(string)',
  'error Panic(uint256)',
  'error ERC20InsufficientBalance(address,uint256,uint256)',
  'error OwnableUnauthorizedAccount(address)',
]);
const data = errorData.encodeErrorResult('Error', ['Hardware is not active']);

describe('why a contract refused', () => {
  it('is found wherever a node puts it', () => {
    for (const where of [data, { data }, { result: data }, { data: { data } }, `Reverted ${data}`]) {
      const error = new NodeError(-32000, 'execution reverted', where);
      assert.ok(isRevert(error));
      assert.equal(revertReason(error), 'Hardware is not active');
    }
    assert.equal(revertReason(new NodeError(3, 'execution reverted', '0x')), NO_REASON);
    const custom = errorData.encodeErrorResult('ERC20InsufficientBalance', [
      `0x${'11'.repeat(20)}`,
      5n * 10n ** 17n,
      10n ** 18n,
    ]);
    assert.equal(revertReason(new NodeError(3, 'x', custom)), 'the balance is 0.5 SWAN, and 1 are needed');
  });

  const worded: [string, string][] = [
    ['execution reverted: no money', 'no money'],
    ['execution reverted', NO_REASON],
    ['Execution reverted (no money)', 'no money'],
    ['err: execution reverted: no money', 'no money'],
    ["Error: VM Exception while processing transaction: reverted with reason string 'no money'", 'no money'],
    ['VM Exception while processing transaction: revert no money', 'no money'],
    ['VM Exception while processing transaction: revert', NO_REASON],
    ['Transaction reverted without a reason string', 'without a reason string'],
    ['VM execution error.', NO_REASON],
    ['message execution failed (exit=[33], revert reason=[Error(no money)], vm error=[…])', 'no money'],
    [`message execution failed (exit=[33], revert reason=[${data}], vm error=[…])`, 'Hardware is not active'],
    [`execution reverted: ${data}`, 'Hardware is not active'],
  ];
  for (const [message, reason] of worded) {
    it(`is read from “${message.slice(0, 60)}”`, () => {
      const error = new NodeError(-32000, message, undefined);
      assert.ok(isRevert(error));
      assert.equal(revertReason(error), reason);
    });
  }

  const panics: [number | bigint, RegExp][] = [
    [0x01, /condition/],
    [0x11, /too large or too small/],
    [0x12, /division by zero/],
    [0x32, /index/],
    [0x41, /memory/],
    [0x51, /^arithmetic or memory fault 0x51$/],
    [2n ** 256n - 1n, /fault 0xf{64}$/],
  ];
  for (const [code, words] of panics) {
    it(`is told for the fault 0x${code.toString(16).slice(0, 8)}`, () => {
      const error = new NodeError(3, 'execution reverted', errorData.encodeErrorResult('Panic', [code]));
      assert.match(revertReason(error), words);
    });
  }

  it('is an error’s name where that is known, and its number where it is not', () => {
    const known = errorData.encodeErrorResult('OwnableUnauthorizedAccount', [`0x${'11'.repeat(20)}`]);
    assert.equal(revertReason(new NodeError(3, 'execution reverted', known)), 'OwnableUnauthorizedAccount');
    assert.equal(
      revertReason(new NodeError(3, 'execution reverted', known.slice(0, 20))),
      'OwnableUnauthorizedAccount',
    );
    assert.match(revertReason(new NodeError(3, 'execution reverted', '0x1234abcd')), /0x1234abcd/);
  });

  describe('whose data make no sense', () => {
    const word = (value: number | string) => (typeof value === 'string' ? value : value.toString(16)).padStart(64, '0');
    const malformed: Record<string, string> = {
      'a selector alone': '0x08c379a0',
      'a panic without its code': '0x4e487b71',
      'less than a selector': '0x08c3',
      'no text': data.replace(/4861726477617265/, 'ff80fefffdfcf8f0'),
      'an offset far away': `0x08c379a0${word('f'.repeat(64))}${word(1)}`,
      'a length far too large': `0x08c379a0${word(0x20)}${word('f'.repeat(64))}`,
      'a length just too large': `0x08c379a0${word(0x20)}${word(33)}${word(1)}`,
      'an empty text': errorData.encodeErrorResult('Error', ['']),
      'text of what is not seen': errorData.encodeErrorResult('Error', ['\u0000\u200b\u202e']),
      'half a word': data.slice(0, -33),
      'an odd digit': `${data}0`,
      'a hundred thousand bytes': `0x08c379a0${'ff'.repeat(100_000)}`,
    };
    for (const [what, each] of Object.entries(malformed)) {
      it(`because they are ${what}: it gave none`, () => {
        for (const where of [each, { data: each }, `Reverted ${each}`]) {
          assert.equal(revertReason(new NodeError(3, 'execution reverted', where)), NO_REASON);
        }
      });
    }

    it('whatever they are, something is told', () => {
      const bytes = fc.uint8Array({ maxLength: 300 });
      const selectors = fc.constantFrom('', '0x08c379a0', '0x4e487b71', '0xe450d38c', '0x118cdaa7');
      const encoded = fc.tuple(selectors, bytes).map(([selector, rest]) => {
        const hex = Buffer.from(rest).toString('hex');
        return selector === '' ? `0x${hex}` : `${selector}${hex}`;
      });
      const anything = fc.oneof(encoded, fc.anything(), fc.record({ data: encoded }));
      fc.assert(
        fc.property(anything, fc.string(), (where, message) => {
          const told = revertReason(new NodeError(3, message, where));
          assert.ok(told !== '' && told.length <= 200);
        }),
      );
    });
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

  it('is not made of bytes that only look like one', () => {
    const hash = AbiCoder.defaultAbiCoder().encode(['bytes32'], [`0x${'ab'.repeat(32)}`]);
    assert.equal(isRevert(new NodeError(-32000, 'something else', hash)), false);
    assert.equal(isRevert(new NodeError(-32603, 'something else', { data })), true);
  });
});
