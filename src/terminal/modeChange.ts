import { sgrOf } from './attributes.js';
import { ASCII, isOn, type Modes, NO_MODES, ORIGIN, SIMPLE_MODES, SYNCHRONIZED, sideOf, withSimple } from './modes.js';
import { ModeTracker } from './modeTracker.js';

/** What puts a terminal that has some modes into others. */

const SHIFTS = ['\x0f', '\x0e', '\x1bn', '\x1bo'];
const SLOTS = '()*+';
/** A memory is short; what is longer is none of ours. */
const MAX_MEMORY = 2_000;

/** @param rows of the terminal, where it is about margins */
export function modeChange(from: Modes, to: Modes, rows?: number): string {
  const at = new ModeTracker(from);
  if (rows !== undefined) at.resized(rows);
  at.modes = from;
  let change = '';
  const add = (text: string) => {
    change += text;
    at.follow(text);
  };
  const keys = () => add(kittyChange(at.modes, to));
  if (at.modes.alternate !== to.alternate) {
    // Each screen has key flags of its own.
    if (at.modes.alternate > 0) {
      add(kittyChange(at.modes, NO_MODES));
      add(`\x1b[?${at.modes.alternate}l`);
    }
    if (to.alternate > 0) {
      add(kittyOf(at.modes, { flags: to.kitty.left[0], stack: to.kitty.stacks[0] }));
      add(`\x1b[?${to.alternate}h`);
    }
  }
  keys();
  // Both would move the cursor; a soft reset does not.
  const side = sideOf(to);
  const narrow = at.modes.margins[side] !== '' && to.margins[side] === '';
  if (narrow || (isOn(at.modes, ORIGIN) && !isOn(to, ORIGIN))) {
    add('\x1b[!p');
    keys();
  }
  if (to.margins[side] !== at.modes.margins[side]) add(`\x1b[${to.margins[side]}r`);
  for (const mode of SIMPLE_MODES) {
    if (isOn(at.modes, mode) !== isOn(to, mode)) add(privateMode(mode, isOn(to, mode)));
  }
  for (const key of ['mouse', 'mouseForm'] as const) {
    if (at.modes[key] !== to[key]) add(to[key] > 0 ? privateMode(to[key], true) : privateMode(at.modes[key], false));
  }
  if (at.modes.insert !== to.insert) add(`\x1b[4${to.insert ? 'h' : 'l'}`);
  if (at.modes.newline !== to.newline) add(`\x1b[20${to.newline ? 'h' : 'l'}`);
  if (at.modes.otherKeys !== to.otherKeys) add(to.otherKeys === '' ? '\x1b[>4m' : `\x1b[>4;${to.otherKeys}m`);
  if (at.modes.cursorStyle !== to.cursorStyle) add(`\x1b[${to.cursorStyle || '0'} q`);
  for (const slot of [0, 1, 2, 3]) {
    const set = to.charsets.sets[slot] ?? ASCII;
    if ((at.modes.charsets.sets[slot] ?? ASCII) !== set) add(`\x1b${SLOTS[slot]}${set}`);
  }
  if (at.modes.charsets.level !== to.charsets.level) add(SHIFTS[to.charsets.level] ?? '');
  if (sgrOf(at.modes.attributes) !== sgrOf(to.attributes)) add(sgrOf(to.attributes));
  if (at.modes.link !== to.link) add(`\x1b]8;${to.link || ';'}\x1b\\`);
  for (const colour of at.modes.colours) if (!to.colours.has(colour)) add(`\x1b]${colour + 100}\x1b\\`);
  return change;
}

/** Undoes what a session's programs have set, where it is over. */
export function undoing(modes: Modes): string {
  return modeChange(modes, NO_MODES);
}

/** What to keep of them, short and without a word of any output: how text looks changes with each line. */
export function memoryOf(modes: Modes): string {
  const { attributes, link, saved } = NO_MODES;
  const lasting = withSimple({ ...modes, attributes, link, saved }, SYNCHRONIZED, false);
  return modeChange(NO_MODES, lasting).replaceAll('\x1b', '^');
}

/** @param memory whatever was kept: what is no mode is left out of it */
export function modesOf(memory: unknown): Modes {
  const tracker = new ModeTracker();
  if (typeof memory === 'string' && memory.length <= MAX_MEMORY) tracker.follow(memory.replaceAll('^', '\x1b'));
  return tracker.modes;
}

function privateMode(mode: number, on: boolean): string {
  return `\x1b[?${mode}${on ? 'h' : 'l'}`;
}

function kittyChange(from: Modes, { kitty: { flags, stacks }, ...to }: Modes): string {
  return kittyOf(from, { flags, stack: stacks[to.alternate > 0 ? 1 : 0] });
}

/** Of the screen that is shown. */
function kittyOf(from: Modes, { flags, stack }: { flags: number; stack: readonly number[] }): string {
  const { kitty } = from;
  const former = kitty.stacks[sideOf(from)];
  if (kitty.flags === flags && `${former}` === `${stack}`) return '';
  const emptied = former.length > 0 ? `\x1b[<${former.length}u` : '';
  const [first = flags, ...others] = [...stack, flags];
  const set = first === 0 && (former.length > 0 || kitty.flags === 0) ? '' : `\x1b[=${first}u`;
  return emptied + set + others.map(each => `\x1b[>${each}u`).join('');
}
