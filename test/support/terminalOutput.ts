import fc from 'fast-check';

/** What programs print: text of every script, and escape sequences of every shape. */
export const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('a', 'ø', '漢', '🚀', '👩‍💻', ' ', '\n', '\r\n', '\t') }),
);

const parameters = fc.string({ unit: fc.constantFrom('0', '1', '9', ';', ':', '?', '>'), maxLength: 8 });
const body = fc.string({ unit: fc.constantFrom('a', 'ø', ';', '\n', '=', '/', '['), maxLength: 30 });

export const sequence = fc.oneof(
  fc.tuple(parameters, fc.constantFrom('m', 'H', 'J', 'h', 'l', ' q', '!p')).map(([of, end]) => `\x1b[${of}${end}`),
  fc.tuple(body, fc.constantFrom('\x07', '\x1b\\')).map(([of, end]) => `\x1b]8;${of}${end}`),
  fc.tuple(fc.constantFrom('P', 'X', '^', '_'), body).map(([kind, of]) => `\x1b${kind}${of}\x1b\\`),
  fc.constantFrom('\x1bc', '\x1b7', '\x1b8', '\x1b(B', '\x1b#8', '\x1b=', '\x1b[?2026$p', '\x1b[?1049$p'),
);

/** What is joined with, or repeats, what stands before it: marks, joiners, vowels, syllables in parts, flags, REP. */
const joining = fc.constantFrom(
  ...['e\u0301', 'a\u0308\u0323', '👨‍👩‍👧‍👦', '👍🏽', '❤\ufe0f', '1\ufe0f\u20e3', '🇩🇪🇫🇷', '\u200d', '\ufe0f', '\u200b'],
  ...[
    'กำ',
    'ที่',
    'เก้า',
    'ນ້ຳ',
    'क्षि',
    'कि',
    'தமிழ்',
    'ক্ষ',
    '\u1112\u1161\u11ab',
    '한',
    'ﷺ',
    '\u0600\u0031',
    'לָ',
    'ع\u064b',
  ],
  ...['\u0301', '\u1161', '\x1b[5b', '\x1b[b', '-\x1b[3b', '\u009b4b', '\xad', 'ｶﾞ', '\u3099'],
);

/** Beginnings, insides and ends of sequences, in no order: also of 8 bits, with controls and DEL within, given up. */
const fragment = fc.constantFrom(
  ...[
    '\x1b',
    '[',
    ']',
    'P',
    '_',
    '^',
    'X',
    '\\',
    '\x1b\\',
    '\x07',
    '\x18',
    '\x1a',
    '\x7f',
    '\x9c',
    '\x85',
    '\x8e',
    '\x8f',
  ],
  ...[
    '\x9b',
    '\x9d',
    '\x90',
    '\x98',
    '\x9e',
    '\x9f',
    '\x1bN',
    '\x1bO',
    '\x1b(',
    '\x1b(0',
    '\x0e',
    '\x0f',
    '\x00',
    '\b',
    '\r',
  ],
  ...['3', ';', ':', '?', '<', ' ', '!', '$', 'p', 'm', 'b', 'h', 'l', 'H', '25', '1049', '1;2', '\t', '\n', 'é', '漢'],
);

/** Anything at all that can come out of a program, with more of what is easily harmed than chance would give. */
export const anything = fc.oneof(
  { weight: 3, arbitrary: joining },
  { weight: 2, arbitrary: fragment },
  { weight: 1, arbitrary: sequence },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 6 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
  { weight: 1, arbitrary: fc.stringMatching(/^[ -~]{1,12}$/) },
);
