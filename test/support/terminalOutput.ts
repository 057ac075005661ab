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
