// Asks for the mouse in each of its modes and encodings, one after the other: `n` goes on to the next. Shows the bytes of
// what is reported, a line for each.
// node mouse.cjs
const MODES = [9, 1000, 1002, 1003];
const ENCODINGS = ['', '1005', '1015', '1006'];
const ALL = MODES.flatMap(mode => ENCODINGS.map(encoding => [`${mode}`, encoding].filter(each => each !== '')));

let at = 0;
let bytes = '';

/** @param {'h' | 'l'} final */
function set(final) {
  process.stdout.write((ALL[at] ?? []).map(mode => `\x1b[?${mode}${final}`).join(''));
}

function next() {
  set('l');
  process.stdout.write(`${ALL[at]?.join(' ')}: ${bytes}\r\n`);
  bytes = '';
  if (++at === ALL.length) process.exit();
  set('h');
  process.stdout.write(`asks ${at}\r\n`);
}

process.stdin.setRawMode(true);
process.stdin.on('data', data => {
  const text = data.toString('latin1');
  bytes += data.toString('hex');
  if (text.endsWith('n')) next();
});
set('h');
process.stdout.write('asks 0\r\n');
