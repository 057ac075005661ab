// As much of an SSH client as the tests need, for machines without one: `-p PORT -l USER -- HOST`. It asks about the
// host's key each time, and gives the terminal to the shell there.
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { Client } from 'ssh2';

const { values, positionals } = parseArgs({
  options: {
    port: { type: 'string', short: 'p', default: '22' },
    login: { type: 'string', short: 'l', default: 'root' },
  },
  allowPositionals: true,
});
const { stdin, stdout } = process;
const client = new Client();
client.on('error', error => {
  console.error(error.message);
  process.exitCode = 255;
});
client.on('ready', () => {
  const { columns: cols, rows } = stdout;
  client.shell({ term: process.env.TERM ?? 'xterm', cols, rows }, (error, channel) => {
    if (error) throw error;
    stdin.setRawMode(true);
    stdin.pipe(channel).pipe(stdout);
    stdout.on('resize', () => channel.setWindow(stdout.rows, stdout.columns, 0, 0));
    channel.on('exit', (/** @type {number | null} */ code) => {
      process.exitCode = code ?? 255;
    });
    channel.on('close', () => {
      stdin.setRawMode(false);
      stdin.destroy();
      client.end();
    });
  });
});
client.connect({
  host: positionals[0] ?? '',
  port: Number(values.port),
  username: values.login,
  hostVerifier: (/** @type {Buffer} */ _key, /** @type {(known: boolean) => void} */ verify) => {
    const question = createInterface({ input: stdin, output: stdout });
    question.question('Are you sure you want to continue connecting (yes/no)? ').then(answer => {
      question.close();
      verify(answer === 'yes');
    });
  },
});
