import assert from 'node:assert/strict';
import { cancelled, RemoteError } from '../../../src/core/errors.js';
import { FailureLog } from '../../../src/core/failureLog.js';
import { loggedCall, loggedRetries } from '../../../src/core/loggedCall.js';
import { FakeClock, settled } from '../../support/fakeClock.js';

const quota = new RemoteError('refused', 'Too much.', { code: 'quota_exceeded' });

describe('the log', () => {
  let lines: string[];
  let clock: FakeClock;
  let log: FailureLog;

  beforeEach(() => {
    lines = [];
    clock = new FakeClock();
    const write = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
    const channel = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
    log = new FailureLog(channel, clock);
  });

  it('tells what failed by its kind and code, and what it was about', () => {
    log.failed('Ending a terminal', quota, 'warn', 't1');
    log.failed('GET /v2/task_list', new RemoteError('network', 'Away.'), 'info');
    assert.deepEqual(lines, [
      'warn Ending a terminal t1: refused (quota_exceeded): Too much.',
      'info GET /v2/task_list: network: Away.',
    ]);
  });

  it('tells of a defect where it comes from', () => {
    log.failed('task.pay', new TypeError('x is not a function'), 'info');
    assert.match(lines[0] ?? '', /^error task\.pay: service: x is not a function\nTypeError: .*\n +at .*failureLog/);
  });

  it('does not tell that somebody changed their mind', () => {
    log.failed('task.pay', cancelled());
    assert.deepEqual([lines, log.lately], [[], []]);
  });

  it('remembers what failed, the latest first, and the same one once', () => {
    log.failed('a', quota, 'warn', 'an id');
    clock.advance(10);
    log.failed('b', quota);
    log.failed('a', new RemoteError('network', 'Away.'));
    clock.advance(10);
    log.failed('a', quota);
    assert.deepEqual(log.lately, [
      { what: 'a', kind: 'refused', code: 'quota_exceeded', at: clock.now(), times: 2 },
      { what: 'a', kind: 'network', code: undefined, at: clock.now() - 10, times: 1 },
      { what: 'b', kind: 'refused', code: 'quota_exceeded', at: clock.now() - 10, times: 1 },
    ]);
  });

  it('remembers no more than it has room for', () => {
    for (let each = 0; each < 1_000; each++) log.failed(`call ${each}`, quota);
    assert.equal(log.lately.length, 40);
    assert.equal(log.lately[0]?.what, 'call 999');
  });

  it('that cannot be written stops nobody', () => {
    const gone = () => {
      throw new Error('Channel has been closed');
    };
    const closed = new FailureLog({ debug: gone, info: gone, warn: gone, error: gone }, clock);
    closed.info('still here');
    closed.failed('task.pay', quota);
    assert.equal(closed.lately.length, 1);
  });

  it('tells of a call how long it took, or why it failed', async () => {
    const call = { log, clock, name: 'Api.method' };
    await loggedCall(call, async () => clock.advance(34));
    await assert.rejects(
      loggedCall(call, () => Promise.reject(quota)),
      quota,
    );
    assert.deepEqual(lines, ['debug Api.method: 34 ms', 'info Api.method: refused (quota_exceeded): Too much.']);
  });

  it('tells of each further try', async () => {
    const busy = [
      new RemoteError('busy', 'Busy.'),
      new RemoteError('service', 'Down.', { code: 'http_502', retryable: true }),
    ];
    const done = loggedRetries({ log, clock, name: 'Api.method' }, async () => {
      const error = busy.shift();
      if (error) throw error;
    });
    await settled();
    clock.advance(225);
    await settled();
    clock.advance(450);
    await done;
    assert.deepEqual(lines, [
      'debug Api.method: busy, again in 225 ms',
      'debug Api.method: http_502, again in 450 ms',
      'debug Api.method: 675 ms',
    ]);
    assert.deepEqual(log.lately, []);
  });
});
