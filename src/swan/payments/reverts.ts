import { type ErrorFragment, Interface, type Result } from 'ethers';
import { RemoteError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import { unitsText } from '../../core/money.js';
import { plainText } from '../../core/plainText.js';
import { NodeError, refusalOf, revertData } from './nodeErrors.js';

/** Errors that the contracts are known to give. */
const errors = new Interface([
  'error Error(string reason)',
  'error Panic(uint256 code)',
  'error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)',
  'error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)',
  'error ERC20InvalidSender(address sender)',
  'error ERC20InvalidReceiver(address receiver)',
  'error ERC20InvalidApprover(address approver)',
  'error ERC20InvalidSpender(address spender)',
  'error SafeERC20FailedOperation(address token)',
  'error OwnableUnauthorizedAccount(address account)',
  'error OwnableInvalidOwner(address owner)',
  'error EnforcedPause()',
  'error ReentrancyGuardReentrantCall()',
  'error FailedInnerCall()',
  'error AddressEmptyCode(address target)',
  'error InvalidInitialization()',
  'error NotInitializing()',
  'error ECDSAInvalidSignature()',
  'error ECDSAInvalidSignatureLength(uint256 length)',
  'error ECDSAInvalidSignatureS(bytes32 s)',
  'error ERC1967InvalidImplementation(address implementation)',
  'error ERC1967NonPayable()',
  'error UUPSUnauthorizedCallContext()',
  'error UUPSUnsupportedProxiableUUID(bytes32 slot)',
]);
const MAX_REASON = 200;

/** Faults that Solidity itself finds, by their codes. */
const panics: Record<string, string> = {
  '1': t('a condition of the contract’s own does not hold'),
  '11': t('a number is too large or too small'),
  '12': t('a division by zero'),
  '32': t('an index is out of range'),
  '41': t('too much memory is asked for'),
};

/** What nodes write around a contract's reason. */
const AROUND = [
  /\bexecution reverted(?:\s*\((.*)\)\s*$|[:,]?\s*(.*)$)/is,
  /\bVM Exception while processing transaction: reverted with (?:reason string|custom error) '(.*)'\s*$/is,
  /\bVM Exception while processing transaction: revert(?:ed)?(?: without a reason string)?\b:?\s*(.*)$/is,
  /\brevert reason[=:]\s*\[?(?:Error\((.*?)\)|([^\]]*))/is,
  /\bVM execution error\b\.?\s*(.*)$/is,
  /^(?:error: )?(?:transaction |call )?revert(?:ed)?\b:?\s*(.*)$/is,
];

/** Whether a node refused because the contract did, rather than for a reason of its own. */
export function isRevert(error: unknown): error is NodeError {
  return error instanceof NodeError && refusalOf(error) === 'reverted';
}

/** Why a contract refused, in words as plain as it gave. Whatever came, there are some. */
export function revertReason({ data, message }: NodeError): string {
  const words = AROUND.map(each => each.exec(message)?.slice(1)).find(each => each !== undefined);
  const around = words ? (words.find(each => each) ?? '') : message;
  const encoded = revertData(data) ?? revertData(around);
  const told = encoded === undefined ? undefined : decoded(encoded);
  const reason = told ?? (revertData(around) === undefined ? plainText(around, MAX_REASON) : '');
  if (reason !== '') return reason;
  return unknownError(encoded) ?? t('the contract gave no reason');
}

function decoded(data: string): string | undefined {
  const error = known(data);
  if (!error) return undefined;
  try {
    return inWords(error.name, errors.decodeErrorResult(error, data));
  } catch {
    // Cut off, or no text: the name of ours tells as much as there is.
    return error.name === 'Error' || error.name === 'Panic' ? undefined : error.name;
  }
}

/** @throws where an argument is not what it is declared to be, which shows when it is read */
function inWords(name: string, args: Result): string {
  const [first, second, third] = args.toArray();
  switch (name) {
    case 'Error':
      return plainText(String(first), MAX_REASON);
    case 'Panic': {
      const code = BigInt(first).toString(16);
      return panics[code] ?? t('arithmetic or memory fault 0x{0}', code);
    }
    case 'ERC20InsufficientBalance':
      return t('the balance is {0} SWAN, and {1} are needed', unitsText(second), unitsText(third));
    case 'ERC20InsufficientAllowance':
      return t('the allowance is {0} SWAN, and {1} are needed', unitsText(second), unitsText(third));
    default:
      return name;
  }
}

function known(data: string): ErrorFragment | null {
  return data.length < 10 ? null : errors.getError(data.slice(0, 10).toLowerCase());
}

/** Of another contract's, the selector can be looked up. */
function unknownError(data: string | undefined): string | undefined {
  if (data === undefined || data.length < 10 || known(data)) return undefined;
  return t('the error {0}, which has no text', data.slice(0, 10));
}

export function reverted(reason: string): RemoteError {
  return new RemoteError('refused', t('The payment contract refused: {0}. Nothing was paid.', reason), {
    code: 'reverted',
  });
}

/** A node's refusal that is not the contract's, in words. */
export function fromNode(error: NodeError): RemoteError {
  if (refusalOf(error) === 'funds') {
    return new RemoteError('refused', t('There is not enough ETH in the wallet for the gas. Add some, then go on.'), {
      code: 'insufficient_gas',
    });
  }
  return new RemoteError('refused', t('The chain’s RPC node refused: {0}.', nodeWords(error)), {
    code: 'transaction_refused',
  });
}

/** @returns an error where a node cannot answer now, and may do so later */
export function passingRefusal(error: NodeError): RemoteError | undefined {
  const refusal = refusalOf(error);
  if (refusal === 'busy') {
    return new RemoteError(
      'busy',
      t('The chain’s RPC node is not available ({0}). Try again in a moment.', nodeWords(error)),
      {
        cause: error,
      },
    );
  }
  if (refusal !== 'behind') return undefined;
  return new RemoteError(
    'busy',
    t('The chain’s RPC node is behind the chain ({0}). Try again in a moment.', nodeWords(error)),
    {
      cause: error,
    },
  );
}

function nodeWords({ message, code }: NodeError): string {
  return plainText(message, MAX_REASON) || t('error {0}', code);
}
