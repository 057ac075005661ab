import { Interface } from 'ethers';
import * as v from 'valibot';
import { RemoteError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
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
  if (parsed?.name === 'Panic') return t('arithmetic or memory fault 0x{0}', BigInt(parsed.args[0]).toString(16));
  if (parsed?.name === 'ERC20InsufficientBalance' || parsed?.name === 'ERC20InsufficientAllowance') {
    const [has, needed] = [unitsText(parsed.args[1]), unitsText(parsed.args[2])];
    return parsed.name === 'ERC20InsufficientBalance'
      ? t('the balance is {0} SWAN, and {1} are needed', has, needed)
      : t('the allowance is {0} SWAN, and {1} are needed', has, needed);
  }
  if (parsed) return parsed.name;
  const words = strangersText(error.message.replace(/^.*execution reverted:?\s*/i, ''), MAX_REASON);
  return words === '' ? t('the contract gave no reason') : words;
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
  return new RemoteError('refused', t('The payment contract refused: {0}. Nothing was paid.', reason), {
    code: 'reverted',
  });
}

/** A node's refusal that is not the contract's, in words; the node's text is all there is to tell them apart. */
export function fromNode(error: NodeError): RemoteError {
  if (/insufficient funds/i.test(error.message)) {
    return new RemoteError('refused', t('There is not enough ETH in the wallet for the gas. Add some, then go on.'), {
      code: 'insufficient_gas',
    });
  }
  const words = strangersText(error.message, MAX_REASON) || t('error {0}', error.code);
  return new RemoteError('refused', t('The chain’s RPC node refused: {0}.', words), { code: 'transaction_refused' });
}
