const ENTER = 0x0d;
const ESC = 0x1b;
/** Modifiers and locks alone, in the kitty protocol. */
const FIRST_LOCK = 57358;
const LAST_LOCK = 57363;
const FIRST_MODIFIER = 57441;
const KITTY_ENTER = [13, 57414];
/** Shift, Ctrl, Alt, Caps Lock, the Windows keys, Num Lock, Scroll Lock: virtual key codes. */
const WIN32_MODIFIERS = [16, 17, 18, 20, 91, 92, 144, 145];
const WIN32_ENTER = 13;

/**
 * What a key says that comes after a session's end, in every encoding that its programs may have asked for. What else
 * starts with ESC may be the terminal's own report, and is nobody's decision.
 */
export function endKey(bytes: Uint8Array): 'enter' | 'other' | undefined {
  if (bytes[0] !== ESC) return bytes.length === 1 && bytes[0] === ENTER ? 'enter' : 'other';
  const text = Buffer.from(bytes).toString('latin1');
  // The keypad's, as application keys.
  if (text === '\x1bOM') return 'enter';
  const kitty = /^\x1b\[(\d+)(?::\d*)*(?:;\d*(?::(\d))?(?:;[\d:]*)?)?u$/.exec(text);
  if (kitty) return kittyKey(Number(kitty[1]), kitty[2] === '3');
  const other = /^\x1b\[27;\d+;(\d+)~$/.exec(text);
  if (other) return kittyKey(Number(other[1]), false);
  const win32 = /^\x1b\[(\d+);\d+;(\d+);(\d+);\d+;\d+_/.exec(text);
  if (!win32 || win32[3] === '0' || WIN32_MODIFIERS.includes(Number(win32[1]))) return undefined;
  if (Number(win32[1]) === WIN32_ENTER) return 'enter';
  // Cursor and function keys have no character, as without the protocol they have no say.
  return win32[2] === '0' ? undefined : 'other';
}

function kittyKey(code: number, released: boolean): 'enter' | 'other' | undefined {
  if (released || code >= FIRST_MODIFIER || (code >= FIRST_LOCK && code <= LAST_LOCK)) return undefined;
  return KITTY_ENTER.includes(code) ? 'enter' : 'other';
}
