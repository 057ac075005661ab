import type { MachineBackend, TerminalLaunch, TerminalLink } from '../core/backend.js';
import type { Clock } from '../core/clock.js';
import { hasKind, RemoteError, toRemoteError } from '../core/errors.js';
import { Emitter } from '../core/events.js';
import type { Log } from '../core/log.js';
import type { ExitReason, TerminalSize } from '../core/resources.js';
import { EarlyEvents } from './early.js';
import { Health } from './health.js';
import { reduce } from './machine.js';
import { OutputFlow } from './output.js';
import { type Effect, type Event, initialState, type Notice, type Phase, type State } from './state.js';
import { dimLine, exitCodeOf, FRESH_TERMINAL, noticeText, skippedText } from './words.js';

export interface RemoteTerminalOptions {
  service: MachineBackend['terminals'];
  clock: Clock;
  log: Log;
  /** What to start, also anew after an end. */
  launch: TerminalLaunch;
  /** A session that runs already: it is attached, not started. */
  sessionId?: string;
  show(text: string): void;
  /** The tab is to go. */
  leave(exitCode: number | undefined): void;
}

/** Ctrl+C and Ctrl+\. */
const INTERRUPTS = [0x03, 0x1c];

/** One remote terminal behind one tab: drives `machine.ts` with sockets and time, and carries out what it says. */
export class RemoteTerminal {
  private readonly changed = new Emitter<Phase>();
  /** The phase changed. */
  readonly onDidChange = this.changed.event;

  private state: State;
  private readonly output: OutputFlow;
  private readonly encoder = new TextEncoder();
  private link: TerminalLink | undefined;
  private health: Health | undefined;
  private cancelTimer: (() => void) | undefined;
  private connecting: AbortController | undefined;
  /** Counts connections, so that what a former one still says is not taken for the present one's. */
  private epoch = 0;
  private readonly early = new EarlyEvents();
  private exitReason: ExitReason | undefined;

  constructor(private readonly options: RemoteTerminalOptions) {
    this.state = initialState(options.sessionId);
    this.output = new OutputFlow(
      {
        show: options.show,
        pause: () => this.link?.pause(),
        resume: () => this.link?.resume(),
        skipped: bytes => dimLine(skippedText(bytes)),
      },
      options.clock,
    );
  }

  get phase(): Phase {
    return this.state.phase;
  }

  get sessionId(): string | undefined {
    return this.state.sessionId;
  }

  start(size: TerminalSize | undefined): void {
    if (size) this.dispatch({ type: 'resize', size });
    this.dispatch({ type: 'start' });
  }

  /** What the person typed, and what the terminal answered to programs' queries. */
  input(text: string): void {
    if (this.phase === 'closed') return;
    const bytes = this.encoder.encode(this.output.takeAnswers(text));
    if (interrupts(bytes)) this.output.interrupt();
    this.dispatch({ type: 'input', bytes });
  }

  resize(size: TerminalSize): void {
    this.dispatch({ type: 'resize', size });
  }

  /** The network is back: waiting any longer is pointless. */
  online(): void {
    this.dispatch({ type: 'online' });
  }

  /** @param terminate whether the remote session ends too, or goes on without anybody watching */
  close(terminate: boolean): void {
    this.dispatch({ type: 'close', terminate });
    this.output.dispose();
  }

  private dispatch(event: Event): void {
    const before = this.state.phase;
    const { state, effects } = reduce(this.state, event, this.options.clock.now());
    this.state = state;
    for (const effect of effects) this.perform(effect);
    if (state.phase !== before) {
      this.options.log.debug(`Terminal ${state.sessionId ?? '(new)'}: ${before} → ${state.phase}`);
      this.changed.fire(state.phase);
    }
    if (before !== 'live' && state.phase === 'live') this.replayEarly();
  }

  private perform(effect: Effect): void {
    switch (effect.type) {
      case 'connect':
        void this.connect();
        return;
      case 'launch':
        this.ask(
          link => link.launch(this.options.launch, effect.size),
          sessionId => this.dispatch({ type: 'launched', sessionId }),
          error => (isUncertain(error) ? this.drop(error) : this.dispatch({ type: 'launchFailed', error })),
        );
        return;
      case 'attach':
        this.ask(
          link => link.attach(effect.sessionId),
          found => this.dispatch({ type: 'attached', found }),
          error => (hasKind(error, 'notFound') ? this.dispatch({ type: 'attached', found: false }) : this.drop(error)),
        );
        return;
      case 'write':
        this.ask(
          link => link.write(effect.sessionId, effect.bytes),
          () => {
            if (interrupts(effect.bytes)) this.output.interruptArrived();
            this.dispatch({ type: 'answered' });
          },
          error =>
            error.kind === 'credentials'
              ? this.drop(error)
              : this.dispatch({ type: 'writeFailed', error, gone: error.kind === 'notFound' }),
        );
        return;
      case 'resize':
        this.resizeRemote(effect.sessionId, effect.size, effect.redraw);
        return;
      case 'terminate':
        this.options.service.terminate(effect.sessionId).catch(error => {
          if (!hasKind(error, 'notFound')) this.options.log.warn(`Terminal ${effect.sessionId}: not ended. ${error}`);
        });
        return;
      case 'schedule':
        this.cancelTimer?.();
        this.cancelTimer = this.options.clock.after(effect.ms, () => this.dispatch({ type: 'timer' }));
        return;
      case 'disconnect':
        this.disconnect();
        return;
      case 'reset':
        this.output.notice(FRESH_TERMINAL);
        return;
      case 'bell':
        this.output.notice('\x07');
        return;
      case 'notice':
        this.say(effect.notice);
        return;
      case 'leave':
        this.options.leave(effect.exitCode);
        return;
    }
  }

