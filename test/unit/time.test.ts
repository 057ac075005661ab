import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Who may ask for the time of day: what is shown, kept, or compared with what a service says. Never how long something takes. */
const INSTANTS = new Set([
  ...[
    'core/clock.ts',
    'core/failureLog.ts',
    'core/taskScheduler.ts',
    'commands/diagnostics.ts',
    'commands/sessionPick.ts',
  ],
  ...[
    'ui/claims.ts',
    'ui/launcherRows.ts',
    'ui/sessionRows.ts',
    'ui/taskRows.ts',
    'ui/taskWatcher.ts',
    'ui/timeLeft.ts',
  ],
  // Besides what has elapsed: only the time of day goes on while the machine sleeps.
  ...['core/health.ts', 'terminal/idle.ts'],
  ...['account', 'debug', 'launchers', 'sessions', 'sysinfo'].map(name => `sandbox/decthings/${name}.ts`),
  // Tasks end when the contract says so.
  ...['sandbox/swan/apps.ts', 'sandbox/swan/lifecycle.ts'],
  // Retry-After may be a date.
  ...['decthings/http.ts', 'swan/http.ts', 'swan/journal/journal.ts'],
  ...['adopt', 'confirmed', 'gaps', 'nonces', 'outcome', 'plan', 'problem', 'reconcile', 'refunds', 'replace', 'sign']
    .concat('superseded', 'tell')
    .map(name => `swan/payments/${name}.ts`),
]);
/** An instant that something is to happen at, or happened at, by the clock that can be set. */
const INTERVAL = [
  /(?:deadline|since|until|began|started|due)\w* *[=:] *[\w.]*(?:clock\.|Date\.)now\(\)/i,
  /(?:clock\.|Date\.)now\(\) *(?:[<>]=?|-) *\w*(?:deadline|since|began|started)/i,
];

describe('src', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => ({ name, text: readFileSync(join('src', name), 'utf8') }));

  it('asks for the time of day where an instant is meant, and nowhere else', () => {
    const asking = files
      .filter(({ text }) => /\b(?:clock\.|Date\.)now\b|new Date\(\)/.test(text))
      .map(({ name }) => name);
    assert.deepEqual(
      asking.filter(name => !INSTANTS.has(name)),
      [],
    );
    assert.deepEqual(
      [...INSTANTS].filter(name => !asking.includes(name)),
      [],
      'no longer ask',
    );
  });

  it('measures no interval by it', () => {
    const measuring = files.flatMap(({ name, text }) =>
      text
        .split('\n')
        .flatMap((line, at) => (INTERVAL.some(each => each.test(line)) ? [`${name}:${at + 1} ${line.trim()}`] : [])),
    );
    assert.deepEqual(measuring, []);
  });
});
