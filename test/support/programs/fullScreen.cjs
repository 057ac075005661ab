// A full-screen program, of the kind that is written with curses: alternate screen, application keys, mouse, no cursor. It
// draws what changes alone, and all of it when its size changes. `g` has it draw for a while, `q` ends it; of every other
// input it shows the bytes, in its last row.
// node fullScreen.cjs [modes of the mouse, such as 1002;1006] [lines printed before]
const [modes = '1002;1006', before = '0'] = process.argv.slice(2);
const TICKS = 150;
const EVERY_MS = 5;
const WORDS = ['word', '漢字', 'e\u0301té', '🚀🚀', 'สวัสดี', '한국어', '\x1b(0lqqk\x1b(B', '\x1b[1;38;5;208mbold\x1b[m'];
const LOG_ROWS = 4;

let ticks = 0;
let wanted = 0;
/** @type {string[]} */
const log = [];
let input = '';

/** @param {string} text */
const print = text => process.stdout.write(text);

function size() {
  return { rows: process.stdout.rows, columns: process.stdout.columns };
}

function drawAll() {
  const { rows, columns } = size();
  print(`\x1b[H\x1b[2J\x1b[44;37m\x1b[K ${rows} rows, ${columns} columns\x1b[m`);
  for (const [at, line] of log.slice(-LOG_ROWS).entries()) print(`\x1b[${2 + at};1H${line}`);
  for (let at = 1; at <= ticks; at++) drawMark(at);
  drawLast();
}

/** Where it stands depends on the size. @param {number} at */
function drawMark(at) {
  const { rows, columns } = size();
  const [first, last] = [2 + LOG_ROWS, rows - 1];
  print(`\x1b[${first + ((at * 7) % (last - first + 1))};${1 + ((at * 13) % (columns - 2))}H`);
  print(`\x1b[3${at % 8};4${(at >> 3) % 8}m${String.fromCharCode(65 + (at % 26))}\x1b[m`);
}

function drawLast() {
  const state = ticks < wanted ? 'draws' : 'rests';
  print(`\x1b[${size().rows};1H\x1b[7m ${state} at ${ticks} \x1b[27m input: ${input.slice(-60)}.\x1b[K`);
}

function tick() {
  ticks++;
  if (ticks % 5 === 0) {
    const line = `line ${ticks} ${WORDS[ticks % WORDS.length]}`;
    log.push(line);
    if (log.length <= LOG_ROWS) print(`\x1b[${1 + log.length};1H${line}`);
    else print(`\x1b[2;${1 + LOG_ROWS}r\x1b[${1 + LOG_ROWS};1H\n${line}\x1b[r`);
  }
  drawMark(ticks);
  drawLast();
  if (ticks < wanted) setTimeout(tick, EVERY_MS);
}

process.stdin.setRawMode(true);
process.stdin.on('data', data => {
  const text = data.toString('latin1');
  if (text === 'q') {
    print(
      `${modes
        .split(';')
        .map(mode => `\x1b[?${mode}l`)
        .join('')}\x1b[?2004l\x1b[?25h\x1b[?1l\x1b>\x1b[?1049l`,
    );
    process.exit();
  }
  if (text === 'g') {
    wanted += TICKS;
    setTimeout(tick, EVERY_MS);
  } else {
    input += data.toString('hex');
  }
  drawLast();
});
process.stdout.on('resize', drawAll);
for (let line = 1; line <= Number(before); line++) print(`line ${line}\n`);
print('\x1b[?1049h\x1b[?1h\x1b=\x1b[?25l\x1b[?2004h');
for (const mode of modes.split(';')) print(`\x1b[?${mode}h`);
drawAll();
