import assert from 'node:assert/strict';
import type { ExitReason } from '../../../src/core/resources.js';
import type { Ending, Notice } from '../../../src/terminal/state.js';
import { dimLine, exitCodeOf, exitText, noticeText, skippedText } from '../../../src/terminal/words.js';
import { type Told, told } from '../../support/told.js';

describe('the terminal’s words', () => {
  const exits: [Told<ExitReason>, string, number | undefined][] = [
    [{ code: 'process_exit', exitCode: 0 }, 'Ended with exit code 0.', 0],
    [{ code: 'process_exit', exitCode: 3 }, 'Ended with exit code 3.', 3],
    [{ code: 'process_exit' }, 'Ended.', undefined],
    [{ code: 'process_exit', signal: 'SIGTERM' }, 'Ended by signal SIGTERM.', undefined],
    [{ code: 'process_exit', signal: 'SIGKILL' }, 'Ended by signal SIGKILL.', 137],
    [{ code: 'process_exit', exitCode: 143, signal: 'SIGTERM' }, 'Ended by signal SIGTERM (exit code 143).', 143],
    [
      { code: 'process_exit', oom: true, signal: 'SIGKILL' },
      'Ended: the machine ran out of memory. Choose one with more.',
      137,
    ],
    [{ code: 'code_terminated', exitCode: 1, oom: false }, 'Ended with exit code 1.', 1],
    [{ code: 'terminated_on_request' }, 'Ended on request.', undefined],
    [{ code: 'launcher_terminated' }, 'Ended: its launcher was terminated.', undefined],
    [{ code: 'inactive_timeout' }, 'Ended by the service: it was idle for too long.', undefined],
    [{ code: 'exception' }, 'Ended by an exception.', undefined],
    [{ code: 'exception', exceptionDetails: 'KeyError' }, 'Ended by an exception: KeyError', undefined],
    [{ code: 'unknown' }, 'Ended, for a reason that the service does not know.', undefined],
    [{ code: 'meteor' }, 'Ended: meteor.', undefined],
  ];
  for (const [reason, text, exitCode] of exits) {
    it(`${JSON.stringify(reason)} is “${text}”`, () => {
      assert.equal(exitText(told<ExitReason>(reason)), text);
      assert.equal(exitCodeOf(told<ExitReason>(reason)), exitCode);
    });
  }

  const ended = (ending: Ending, numbers: { inDoubt?: number; unsent?: number } = {}): Notice => {
    return { type: 'ended', ending, inDoubt: 0, unsent: 0, error: new Error('The reason.'), ...numbers };
  };

  it('every end says why, and what Enter does', () => {
    const exit = noticeText(ended({ kind: 'exit', exitCode: 3 }), { code: 'process_exit', exitCode: 3 });
    assert.equal(exit, 'Ended with exit code 3. Enter starts a new one, any other key closes.');
    assert.match(
      noticeText(ended({ kind: 'exit', exitCode: undefined }), undefined),
      /^The terminal has ended\. Enter/,
    );
    assert.match(noticeText(ended({ kind: 'gone' }), undefined), /nobody was connected.*Enter starts/);
    assert.match(
      noticeText(ended({ kind: 'failed' }), undefined),
      /^The reason\. Enter tries again, any other key closes\.$/,
    );
    assert.equal(noticeText(ended({ kind: 'cutOff' }), undefined), 'The reason. Enter tries again.');
    assert.match(
      noticeText(ended({ kind: 'uncertain' }), undefined),
      /may be running: see the Terminals view.*The reason/,
    );
  });

  it('what may not have arrived and what was not sent is counted', () => {
    const error = new Error('x');
    const lost = (inDoubt: number) => noticeText({ type: 'lost', error, inDoubt }, undefined);
    assert.equal(lost(0), 'Connection lost. Reconnecting…');
    assert.match(lost(1), /last key typed may not have arrived, and will not be sent again/);
    assert.match(lost(12), /last 12 bytes typed may not/);
    assert.match(noticeText(ended({ kind: 'gone' }, { unsent: 1 }), undefined), /1 byte typed could not be sent/);
    assert.match(
      noticeText(ended({ kind: 'cutOff' }, { unsent: 2, inDoubt: 3 }), undefined),
      /last 3 bytes typed may not.*2 bytes typed could not be sent/,
    );
  });

  it('the other notices', () => {
    const error = new Error('The reason.');
    assert.equal(noticeText({ type: 'unreachable', error }, undefined), 'The reason. Trying again…');
    assert.match(noticeText({ type: 'reconnected' }, undefined), /Reconnected.*may be missing/);
    assert.match(noticeText({ type: 'inputFull' }, undefined), /64 KiB.*refused/);
    assert.match(noticeText({ type: 'held', error }, undefined), /^The reason\. What is typed waits/);
    const missing = (later: boolean, unsent: number) =>
      noticeText({ type: 'missing', error, missing: 3, later, unsent }, undefined);
    assert.match(missing(false, 0), /^The reason\. The last 3 bytes typed may not have arrived\. Look at/);
    assert.match(
      missing(true, 2),
      /3 bytes may be missing before what did arrive\. \(2 bytes typed could not be sent\.\)/,
    );
    assert.deepEqual(
      [1, 2_048, 5.5 * 1024 ** 2].map(bytes => skippedText(bytes)),
      [
        'Interrupted: 1 byte of output skipped.',
        'Interrupted: 2 KiB of output skipped.',
        'Interrupted: 5.5 MiB of output skipped.',
      ],
    );
  });

  it('a stranger’s text does not steer the terminal, and is not endless', () => {
    const text = dimLine(
      exitText(
        told<ExitReason>({ code: 'exception', exceptionDetails: `\x1b]0;title\x07\x9b2J\r\n${'x'.repeat(9_000)}` }),
      ),
    );
    const inner = text.slice('\r\n\x1b[0;2m'.length, -'\x1b[0m\r\n'.length);
    assert.doesNotMatch(inner, /[\u0000-\u001f\u007f-\u009f]/);
    assert.ok(text.length < 600);
  });
});
