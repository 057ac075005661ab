import type { MachineBackend, TerminalLaunch, TerminalLink } from '../core/backend.js';
import type { Clock } from '../core/clock.js';
import { hasKind, RemoteError, toRemoteError } from '../core/errors.js';
import { Emitter } from '../core/events.js';
import type { Log } from '../core/log.js';
import type { ExitReason, TerminalSize } from '../core/resources.js';
import { EarlyEvents } from './early.js';
import { Health } from './health.js';
import { IdleWatch } from './idle.js';
import { reduce } from './machine.js';
import { OutputFlow } from './output.js';
import { type Effect, type Event, initialState, type Notice, type Phase, type State } from './state.js';
import { dimLine, exitCodeOf, noticeText, skippedText } from './words.js';

export interface RemoteTerminalOptions {
  service: MachineBackend['terminals'];
  clock: Clock;
  log: Log;
  /** What to start, also anew after an end. */
  launch: TerminalLaunch;
  /** A session that runs already: it is attached, not started. */
  sessionId?: string;
  show(text: string): void;
  /** The service will end the session for want of input in so many milliseconds. */
  warnIdle?(leftMs: number): void;
  /** The tab is to go. */
  leave(exitCode: number | undefined): void;
}

const INTERRUPT = /[\x03\x1c]/;

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
  private readonly idle: IdleWatch;
  private cancelTimer: (() => void) | undefined;
  private connecting: AbortController | undefined;
  /** Counts connections, so that what a former one still says is not taken for the present one's. */
  private epoch = 0;
  private readonly early = new EarlyEvents();
  private exitReason: ExitReason | undefined;

  constructor(private readonly options: RemoteTerminalOptions) {
    this.state = initialState(options.sessionId);
    this.idle = new IdleWatch(options.clock, options.launch.idleTimeout, left => options.warnIdle?.(left));
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

  /** Whether the session itself is over, not merely the connection to it. */
  get sessionOver(): boolean {
    const kind = this.state.ending?.kind;
    return this.state.phase === 'ended' && (kind === 'exit' || kind === 'gone');
  }

  start(size: TerminalSize | undefined): void {
    if (size) this.dispatch({ type: 'resize', size });
    this.dispatch({ type: 'start', now: this.now });
  }

  /** What the person typed, and what the terminal answered to programs' queries. */
  input(text: string): void {
    const typed = this.output.takeAnswers(text);
    if (typed === '') return;
    if (INTERRUPT.test(typed)) this.output.interrupt();
    this.dispatch({ type: 'input', bytes: this.encoder.encode(typed), now: this.now });
  }

  resize(size: TerminalSize): void {
    this.dispatch({ type: 'resize', size });
  }

  /** Counts as input for the service, and types nothing. */
  keepAlive(): void {
    const { phase, sessionId } = this.state;
    if (phase !== 'live' || sessionId === undefined) return;
    this.idle.touched();
    this.link?.write(sessionId, new Uint8Array(0)).catch(error => this.options.log.debug(`Keep alive: ${error}`));
  }

  /** Ends the connection for a reason of our own, such as signing out; the session goes on. */
  cut(error: RemoteError): void {
    this.drop(error);
  }

  /** The network is back: waiting any longer is pointless. */
  online(): void {
    this.dispatch({ type: 'online', now: this.now });
  }

  /** @param terminate whether the remote session ends too, or goes on without anybody watching */
  close(terminate: boolean): void {
    this.dispatch({ type: 'close', terminate });
    this.output.dispose();
    this.cancelTimer?.();
  }

  private get now(): number {
    return this.options.clock.now();
  }

  private dispatch(event: Event): void {
    const before = this.state.phase;
    const { state, effects } = reduce(this.state, event);
    this.state = state;
    for (const effect of effects) this.perform(effect);
    if (state.phase !== before) {
      this.idle.phaseChanged(before, state.phase);
      this.options.log.debug(`Terminal ${state.sessionId ?? '(new)'}: ${before} → ${state.phase}`);
      this.changed.fire(state.phase);
    }
    if (before === 'launching' && state.phase === 'live') this.replayEarly(state.sessionId);
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
          error => this.dispatch({ type: 'launchFailed', error }),
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
        this.idle.touched();
        this.ask(
          link => link.write(effect.sessionId, effect.bytes),
          () => this.dispatch({ type: 'answered' }),
          error => this.dispatch({ type: 'writeFailed', error, gone: error.kind === 'notFound', now: this.now }),
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
        this.cancelTimer = this.options.clock.after(effect.ms, () => this.dispatch({ type: 'timer', now: this.now }));
        return;
      case 'disconnect':
        this.disconnect();
        return;
      case 'bell':
        this.options.show('\x07');
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
    this.cancelTimer?.();
    this.disconnect();
    const epoch = this.epoch;
    const current = () => epoch === this.epoch;
    const connecting = new AbortController();
    this.connecting = connecting;
    this.early.take(undefined);
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
        dead: () => {
          link.abandon();
          this.drop(new RemoteError('network', 'The connection is dead.'));
        },
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
      link.resize(sessionId, each).catch(error => this.options.log.debug(`Terminal ${sessionId}: resize: ${error}`));
    }
  }

  private drop(error: RemoteError): void {
    const fatal = error.kind === 'credentials' || error.kind === 'invalid';
    this.dispatch({ type: 'dropped', error, fatal, random: this.options.clock.random() });
  }

  private disconnect(): void {
    this.epoch++;
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
    if (id === this.state.sessionId) this.output.push(bytes);
    else if (this.state.phase === 'launching') this.early.keep({ id, bytes });
  }

  private exited(id: string, reason: ExitReason): void {
    if (this.state.phase === 'launching') {
      this.early.keep({ id, exit: reason });
      return;
    }
    if (id !== this.state.sessionId) return;
    this.exitReason = reason;
    this.dispatch({ type: 'exit', sessionId: id, exitCode: exitCodeOf(reason), now: this.now });
  }

  private replayEarly(sessionId: string | undefined): void {
    for (const event of this.early.take(sessionId)) {
      if ('bytes' in event) this.output.push(event.bytes);
      else this.exited(event.id, event.exit);
    }
  }

  private say(notice: Notice): void {
    this.output.notice(dimLine(noticeText(notice, this.exitReason)));
  }
}
