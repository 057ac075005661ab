import { constants } from 'node:os';
import { StringDecoder } from 'node:string_decoder';
import type { CommandLaunch, MachineBackend } from '../core/backend.js';
import type { Clock } from '../core/clock.js';
import { hasKind, type RemoteError, toRemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import type { Log } from '../core/log.js';
import type { ExitReason } from '../core/resources.js';
import { LineInput } from './lineInput.js';
import { RemoteTerminal } from './remoteTerminal.js';
import type { RemoteTerminalOptions } from './remoteTerminalOptions.js';
import type { Notice } from './state.js';
import { dimLine, exitText, noticeText } from './words.js';

export interface RemoteCommandOptions {
  service: MachineBackend['commands'];
  clock: Clock;
  log: Log;
  launch: CommandLaunch;
  show(text: string): void;
  /** Called once, when all that it printed has been shown. */
  ended(exitCode: number): void;
  /** It was to end with its tab, and may go on. */
  notEnded(error: RemoteError): void;
}

const INTERRUPT = '\x03';
/** What a shell says of a command that somebody ended. */
const INTERRUPTED = 128 + 2;

/** One command in one tab: a terminal that runs once, is typed to in lines, and ends with the command. */
export class RemoteCommand {
  private readonly remote: RemoteTerminal;
  private readonly lines: LineInput;
  private ending = false;
  private over = false;

  constructor(private readonly options: RemoteCommandOptions) {
    const { clock, log, launch } = options;
    this.lines = new LineInput(text => options.show(text));
    this.remote = new RemoteTerminal({
      service: this.asTerminal(),
      clock,
      log,
      launch: { modelId: launch.modelId, location: launch.location },
      show: text => this.show(text),
      cook: typed => this.cook(typed),
      words: (notice, exit) => this.words(notice, exit),
      mayRun: error => options.notEnded(toRemoteError(error)),
      leave: () => {},
    });
  }

  start(): void {
    this.remote.start(undefined);
  }

  input(text: string): void {
    this.remote.input(text);
  }

  /** Connections with a key that was signed out end; the command goes on. */
  drop(error: RemoteError): void {
    this.remote.drop(error);
  }

  /** Ends it here and there, whatever becomes of the connection. */
  end(): void {
    if (this.over) return;
    this.remote.close(true);
    this.leave(INTERRUPTED);
  }

  private show(text: string): void {
    if (this.over) return;
    this.options.show(text);
    if (this.remote.phase === 'ended' && this.remote.isShown) this.leave(taskExitCode(this.remote.exit));
  }

  private leave(exitCode: number): void {
    this.over = true;
    this.options.ended(exitCode);
  }

  private cook(typed: string): string {
    // Keys that come between its end and the tab's are nobody's decision to run it again.
    if (this.remote.phase === 'ended') return '';
    if (!typed.includes(INTERRUPT)) return this.lines.typed(typed);
    void this.interrupt();
    return '';
  }

  private async interrupt(): Promise<void> {
    const { phase, sessionId } = this.remote;
    // Said twice, or said to what cannot hear it now: the tab does not wait for the command's own end.
    if (this.ending || phase !== 'live' || sessionId === undefined) return this.end();
    this.ending = true;
    this.options.show(dimLine(t('Ending the command…')));
    try {
      await this.options.service.terminate(sessionId);
    } catch (error) {
      this.ending = false;
      if (!hasKind(error, 'notFound') && !this.over) {
        this.options.show(
          dimLine(t('{0} The command was not ended: Ctrl+C tries again.', toRemoteError(error).message)),
        );
      }
    }
  }

  private words(notice: Notice, exit: ExitReason | undefined): string {
    if (notice.type !== 'ended') return noticeText(notice, exit);
    const why = notice.error?.message ?? '';
    switch (notice.ending.kind) {
      case 'exit':
        return exit ? exitText(exit) : t('Ended.');
      case 'gone':
        if (notice.ending.connected) return t('The command has ended. How it ended is not known.');
        return t('The command ended while nobody was connected. How it ended is not known.');
      case 'failed':
        return why;
      case 'cutOff':
        return t('{0} The command was not ended, and may go on.', why);
      case 'uncertain':
        return t(
          'The connection was lost while the command was being started, so it may be running. It is not started a second time. ({0})',
          why,
        );
    }
  }

  /** Both streams as one terminal shows them: in whole characters, and with its line ends. */
  private asTerminal(): RemoteTerminalOptions['service'] {
    const { service, launch, notEnded } = this.options;
    const encoder = new TextEncoder();
    return {
      async connect(handlers, signal) {
        const decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
        const give = (id: string, text: string) => {
          if (text !== '') handlers.data(id, encoder.encode(text.replace(/\r?\n/g, '\r\n')));
        };
        const link = await service.connect(
          {
            ...handlers,
            output: (id, stream, bytes) => give(id, decoders[stream].write(Buffer.from(bytes))),
            exit(id, reason) {
              give(id, decoders.stdout.end() + decoders.stderr.end());
              handlers.exit(id, reason);
            },
          },
          signal,
        );
        return { ...link, launch: () => link.run(launch), resize: async () => {} };
      },
      async terminate(id) {
        try {
          await service.terminate(id);
        } catch (error) {
          if (!hasKind(error, 'notFound')) notEnded(toRemoteError(error));
          throw error;
        }
      },
    };
  }
}

/** What a shell would say: never 0 for a command that did not end by itself, and well. */
export function taskExitCode(reason: ExitReason | undefined): number {
  if (reason === undefined) return 1;
  const { code, exitCode, signal, oom } = reason;
  if (code === 'terminated_on_request') return INTERRUPTED;
  if (exitCode) return exitCode;
  if (oom) return 128 + constants.signals.SIGKILL;
  const number = Object.entries(constants.signals).find(
    ([name, value]) => name === signal || `${value}` === signal,
  )?.[1];
  if (number !== undefined) return 128 + number;
  return code === 'process_exit' && exitCode === 0 ? 0 : 1;
}
