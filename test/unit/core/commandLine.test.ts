import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { parseCommandLine } from '../../../src/core/commandLine.js';
import { seed } from '../../support/random.js';

describe('a command line', () => {
  for (const [line, words] of [
    ['python3 train.py --epochs=3', ['python3', 'train.py', '--epochs=3']],
    ['  echo   "two words"  \'$HOME | x\' ', ['echo', 'two words', '$HOME | x']],
    [`echo a"b c"'d'`, ['echo', 'ab cd']],
    ['echo ""', ['echo', '']],
    ['/opt/x@1:2+3,4% a', ['/opt/x@1:2+3,4%', 'a']],
    ['echo a\u00a0b', ['echo', 'a\u00a0b']],
    ['echo \u3000 \u2028\tb', ['echo', '\u3000', '\u2028', 'b']],
    ['echo a\rb\vc\fd \ufeff', ['echo', 'a\rb\vc\fd', '\ufeff']],
  ] as const) {
    it(`is a program and its arguments: ${line}`, () => {
      const { command, args } = parseCommandLine(line);
      assert.deepEqual([command, ...args], words);
    });
  }

  for (const line of [
    'ls | wc -l',
    'echo $HOME',
    'echo "$HOME"',
    'ls *.py',
    'A=1 env',
    "echo it's",
    'true && false',
    'echo a\\ b',
    'cd ~',
    '"" x',
    'cd /tmp',
    'exit 3',
    'echo a #b',
    'echo a\nb',
  ]) {
    it(`is given to a shell as it is where it takes one: ${line}`, () => {
      assert.deepEqual(parseCommandLine(line), { command: 'sh', args: ['-c', line] });
    });
  }

  it(`has the words that a shell would find in it (seed ${seed})`, () => {
    const part = fc.constantFrom(
      ...'\t\r\v\f\u00a0\u2003\u2028\u3000\ufeff',
      'a',
      'B1',
      '-',
      '=',
      "'",
      '"',
      ' ',
      ' ',
      '%',
      '/',
      ':',
      '.',
      "'x y'",
      '"x  y"',
    );
    const lines = fc.array(part, { minLength: 1, maxLength: 12 }).map(parts => `printf ${parts.join('')}`);
    fc.assert(
      fc.property(lines, line => {
        const { command, args } = parseCommandLine(line);
        if (command === 'sh') return;
        const shown = line.replace(/^printf/, `printf '<%s>'`);
        const expected = args.length === 0 ? '<>' : args.map(arg => `<${arg}>`).join('');
        assert.equal(execFileSync('sh', ['-c', shown], { encoding: 'utf8' }), expected);
      }),
      { seed, numRuns: 60 },
    );
  });
});
