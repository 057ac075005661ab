import { RemoteError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import { TOO_LARGE } from '../http.js';
import { NodeError, refusalOf } from './nodeErrors.js';

/** Of a chain: without `to`, up to its newest one. */
export interface Blocks {
  from: number;
  to?: number | undefined;
}

const MOST_BLOCKS = 5_000;
/** Months of a chain’s blocks; whatever height a node tells of, nobody asks more often. */
const MOST_CALLS = 1_000;
/** All customers' payments of as long; a node that tells of more is not believed. */
const MOST_LOGS = 100_000;
/** Of a node, or of what stands before it, to which an answer is too long or takes too long. */
const TOO_MUCH = /^http_(?:400|413|414|422|5\d\d)$/;

/** How many blocks a node looks through at once, as far as that is known. */
export class LogLimits {
  blocks = MOST_BLOCKS;
}

/**
 * Asks for the logs of a range piece by piece. Nodes refuse a range that is too large for them in many words and codes,
 * so that after any refusal a smaller one is tried, down to a single block.
 */
export async function inPieces<T>(
  { from: first, to: last }: Required<Blocks> & { to: number },
  limits: LogLimits,
  ask: (piece: { from: number; to: number }) => Promise<T[]>,
): Promise<T[]> {
  const found: T[] = [];
  let from = first;
  for (let calls = 0; from <= last; calls++) {
    if (calls >= MOST_CALLS || found.length > MOST_LOGS) throw tooFar(last - first);
    const size = Math.min(limits.blocks, last - from + 1);
    try {
      found.push(...(await ask({ from, to: from + size - 1 })));
      from += size;
    } catch (error) {
      const divisor = divisorAfter(error);
      if (size <= 1 || divisor === undefined) throw error;
      limits.blocks = Math.max(1, Math.floor(size / divisor));
    }
  }
  return found;
}

/** By what to divide a range that was not answered, where a smaller one may be. */
function divisorAfter(error: unknown): number | undefined {
  if (error instanceof NodeError) return 2;
  if (!(error instanceof RemoteError)) return undefined;
  const { kind, code = '', cause } = error;
  if (code === '' && cause instanceof NodeError) return refusalOf(cause) === 'busy' ? 2 : undefined;
  // Each of these takes a while.
  return kind === 'timeout' || code === TOO_LARGE || TOO_MUCH.test(code) ? 8 : undefined;
}

function tooFar(blocks: number): RemoteError {
  return new RemoteError(
    'service',
    t(
      'The chain’s RPC node looks through too few blocks at once to search {0} of them. Set another one in the settings, then go on.',
      blocks,
    ),
    { code: 'too_many_blocks' },
  );
}
