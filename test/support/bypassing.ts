// What test/support/literals.ts is tried on: the lines marked "words" show English to everybody, and those marked
// "language" write as whatever language the machine has. Nothing runs this.
import { RemoteError } from '../../src/core/errors.js';
import { locale, t } from '../../src/core/l10n.js';

interface Shown {
  words: string;
  icon: string;
}

export function written(at: Date, count: number, names: string[]): unknown[] {
  return [
    at.toLocaleString(), // language
    at.toLocaleDateString('en', { month: 'long' }), // language
    count.toLocaleString([]), // language
    names.map(String.prototype.toLocaleUpperCase), // language
    names.sort((a, b) => a.localeCompare(b)), // language
    new Intl.NumberFormat(), // language
    Intl.DateTimeFormat('en').format(at), // language
    at.toLocaleTimeString(locale(), { hour: '2-digit' }),
    names.sort((a, b) => a.localeCompare(b, locale())),
    new Intl.NumberFormat(locale()).format(count),
    at.toISOString(),
  ];
}

export function filters(): unknown[] {
  const filters = { Wallet: ['json'] }; // words
  return [
    { filters },
    { filters: { 'All Files': ['*'] } }, // words
    { filters: { Everything: ['*'], CSV: ['csv'] } }, // words
    { filters: { [t('Everything')]: ['*'] } },
    { others: { Everything: ['*'] } },
  ];
}

export function rows(name: string, count: number, log: { warn(text: string): void }): unknown[] {
  const look: Shown = { words: 'running', icon: 'vm-running' }; // words
  const words = count === 0 ? 'none' : `${count}`; // words
  log.warn(`Nothing is said of ${name}`);
  if (count < 0) throw new Error('This cannot be');
  if (name === 'Some Name') throw new RemoteError('invalid', 'wrong'); // words
  return [
    look,
    words,
    'Refresh', // words
    'Loading…', // words
    `${count} of ${name}`, // words
    t('Paying {0}', count === 1 ? 'just one' : t('many')), // words
    { label: count > 1 ? `$(eye) ${name}` : 'alone' }, // words
    t('Paying {0} for {1}', count, name),
    { id: `${name}/more`, contextValue: 'task+pay', icon: '$(eye)', label: `${name}: ${count}` },
    `${count} MiB`,
    'CPU',
    'https://example.com/Some',
    `<text x="0" fill="${name}">`,
  ];
}
