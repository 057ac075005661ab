// Asks the terminal again and again in a flood of its own, and shows what it is answered, and nothing else that comes.
// node asks.cjs
const QUESTIONS = [
  '\x1b[?1500000000$p',
  '\x1b[?1000000001$p',
  '\x1b[?25$p',
  '\x1b[?1006$p',
  '\x1b[6n',
  '\x1b[c',
  '\x1b[?2026$p',
];
const LINES = 1_500;
const ROUNDS = 3;
/** The terminal's answer to a question that nothing else asks: there is no other after it. */
const ANSWERED = /\x1b\[0n$/;

let answers = '';
let rounds = 0;

function ask() {
  let text = '';
  for (let line = 0; line < LINES; line++) {
    text += `${'flood '.repeat(10)}\r\n`;
    if (line % 300 === 0) text += QUESTIONS.join('');
  }
  process.stdout.write(`${text}\x1b[5n`);
}

process.stdin.setRawMode(true);
process.stdin.on('data', data => {
  answers += data.toString('latin1');
  if (!ANSWERED.test(answers)) return;
  if (++rounds < ROUNDS) return ask();
  process.stdout.write(`\x1bc\x1b[3J${JSON.stringify(answers).replaceAll('\\u001b', '^')}\r\nanswered\r\n`);
  process.exit();
});
ask();
