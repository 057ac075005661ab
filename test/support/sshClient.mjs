// As much of an SSH client as the tests need, for machines without one: `-o UserKnownHostsFile=FILE -p PORT -l USER -- HOST`.
// It keeps hosts' keys and asks about them as OpenSSH does, and gives the terminal to the shell there.
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { Client } from 'ssh2';

const { values, positionals } = parseArgs({
  options: {
    port: { type: 'string', short: 'p', default: '22' },
    login: { type: 'string', short: 'l', default: 'root' },
    option: { type: 'string', short: 'o', multiple: true, default: [] },
  },
  allowPositionals: true,
});
const [host = ''] = positionals;
/** @type {{ UserKnownHostsFile?: string, StrictHostKeyChecking?: string }} */
const { UserKnownHostsFile: knownHosts, StrictHostKeyChecking: strict } = Object.fromEntries(
  values.option.map(each => each.split(/=(.*)/s)),
);
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
  host,
  port: Number(values.port),
  username: values.login,
  hostVerifier: (/** @type {Buffer} */ key, /** @type {(known: boolean) => void} */ verify) =>
    void isRight(key).then(verify),
});

/** @param {Buffer} key as it is on the wire: the length and the name of its type first */
async function isRight(key) {
  const type = key.toString('latin1', 4, 4 + key.readUInt32BE(0));
  const line = `[${host}]:${values.port} ${type} ${key.toString('base64')}\n`;
  const known = knownHosts !== undefined && existsSync(knownHosts) ? readFileSync(knownHosts, 'utf8') : '';
  if (known.includes(line)) return true;
  if (known !== '') {
    console.error('WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!\nHost key verification failed.');
    return false;
  }
  const print = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
  if (strict === 'yes' || !(await accepts(print))) return false;
  if (knownHosts !== undefined) appendFileSync(knownHosts, line);
  return true;
}

/** @param {string} print the key's fingerprint, which may be typed instead of “yes” */
async function accepts(print) {
  const question = createInterface({ input: stdin, output: stdout });
  try {
    for (;;) {
      const answer = await question.question(
        `The key is ${print}.\nAre you sure you want to continue connecting (yes/no/[fingerprint])? `,
      );
      if (answer === 'yes' || answer === print) return true;
      if (answer === 'no') return false;
    }
  } finally {
    question.close();
  }
}
