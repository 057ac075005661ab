import type { ExitReason } from '../core/resources.js';
import type { Notice } from './state.js';

/** What the terminal says of itself, one dim line each. */
export function noticeText(notice: Notice, exit: ExitReason | undefined): string {
  switch (notice.type) {
    case 'lost':
      return `Connection lost. Reconnecting…${inDoubt(notice.inDoubt, notice.waiting)}`;
    case 'unreachable':
      return `${notice.error.message} Trying again…`;
    case 'reconnected':
      return 'Reconnected. Output in between may be missing.';
    case 'inputFull':
      return 'Not connected, and 64 KiB are waiting to be sent: what is typed now is refused until the connection is back.';
    case 'writeRefused':
      return `${notice.error.message} What was just typed may not have arrived.`;
    case 'ended':
      return `${endedText(notice, exit)}${inDoubt(notice.inDoubt)}${unsent(notice.unsent)}`;
  }
}

function endedText({ ending, error }: Extract<Notice, { type: 'ended' }>, exit: ExitReason | undefined): string {
  const why = error?.message ?? 'Unknown error.';
  switch (ending.kind) {
    case 'exit':
      return `${exit ? exitText(exit) : 'The terminal has ended.'} Enter starts a new one, any other key closes.`;
    case 'gone':
      return 'The terminal session has ended while nobody was connected. Enter starts a new one, any other key closes.';
    case 'failed':
      return `${why} Enter tries again, any other key closes.`;
    case 'uncertain':
      return `The connection was lost while the terminal was being started, so it may be running: see the Terminals view. Enter starts another, any other key closes. (${why})`;
  }
}

/** Why a session ended, in words; the codes are those of the wire. */
export function exitText(reason: ExitReason): string {
  const { code, exitCode, signal, oom } = reason;
  switch (code) {
    case 'process_exit':
    case 'code_terminated':
      if (oom) return 'Ended: the machine ran out of memory. Choose one with more.';
      if (signal) {
        const name = printable(signal);
        return exitCode === undefined ? `Ended by signal ${name}.` : `Ended by signal ${name} (exit code ${exitCode}).`;
      }
      return exitCode === undefined ? 'Ended.' : `Ended with exit code ${exitCode}.`;
    case 'terminated_on_request':
      return 'Ended on request.';
    case 'launcher_terminated':
      return 'Ended: its launcher was terminated.';
    case 'inactive_timeout':
      return 'Ended by the service: it was idle for too long.';
    case 'exception':
      return reason.exceptionDetails
        ? `Ended by an exception: ${printable(reason.exceptionDetails)}`
        : 'Ended by an exception.';
    case 'unknown':
      return 'Ended, for a reason that the service does not know.';
    default:
      return `Ended: ${printable(code)}.`;
  }
}

/** The exit code that VS Code is told: a shell's convention where the session had none of its own. */
export function exitCodeOf({ exitCode, oom, signal }: ExitReason): number | undefined {
  if (exitCode !== undefined) return exitCode;
  return oom || signal === 'SIGKILL' ? 137 : undefined;
}

export function skippedText(bytes: number): string {
  return `Interrupted: ${sizeText(bytes)} of output skipped.`;
}

/** A line of our own, set apart from the output: dim, on a line of its own, leaving no attribute behind. */
export function dimLine(text: string): string {
  return `\r\n\x1b[0;2m${printable(text)}\x1b[0m\r\n`;
}

/**
 * Puts the terminal out of the modes that a former program left on: alternate screen, mouse and focus reports, and what
 * a soft reset covers. The cursor is saved first, since leaving the alternate screen restores it.
 */
export const FRESH_TERMINAL = '\x1b7\x1b[?1049l\x1b[?1000;1002;1003;1004;1006;2004l\x1b[!p';

/** @param waiting bytes typed later */
function inDoubt(bytes: number, waiting = 0): string {
  if (bytes === 0) return '';
  if (waiting > 0) {
    return ` The last ${sizeText(bytes)} typed before the ${sizeText(waiting)} that wait may not have arrived, and will not be sent again.`;
  }
  return bytes === 1
    ? ' The last key typed may not have arrived, and will not be sent again.'
    : ` The last ${sizeText(bytes)} typed may not have arrived, and will not be sent again.`;
}

function unsent(bytes: number): string {
  return bytes === 0 ? '' : ` (${sizeText(bytes)} typed could not be sent.)`;
}

function sizeText(bytes: number): string {
  if (bytes < 1024) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

/** A stranger's text must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ').slice(0, 500);
}
