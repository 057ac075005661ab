import { t } from '../core/l10n.js';
import type { ExitReason } from '../core/resources.js';
import type { Notice } from './state.js';

/** What the terminal says of itself, one dim line each. */
export function noticeText(notice: Notice, exit: ExitReason | undefined): string {
  switch (notice.type) {
    case 'lost':
      if (notice.renewed)
        return (
          t('{0} Reconnecting…{1}', notice.error.message, inDoubt(notice.inDoubt, notice.waiting)) + cutPaste(notice)
        );
      return t('Connection lost. Reconnecting…{0}', inDoubt(notice.inDoubt, notice.waiting)) + cutPaste(notice);
    case 'unreachable':
      return t('{0} Trying again…', notice.error.message);
    case 'reconnected':
      return t('Reconnected. Output in between may be missing.');
    case 'inputFull':
      return t(
        'Not connected, and 64 KiB are waiting to be sent: what is typed now is refused until the connection is back.',
      );
    case 'held':
      return t('{0} What is typed waits, and is sent as soon as it can be.', notice.error.message);
    case 'missing':
      return missingText(notice);
    case 'ended':
      return `${endedText(notice, exit)}${inDoubt(notice.inDoubt)}${unsent(notice.unsent)}`;
  }
}

function missingText({
  error,
  missing,
  later,
  unsent: left,
  cutPaste: cut,
}: Extract<Notice, { type: 'missing' }>): string {
  const why = error.message;
  const what = later
    ? t('{0} Of what was typed last, {1} may be missing before what did arrive.', why, sizeText(missing))
    : missing === 1
      ? t('{0} The last key typed may not have arrived.', why)
      : t('{0} The last {1} typed may not have arrived.', why, sizeText(missing));
  return (
    what +
    unsent(left) +
    cutPaste({ cutPaste: cut }) +
    t(' Look at what stands there before you go on: keys count again after a short pause.')
  );
}

function endedText({ ending, error }: Extract<Notice, { type: 'ended' }>, exit: ExitReason | undefined): string {
  const why = error?.message ?? t('Unknown error.');
  switch (ending.kind) {
    case 'exit':
      return t(
        '{0} Enter starts a new one, any other key closes.',
        exit ? exitText(exit) : t('The terminal has ended.'),
      );
    case 'gone':
      if (ending.connected)
        return t('The terminal session has ended; how is not known. Enter starts a new one, any other key closes.');
      return t(
        'The terminal session has ended while nobody was connected. Enter starts a new one, any other key closes.',
      );
    case 'failed':
      return t('{0} Enter tries again, any other key closes.', why);
    case 'cutOff':
      return t('{0} Enter tries again.', why);
    case 'uncertain':
      return t(
        'The connection was lost while the terminal was being started, so it may be running: see the Terminals view. Enter starts another, any other key closes. ({0})',
        why,
      );
  }
}

/** Why a session ended, in words; the codes are those of the wire. */
export function exitText(reason: ExitReason): string {
  const { code, exitCode, signal, oom } = reason;
  switch (code) {
    case 'process_exit':
    case 'code_terminated':
      if (oom) return t('Ended: the machine ran out of memory. Choose one with more.');
      if (signal) {
        const name = printable(signal);
        return exitCode === undefined
          ? t('Ended by signal {0}.', name)
          : t('Ended by signal {0} (exit code {1}).', name, exitCode);
      }
      return exitCode === undefined ? t('Ended.') : t('Ended with exit code {0}.', exitCode);
    case 'terminated_on_request':
      return t('Ended on request.');
    case 'launcher_terminated':
      return t('Ended: its launcher was terminated.');
    case 'inactive_timeout':
      return t('Ended by the service: it was idle for too long.');
    case 'exception':
      return reason.exceptionDetails
        ? t('Ended by an exception: {0}', printable(reason.exceptionDetails))
        : t('Ended by an exception.');
    case 'unknown':
      return t('Ended, for a reason that the service does not know.');
    default:
      return t('Ended: {0}.', printable(code));
  }
}

/** The exit code that VS Code is told: a shell's convention where the session had none of its own. */
export function exitCodeOf({ exitCode, oom, signal }: ExitReason): number | undefined {
  if (exitCode !== undefined) return exitCode;
  return oom || signal === 'SIGKILL' ? 137 : undefined;
}

/** The person asked for the session to run on. */
export function notKeptText(error: Error): string {
  return t('{0} The terminal was not kept running: type something, so that it is not ended as idle.', error.message);
}

/** Stands where it would have been shown. */
export function missingOutputText(bytes: number): string {
  return t('{0} of output is missing here: it came faster than it could be kept.', sizeText(bytes));
}

export function skippedText(bytes: number): string {
  return t('Interrupted: {0} of output skipped.', sizeText(bytes));
}

/** A line of our own, set apart from the output: dim, on a line of its own, leaving no attribute behind. */
export function dimLine(text: string): string {
  return `\r\n\x1b[0;2m${printable(text)}\x1b[0m\r\n`;
}

/** Whether the person has to know of it, wherever it is said. */
export function matters(notice: Notice): boolean {
  if (notice.type === 'lost') return notice.inDoubt > 0 || notice.cutPaste === true;
  return notice.type === 'inputFull' || notice.type === 'held' || notice.type === 'missing';
}

/** The session is there, and has not drawn anything. */
export function silentText(): string {
  return t('Attached. Nothing has been shown since: what runs may show something later, and at a prompt, Enter does.');
}

/** @param waiting bytes typed later */
function inDoubt(bytes: number, waiting = 0): string {
  if (bytes === 0) return '';
  if (waiting > 0) {
    return t(
      ' The last {0} typed before the {1} that wait may not have arrived, and will not be sent again.',
      sizeText(bytes),
      sizeText(waiting),
    );
  }
  return bytes === 1
    ? t(' The last key typed may not have arrived, and will not be sent again.')
    : t(' The last {0} typed may not have arrived, and will not be sent again.', sizeText(bytes));
}

function cutPaste({ cutPaste: cut }: { cutPaste?: true | undefined }): string {
  return cut ? t(' A paste was cut off: what is left of it is not sent.') : '';
}

function unsent(bytes: number): string {
  return bytes === 0 ? '' : t(' ({0} typed could not be sent.)', sizeText(bytes));
}

function sizeText(bytes: number): string {
  if (bytes < 1024) return bytes === 1 ? t('1 byte') : t('{0} bytes', bytes);
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

/** A stranger's text must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ').slice(0, 500);
}
