import assert from 'node:assert/strict';
import fc from 'fast-check';
import { redact } from '../../../src/core/redaction.js';
import { planted } from '../../support/planted.js';
import { seed } from '../../support/random.js';

const HOME = '/srv/people/jane doe';
const around = fc.constantFrom(' ', '\n', '`', '"', "'", '(', ')', ': ', '=', ', ', '|', '- ');
const words = fc.constantFrom('', 'network', 'Terminal of', 'not found', '(http_502)', 'no wallet');

describe('redaction', () => {
  for (const [what, secrets] of Object.entries(planted)) {
    it(`takes ${what} out, wherever it stands (seed ${seed})`, () => {
      fc.assert(
        fc.property(words, around, secrets, around, words, (before, left, secret, right, after) => {
          const clean = redact(`${before}${left}${secret}${right}${after}`, HOME);
          for (const part of telling(secret)) assert.ok(!clean.includes(part), `${part} of ${secret} is in ${clean}`);
          // What is clean stays as it is.
          assert.equal(redact(clean, HOME), clean);
        }),
        { seed, numRuns: 300 },
      );
    });
  }

  it('takes the home folder out, whatever its name is', () => {
    assert.equal(redact(`in ${HOME}/model/train.py or ${HOME}`, HOME), 'in <path> or ~');
    assert.equal(redact('a / b', '/'), 'a / b');
  });

  it('leaves what is nobody’s own', () => {
    for (const text of [
      'VS Code 1.139.1, desktop, zh-cn',
      '2026-11-25 17:43:00 UTC, the last of 12 times: `GET /v2/task_deployment-dp`: service (http_502)',
      '`PersistentLauncher.getPersistentLaunchers`: protocol, and `remoteCompute_openTerminal`',
      '`swan.custom.orchestratorUrl`: (set, and not told), `payments.limitPerDay`: 0.001',
      'linux 6.1.0, arm64; Node.js 24.21.0; 3 done, 1 paying',
    ]) {
      assert.equal(redact(text, HOME), text);
    }
  });
});

/** Every part of it that is long enough to tell something; of a short one all of it. */
function telling(secret: string): string[] {
  const length = Math.min(12, secret.length);
  const parts = Array.from({ length: secret.length - length + 1 }, (_, at) => secret.slice(at, at + length));
  return parts.filter(part => !/^(?:\/secret\/mode|secret\/model\.|\\secret\\mode)/.test(part));
}
