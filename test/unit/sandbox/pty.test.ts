import assert from 'node:assert/strict';
import { Pty } from '../../../src/sandbox/decthings/pty.js';
import { until } from './until.js';

describe('sandbox: a pseudoterminal', () => {
  function start(script: string) {
    const seen = { output: '', exit: undefined as undefined | { exitCode: number; signal: number | undefined } };
    const pty = new Pty({
      file: '/bin/sh',
      args: ['-c', script],
      cwd: '/',
      env: {},
      cols: 80,
      rows: 24,
      onData: chunk => {
        seen.output += Buffer.from(chunk).toString('latin1');
      },
      onExit: (exitCode, signal) => {
        seen.exit = { exitCode, signal };
      },
    });
    return { pty, seen };
  }

  it('keeps the last words of a program, however slowly it was read', async () => {
    for (let round = 0; round < 20; round++) {
      const { pty, seen } = start('echo ready; read x; seq 1 20000; exit 4');
      await until('ready', () => /ready/.test(seen.output));
      pty.write(Buffer.from('\n'));
      pty.pause();
      // Late enough for the rest to wait in the pseudoterminal when the program ends.
      for (let length = 0; seen.exit === undefined; length = seen.output.length) {
        pty.resume();
        await until('more', () => seen.output.length > length || seen.exit !== undefined);
        pty.pause();
      }
      assert.deepEqual(seen.exit, { exitCode: 4, signal: undefined });
      assert.match(seen.output, /\r\n19999\r\n20000\r\n$/);
    }
  });

  it('waits for a program that does not read its input, and blocks nobody', async () => {
    const { pty, seen } = start('stty raw -echo; echo ready; until [ -e /nothing ]; do sleep 1; done');
    await until('ready', () => /ready/.test(seen.output));
    pty.write(Buffer.alloc(4_000_000, 'x'));
    process.kill(pty.pid, 'SIGKILL');
    await until('the exit', () => seen.exit !== undefined);
    assert.deepEqual(seen.exit, { exitCode: 0, signal: 9 });
    pty.write(Buffer.from('late'));
    pty.resize(10, 10);
  });
});
