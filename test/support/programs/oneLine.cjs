// Prints much without a line's end: characters that are joined with those before them, repeated characters, sequences of 7
// and of 8 bits. The same for each seed.
// node oneLine.cjs SEED LENGTH
const TEXTS = [
  'a',
  'word ',
  '漢字',
  'é',
  'e\u0301',
  'n\u0303\u0332',
  '\u0301',
  '\u200d',
  '\ufe0f',
  '한국어',
  '\u1112\u1161\u11ab',
];
const EMOJI = ['👩‍💻', '👨‍👩‍👧‍👦', '🚀', '👍🏽', '🇩🇪', '❤\ufe0f', '1\ufe0f\u20e3', 'ｶﾞ'];
const SCRIPTS = ['ก็', 'สวัสดี', 'กำ', 'नमस्ते', 'क्षि', 'مرحبا', 'ع\u064b', 'שָׁלוֹם', 'தமிழ்', 'Ελληνικά', 'русский'];
const REPEATED = ['-\x1b[9b', '漢\x1b[3b', 'x\x1b[31m\x1b[4b', '\u009b4b', '\x1b[b'];
const SEQUENCES = [
  '\x1b[31m',
  '\x1b[m',
  '\x1b[1;4m',
  '\x1b(0lqk\x1b(B',
  '\x1b[2C',
  '\x1b7\x1b8',
  '\x1b]0;title\x07',
  '\x1b_app\x1b\\',
];
const EIGHT_BITS = ['\x9b32m', '\x9b0m', '\x9d0;title\x9c', '\x9fapp\x9c', '\x90q\x9c', '\x85'];
const ODD = [
  '\x1b[3\x7f3m',
  '\x1b\x7f[m',
  '\x1b[1\t2m',
  '\x1b[3\x18',
  '\x1b[\x1a1m',
  '\x1b[1;\x1b[4m',
  '\x1b]0;a\x1b[7m',
  '\x1b[2\b4m',
];
const PIECES = [TEXTS, EMOJI, SCRIPTS, REPEATED, SEQUENCES, EIGHT_BITS, ODD];
/** As long as a string may be, and longer than what is printed between two queries. */
const LONG = ['\x1b]0;', '\x9d0;', '\x1b_', '\x9f', '\x1bP', '\x90', '\x1b^', '\x98'];

const [seed = 1, length = 50_000] = process.argv.slice(2).map(Number);
let state = seed;

/** @param {number} below */
function chance(below) {
  state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
  return (state >>> 8) % below;
}

/**
 * @template T
 * @param {T[]} all
 * @returns {T}
 */
function oneOf(all) {
  return /** @type {T} */ (all[chance(all.length)]);
}

let text = '';
while (text.length < length) {
  if (chance(4_000) === 0) text += `${oneOf(LONG)}${'long '.repeat(chance(8_000))}${oneOf(['\x1b\\', '\x9c'])}`;
  // Some of it as one text of a kind, as programs have it.
  else if (chance(50) === 0) text += oneOf(oneOf(PIECES).slice(0, 3)).repeat(chance(400));
  else text += oneOf(oneOf(PIECES));
}
process.stdout.write(`\x1bc\x1b[3J${text}`, () => process.stdout.write('\x18\x1b[m\x1b(B\x0f\r\nprinted\r\n'));
