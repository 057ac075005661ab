import * as v from 'valibot';

/** The node answered, and refused. Its words and data are all that tells why. */
export class NodeError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly data: unknown,
  ) {
    super(message.slice(0, MAX_WORDS));
  }
}

/**
 * What a refusal means. `reverted`: the contract refused, on the chain. `funds`: the wallet has too little for the gas.
 * `behind`: the node has not, or no more, what it was asked about. `busy`: it is asked too much, or is unwell.
 */
export type Refusal = 'reverted' | 'funds' | 'behind' | 'busy' | 'other';

/** Nobody says more; patterns look at no more. */
const MAX_WORDS = 2_000;
/** The largest data that a contract is believed to refuse with, in hexadecimal digits. */
const MAX_DATA = 20_000;

/** Answers to a call that reverts, of every node that says so by code. */
const REVERTED_CODE = 3;
const UNKNOWN_METHOD = -32601;
/** What Solidity’s own two errors begin with. */
const SOLIDITY = /^0x(?:08c379a0|4e487b71)/i;
/** Of EIP-1474, of nodes and of the services before them. Those that mean another thing elsewhere are told by their words. */
const BUSY_CODES: ReadonlySet<number> = new Set([429, 1015, -32005, -32016, -32029, -32090, -32097, -32603]);

/** In the words of nodes, of which each has its own. A contract's reason can hold any of the others, so that it comes first. */
const WORDS: readonly (readonly [Refusal, RegExp])[] = [
  ['reverted', /\bexecution reverted\b|\bVM Exception\b.*\brevert|\bVM execution error\b|\bevm: revert/i],
  ['reverted', /^(?:error: )?(?:the )?(?:transaction |call )?revert(?:ed)?\b(?! to\b)|\brevert reason\b(?!=\[none)/i],
  // Filecoin's: the actor that runs contracts ends with this code where one reverts.
  ['reverted', /\bexit=?\[33\]|\bexit ?code:? ?33\b|\bRetCode=33\b/i],
  ['funds', /insufficient ?funds|insufficient ?balance|not enough (?:funds|balance|eth)|upfront cost exceeds/i],
  [
    'behind',
    /\b(?:header|block|tipset|state|trie node|receipt|epoch)s?\b.{0,80}\b(?:not found|not available|missing)/i,
  ],
  [
    'behind',
    /\bmissing (?:trie node|header|block|state)|\bunknown (?:block|header)|\b(?:resource|entity) not found\b/i,
  ],
  [
    'behind',
    /\bcould ?n[o']t (?:find|get|load|retrieve) (?:the )?(?:block|header|state|tipset)|\bcannot find (?:the )?block/i,
  ],
  [
    'behind',
    /\bhistorical state\b|\bno state\b|\bprun(?:ed|ing)\b|\bproof window\b|\bworld ?state\b|\bblock\b.{0,40}\bout of range\b/i,
  ],
  [
    'behind',
    /\bfuture (?:block|epoch)|\bbeyond\b.{0,40}\b(?:head|latest)\b|\bnull round\b|\bnot (?:yet )?synced\b|\bsyncing\b|\bin progress\b/i,
  ],
  ['busy', /\btoo many (?:\w+ )?(?:requests?|calls|connections|queries)\b|\brate[- ]?limit|\bover rate\b|\bthrottl/i],
  [
    'busy',
    /\brequests? (?:count|limit|rate)|\b(?:requests|calls|units) per (?:second|minute|hour|day)|\/sec(?:ond)?\b/i,
  ],
  ['busy', /\b(?:limit|quota|capacity|credits?|units)\b.{0,40}\b(?:exceeded|reached|exhausted|used up)\b/i],
  ['busy', /\bexceeded\b.{0,40}\b(?:limit|quota|capacity|rate|units|credits)\b|\bover capacity\b|\boverload/i],
  ['busy', /\btimed?[- ]?out\b|\bdeadline exceeded\b|\btry again\b|\bretry (?:in|after|later)\b/i],
  ['busy', /\bunavailable\b|\bno (?:\w+ )?backends?\b|\bbackend\b|\bnot healthy\b|\bbad gateway\b|\bcannot fulfill\b/i],
  ['busy', /\binternal (?:server |json-rpc )?error\b|\bsuitable provider\b|\bupstream\b|\b(?:server|node) is busy\b/i],
];

/** What a node's refusal means: by code or data where these tell, else by its words. */
export function refusalOf({ code, data, message }: NodeError): Refusal {
  const encoded = revertData(data);
  if (code === REVERTED_CODE || SOLIDITY.test(encoded ?? '')) return 'reverted';
  if (code === UNKNOWN_METHOD) return 'other';
  const told = WORDS.find(([, words]) => words.test(message))?.[0];
  if (told !== undefined) return told;
  if (isEncodedError(encoded)) return 'reverted';
  return BUSY_CODES.has(code) ? 'busy' : 'other';
}

/** What the contract refused with, which nodes put in different places. */
export function revertData(data: unknown): string | undefined {
  const found = v.safeParse(places, data);
  const hex = found.success ? /^(?:Reverted\s+)?(0x(?:[0-9a-fA-F]{2})*)$/.exec(found.output)?.[1] : undefined;
  return hex === undefined || hex.length > MAX_DATA ? undefined : hex;
}

const shallow = v.union([
  v.string(),
  v.pipe(
    v.object({ data: v.string() }),
    v.transform(each => each.data),
  ),
  v.pipe(
    v.object({ result: v.string() }),
    v.transform(each => each.result),
  ),
]);
const places = v.union([
  shallow,
  v.pipe(
    v.object({ data: shallow }),
    v.transform(each => each.data),
  ),
]);

/** A selector and whole words: no hash, and no mere bytes. */
function isEncodedError(data: string | undefined): boolean {
  return data !== undefined && data.length >= 10 && (data.length - 10) % 64 === 0;
}