  private async connect(): Promise<void> {
    this.disconnect();
    const epoch = this.epoch;
    const current = () => epoch === this.epoch;
    const connecting = new AbortController();
    this.connecting = connecting;
    this.exitReason = undefined;
    try {
      const link = await this.options.service.connect(
        {
          data: (id, bytes) => current() && this.receive(id, bytes),
          exit: (id, reason) => current() && this.exited(id, reason),
          alive: () => current() && this.health?.alive(),
          closed: error => current() && this.drop(toRemoteError(error)),
        },
        connecting.signal,
      );
      if (!current()) return link.close();
      this.link = link;
      if (this.output.isPaused) link.pause();
      this.health = new Health(this.options.clock, {
        ping: () => link.ping(),
        isPaused: () => this.output.isPaused,
        dead: () => this.drop(new RemoteError('network', 'The connection gave no sign of life.')),
      });
      this.dispatch({ type: 'opened' });
    } catch (error) {
      if (current()) this.drop(toRemoteError(error));
    }
  }

  /** A call on the present connection. What comes of it after that one ended is nobody's business. */
  private ask<T>(
    call: (link: TerminalLink) => Promise<T>,
    done: (value: T) => void,
    failed: (error: RemoteError) => void,
  ): void {
    const { link, epoch } = this;
    if (!link) return;
    call(link).then(
      value => epoch === this.epoch && done(value),
      error => epoch === this.epoch && failed(toRemoteError(error)),
    );
  }

  private resizeRemote(sessionId: string, size: TerminalSize, redraw: boolean): void {
    const { link } = this;
    if (!link) return;
    // A program draws itself anew when its size changes; told the size it has already, it would not.
    const sizes = redraw ? [{ ...size, rows: Math.max(1, size.rows - 1) }, size] : [size];
    for (const each of sizes) {
      link.resize(sessionId, each).catch(error => {
        // A later size took its place.
        if (!hasKind(error, 'cancelled')) this.options.log.debug(`Terminal ${sessionId}: resize: ${error}`);
      });
    }
  }

  private drop(error: RemoteError): void {
    this.dispatch({ type: 'dropped', error, fatal: isFatal(error), random: this.options.clock.random() });
  }

  private disconnect(): void {
    this.epoch++;
    this.cancelTimer?.();
    this.connecting?.abort();
    this.connecting = undefined;
    this.health?.dispose();
    this.health = undefined;
    if (!this.link) return;
    this.link.close();
    this.link = undefined;
    this.output.cut();
  }

  private receive(id: string, bytes: Uint8Array): void {
    if (this.isEarly) this.early.keep({ id, bytes });
    else if (this.phase === 'live' && id === this.sessionId) this.output.push(bytes);
  }

  private exited(id: string, reason: ExitReason): void {
    if (this.isEarly) {
      this.early.keep({ id, exit: reason });
    } else if (id === this.sessionId) {
      this.exitReason = reason;
      this.dispatch({ type: 'exit', sessionId: id, exitCode: exitCodeOf(reason) });
    }
  }

  /** Whether what comes has to wait for the answer of the call that starts or subscribes to the session. */
  private get isEarly(): boolean {
    return this.phase === 'launching' || this.phase === 'attaching';
  }

  private replayEarly(): void {
    for (const event of this.early.takeAll()) {
      if ('bytes' in event) this.receive(event.id, event.bytes);
      else this.exited(event.id, event.exit);
    }
  }

  private say(notice: Notice): void {
    this.output.notice(dimLine(noticeText(notice, this.exitReason)));
  }
}

function interrupts(bytes: Uint8Array): boolean {
  return INTERRUPTS.some(key => bytes.includes(key));
}

/** Trying again by itself cannot help: the person has to do something first. */
function isFatal({ kind }: RemoteError): boolean {
  return kind === 'credentials' || kind === 'invalid' || kind === 'refused';
}

/** Nobody knows whether the service did what it was asked for. */
function isUncertain({ kind }: RemoteError): boolean {
  return kind === 'network' || kind === 'timeout' || kind === 'protocol';
}
