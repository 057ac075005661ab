import assert from 'node:assert/strict';
import fc from 'fast-check';
import { diagnosticsText, type Findings, type SettingFound } from '../../../src/core/diagnostics.js';
import { redact } from '../../../src/core/redaction.js';
import { anyPlanted } from '../../support/planted.js';
import { seed } from '../../support/random.js';

const AT = Date.UTC(2026, 10, 25, 17, 43);

const view = { phase: 'ready', rows: 20, total: 45, visible: true } as const;
const settings: SettingFound[] = [
  { name: 'decthings.httpUrl', type: 'string', default: 'https://api.decthings.com/v0', value: 'https://me.example' },
  { name: 'decthings.wsUrl', type: 'string', default: 'wss://api.decthings.com/v0/ws', value: 7 },
  { name: 'swan.network', type: 'string', enum: ['mainnet', 'custom'], default: 'mainnet', value: 'custom' },
  { name: 'terminal.onClose', type: 'string', enum: ['ask', 'end'], default: 'ask', value: 'my-secret' },
  { name: 'terminal.transcript', type: 'boolean', default: false, value: true },
  { name: 'payments.limitPerDay', type: 'number', default: 50, value: 0.5 },
  { name: 'payments.confirmations', type: 'integer', default: 1, value: 'many' },
  { name: 'swan.expiryWarningMinutes', type: 'integer', default: 30, value: 30 },
];

const found: Findings = {
  at: AT,
  versions: { extension: '0.1.0', vscode: '1.139.1', node: 'v24.21.0', system: '6.1.0-18-cloud-amd64' },
  platform: 'linux',
  arch: 'x64',
  app: 'desktop',
  remote: undefined,
  language: 'zh-cn',
  runsIn: 'window',
  trusted: true,
  settings,
  accounts: {
    decthings: { signedIn: true, problem: undefined },
    swan: { signedIn: true, problem: 'wrong_setting' },
    wallet: 'keystore',
  },
  sandbox: { visited: false, running: false },
  views: { launchers: view, debugSessions: { ...view, phase: 'failed' }, terminals: view, tasks: view },
  terminals: ['live', 'waiting', 'live'],
  watched: ['running'],
  payments: [
    { stage: 'done', refunded: true },
    { stage: 'paying', refunded: false },
    { stage: 'done', refunded: true },
  ],
  damaged: 1,
  failures: [
    { what: 'GET /v2/task_list', kind: 'service', code: 'http_502', at: AT, times: 12 },
    { what: 'Connection of a terminal', kind: 'network', code: 'close_1006', at: AT, times: 1 },
    { what: 'terminal.open', kind: 'refused', code: 'quota_exceeded', at: AT, times: 1 },
    { what: 'task.pay', kind: 'network', code: undefined, at: AT, times: 1 },
  ],
};

/** Wherever a text is from elsewhere, this one. */
function planting(text: string): Findings {
  return {
    ...found,
    versions: { extension: text, vscode: text, node: text, system: text },
    platform: text,
    arch: text,
    app: text,
    remote: text,
    language: text,
    settings: settings.map(setting => ({ ...setting, value: text })),
    accounts: { ...found.accounts, swan: { signedIn: true, problem: text } },
    terminals: [text],
    failures: [{ what: 'GET /v2/task_list', kind: 'service', code: text, at: AT, times: 1 }],
  };
}

describe('diagnostics', () => {
  const text = diagnosticsText(found);

  for (const line of [
    'Taken on 2026-11-25 17:43:00 UTC, without keys, addresses, names, ids and paths',
    '- Remote Compute 0.1.0, which runs where the window is',
    '- VS Code 1.139.1, desktop, zh-cn',
    '- Node.js 24.21.0',
    '- linux 6.1.0, x64',
    '- Remote: none',
    '- `decthings.httpUrl`: (set, and not told)',
    '- `decthings.wsUrl`: (no text)',
    '- `swan.network`: custom',
    '- `terminal.onClose`: (not one of its values)',
    '- `terminal.transcript`: true',
    '- `payments.limitPerDay`: 0.5',
    '- `payments.confirmations`: (no number)',
    '- Decthings: signed in',
    '- Swan: no connection (wrong_setting), wallet: keystore',
    '- Launchers: ready, 20 of 45 rows, visible',
    '- Debug sessions: failed, 20 of 45 rows, visible',
    '- Terminals of this window: 2 live, 1 waiting',
    '- Watched tasks: 1 running',
    '- Payments: 2 done and refunded, 1 paying',
    '- 2026-11-25 17:43:00 UTC, the last of 12 times: `GET /v2/task_list`: service (http_502)',
    '- 2026-11-25 17:43:00 UTC: `Connection of a terminal`: network (close_1006)',
    '- 2026-11-25 17:43:00 UTC: `terminal.open`: refused (quota_exceeded)',
    '- 2026-11-25 17:43:00 UTC: `task.pay`: network',
  ]) {
    it(`tell: ${line}`, () => assert.ok(text.split('\n').includes(line), text));
  }

  it('do not tell what is as it is for everybody', () => assert.doesNotMatch(text, /expiryWarning/));

  it(`say the same whatever is planted in texts from elsewhere (seed ${seed})`, () => {
    // What begins as a version does tells its numbers, and no more.
    const told = (text: string) =>
      diagnosticsText(planting(text)).replace(/^(- .*) \d{1,5}(?:\.\d{1,5}){1,2}(?:-[a-z]+)?(,|$)/gm, '$1 (unknown)$2');
    const without = told('Some Thing');
    fc.assert(
      fc.property(
        fc.oneof(
          anyPlanted,
          anyPlanted.map(secret => `my ${secret}`),
          anyPlanted.map(secret => `1.2-${secret}`),
        ),
        secret => {
          assert.equal(told(secret), without);
        },
      ),
      { seed, numRuns: 2_000 },
    );
  });

  it('need no redaction', () => {
    assert.equal(redact(text, '/home/jane'), text);
  });
});
