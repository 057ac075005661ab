import { Interface } from 'ethers';
import * as v from 'valibot';
import { RemoteError } from '../../core/errors.js';
import { unitsText } from '../../core/money.js';
import { strangersText } from '../text.js';
import { NodeError } from './rpc.js';

/** Errors that the contracts are known to give. */
const errors = new Interface([
  'error Error(string reason)',
  'error Panic(uint256 code)',
  'error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)',
  'error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)',
  'error ERC20InvalidSender(address sender)',
  'error ERC20InvalidReceiver(address receiver)',
  'error ERC20InvalidSpender(address spender)',
  'error SafeERC20FailedOperation(address token)',
  'error OwnableUnauthorizedAccount(address account)',
  'error FailedInnerCall()',
]);
const MAX_REASON = 200;
/** What nodes answer a call with that reverts. */
const REVERTED_CODE = 3;

/** Whether a node refused because the contract did, rather than for a reason of its own. */
export function isRevert(error: unknown): error is NodeError {
  if (!(error instanceof NodeError)) return false;
  return error.code === REVERTED_CODE || revertData(error.data) !== undefined || /revert/i.test(error.message);
}

/** Why a contract refused, in words as plain as it gave. */
export function revertReason(error: NodeError): string {
  const data = revertData(error.data);
  const parsed = data === undefined ? null : errors.parseError(data);
  if (parsed?.name === 'Error') return strangersText(String(parsed.args[0]), MAX_REASON);
  if (parsed?.name === 'Panic') return `arithmetic or memory fault 0x${BigInt(parsed.args[0]).toString(16)}`;
  if (parsed?.name === 'ERC20InsufficientBalance' || parsed?.name === 'ERC20InsufficientAllowance') {
    const [has, needed] = [unitsText(parsed.args[1]), unitsText(parsed.args[2])];
    return parsed.name === 'ERC20InsufficientBalance'
      ? `the balance is ${has} SWAN, and ${needed} are needed`
      : `the allowance is ${has} SWAN, and ${needed} are needed`;
  }
  if (parsed) return parsed.name;
  const words = strangersText(error.message.replace(/^.*execution reverted:?\s*/i, ''), MAX_REASON);
  return words === '' ? 'the contract gave no reason' : words;
}

/** Nodes put it in different places. */
function revertData(data: unknown): string | undefined {
  const found = v.safeParse(
    v.union([
      v.string(),
      v.pipe(
        v.object({ data: v.string() }),
        v.transform(each => each.data),
      ),
      v.pipe(
        v.object({ result: v.string() }),
        v.transform(each => each.result),
      ),
    ]),
    data,
  );
  const hex = found.success ? /0x(?:[0-9a-fA-F]{2}){4,}/.exec(found.output)?.[0] : undefined;
  return hex === undefined || hex.length > 20_000 ? undefined : hex;
}

export function reverted(reason: string): RemoteError {
  return new RemoteError('refused', `The payment contract refused: ${reason}. Nothing was paid.`, { code: 'reverted' });
}

/** A node's refusal that is not the contract's, in words; the node's text is all there is to tell them apart. */
export function fromNode(error: NodeError): RemoteError {
  if (/insufficient funds/i.test(error.message)) {
    return new RemoteError('refused', 'There is not enough ETH in the wallet for the gas. Add some, then go on.', {
      code: 'insufficient_gas',
    });
  }
  const words = strangersText(error.message, MAX_REASON) || `error ${error.code}`;
  return new RemoteError('refused', `The chain’s RPC node refused: ${words}.`, { code: 'transaction_refused' });
}
