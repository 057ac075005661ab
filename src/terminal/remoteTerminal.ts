import { hasKind, type RemoteError } from '../core/errors.js';
import { Emitter } from '../core/events.js';
import type { ExitReason, TerminalSize } from '../core/resources.js';
import { Connection } from './connection.js';
import { EarlyEvents } from './early.js';
import { IdleWatch } from './idle.js';
import { KeepAlive } from './keepAlive.js';
import { reduce } from './machine.js';
import { isAnswer, isFatal, isUncertain, whyRefused } from './outcome.js';
import type { OutputFlow } from './output.js';
import { Redraw } from './redraw.js';
import type { RemoteTerminalOptions } from './remoteTerminalOptions.js';
import { Screen } from './screen.js';
import { type Effect, type Event, initialState, type Notice, type Phase, type State } from './state.js';
import { WholeCharacters } from './whole.js';
import { exitCodeOf, matters, noticeText, notKeptText, silentText } from './words.js';
import { interrupts } from './writes.js';

/** One remote terminal behind one tab: drives `machine.ts` with sockets and time, and carries out what it says. */
export class RemoteTerminal {
  private readonly changed = new Emitter<Phase>();
  /** The phase changed. */
  readonly onDidChange = this.changed.event;

  private state: State;
  private readonly connection: Connection;
  private readonly screen: Screen;
  private readonly output: OutputFlow;
  private readonly redraw: Redraw;
  private readonly characters = new WholeCharacters();
  private readonly idle: IdleWatch;
  private readonly keeping: KeepAlive;
  private cancelTimer: (() => void) | undefined;
  private readonly early = new EarlyEvents();
  private exitReason: ExitReason | undefined;
  private failed: Error | undefined;

  constructor(private readonly options: RemoteTerminalOptions) {
    this.state = initialState(options.sessionId);
    this.idle = new IdleWatch(options.clock, options.launch.idleTimeout, left => options.warnIdle?.(left));
    const input = {
      typed: (text: string) => this.type(text),
      pause: () => this.connection.pause(),
      resume: () => this.connection.resume(),
    };
    this.screen = new Screen(options.clock, options, input, options.modes);
    this.output = this.screen.output;
    this.connection = new Connection(options.service, options.clock, {
      opened: () => this.dispatch({ type: 'opened' }),
      data: (id, bytes) => this.receive(id, bytes),
      exit: (id, reason) => this.exited(id, reason),
      dropped: error => this.drop(error),
      isPaused: () => this.output.isPaused,
    });
    this.redraw = new Redraw(options.clock, this.connection, silent => {
      this.output.after(() => this.screen.settled(silent, silentText()));
    });
    this.keeping = new KeepAlive(this.connection, {
      done: () => this.idle.touched(),
      failed: error => this.notKept(error),
    });
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
    return kind === 'exit' || kind === 'gone';
  }

  /** What its programs have set in the terminal, to be kept with it. */
  get modes(): string {
    return this.screen.memory;
  }

  /** Why it has ended without a session, or without one that can be reached. */
  get failure(): Error | undefined {
    return this.failed;
  }

  get exit(): ExitReason | undefined {
    return this.exitReason;
  }

  /** Whether all that came has been shown. */
  get isShown(): boolean {
    return this.output.isEmpty;
  }

  start(size: TerminalSize | undefined): void {
    if (size) this.dispatch({ type: 'resize', size });
    this.dispatch({ type: 'start' });
  }

  /** What the person typed, and what the terminal answered to programs' queries. */
  input(text: string): void {
    if (this.phase === 'closed') return;
    this.type(this.output.takeAnswers(text));
  }

  private type(text: string): void {
    const typed = this.characters.join(text);
    if (typed === '') return;
    const bytes = this.output.mouse.encode(typed);
    if (interrupts(bytes)) this.output.interrupt();
    const { cook } = this.options;
    this.dispatch({ type: 'input', bytes: cook ? new TextEncoder().encode(cook(typed)) : bytes });
  }

  resize(size: TerminalSize): void {
    this.dispatch({ type: 'resize', size });
  }

  /** The session is to run on, though nothing is typed: at once, or as soon as it is connected. */
  keepAlive(): void {
    this.keeping.ask(this.state);
  }

  /** The network is back: waiting any longer is pointless. */
  online(): void {
    this.dispatch({ type: 'online' });
  }

  /** Where the service would not have us, it may now. */
  again(): void {
    this.dispatch({ type: 'again' });
  }

  /** The connection would be refused what it is asked: another one is made, and what is typed waits. @param error why */
  renew(error: RemoteError): void {
    this.dispatch({ type: 'renew', error, random: this.options.clock.random() });
  }

  /** @param terminate whether the remote session ends too, or goes on without anybody watching */
  close(terminate: boolean): void {
    this.dispatch({ type: 'close', terminate });
    this.screen.dispose();
  }

  private dispatch(event: Event): void {
    const before = this.state.phase;
    const { state, effects } = reduce(this.state, event, this.options.clock.elapsed());
    this.state = state;
    for (const effect of effects) this.perform(effect);
    if (state.phase !== before) {
      this.idle.phaseChanged(before, state.phase);
      const level = state.phase === 'live' || state.phase === 'ended' ? 'info' : 'debug';
      this.options.log[level](`Terminal ${state.sessionId ?? '(new)'}: ${before} → ${state.phase}`);
      this.changed.fire(state.phase);
    }
    if (before !== 'live' && state.phase === 'live') {
      this.replayEarly();
      this.keeping.send(this.state);
    }
  }

  private perform(effect: Effect): void {
    switch (effect.type) {
      case 'connect':
        this.connect();
        return;
      case 'launch':
        this.connection.ask(
          link => link.launch(this.options.launch, effect.size),
          sessionId => this.dispatch({ type: 'launched', sessionId }),
          error => (isUncertain(error) ? this.drop(error) : this.dispatch({ type: 'launchFailed', error })),
        );
        return;
      case 'attach':
        this.connection.ask(
          link => link.attach(effect.sessionId),
          found => {
            if (found) this.screen.attached();
            this.dispatch({ type: 'attached', found });
          },
          error => (hasKind(error, 'notFound') ? this.dispatch({ type: 'attached', found: false }) : this.drop(error)),
        );
        return;
      case 'write':
        this.idle.touched();
        this.connection.ask(
          link => link.write(effect.sessionId, effect.bytes),
          () => {
            if (interrupts(effect.bytes)) this.output.interruptArrived();
            this.dispatch({ type: 'answered', id: effect.id });
          },
          error => this.writeFailed(effect.id, error),
        );
        return;
      case 'resize':
        this.redraw.tell(effect);
        return;
      case 'terminate':
        this.options.service.terminate(effect.sessionId).catch(error => {
          if (!hasKind(error, 'notFound'))
            this.options.log.failed('Ending a terminal', error, 'warn', effect.sessionId);
        });
        return;
      case 'schedule':
        this.schedule(effect.ms);
        return;
      case 'mayRun':
        this.options.mayRun?.(effect.error);
        return;
      case 'disconnect':
        this.disconnect();
        return;
      case 'bell':
        this.screen.bell();
        return;
      case 'notice':
        this.say(effect.notice);
        return;
      case 'leave':
        this.options.leave(effect.exitCode);
        return;
    }
  }

  private connect(): void {
    this.disconnect();
    this.exitReason = this.failed = undefined;
    void this.connection.open();
  }

  private schedule(ms: number): void {
    this.cancelTimer?.();
    this.cancelTimer = this.options.clock.after(ms, () => {
      // An exit that is waited for may stand behind output that is still to be read.
      if (this.state.gone && this.output.isFlooded) this.schedule(ms);
      else this.dispatch({ type: 'timer' });
    });
  }

  /** The connection is over: it ended, or it is ended for a reason of our own, such as signing out. The session goes on. */
  drop(error: RemoteError): void {
    this.options.log.failed('Connection of a terminal', error, 'info', this.sessionId);
    const { random } = this.options.clock;
    this.dispatch({ type: 'dropped', error, fatal: isFatal(error), answered: isAnswer(error), random: random() });
  }

  private writeFailed(id: number, error: RemoteError): void {
    if (error.kind === 'credentials') this.drop(error);
    else this.dispatch({ type: 'writeFailed', id, error, why: whyRefused(error), random: this.options.clock.random() });
  }

  private notKept(error: RemoteError): void {
    if (error.kind === 'credentials') this.drop(error);
    else if (error.kind !== 'notFound') this.screen.notice(notKeptText(error), true);
  }

  private disconnect(): void {
    this.cancelTimer?.();
    this.redraw.stop();
    if (!this.connection.close()) return;
    // What a subscription brought stands before the notice of its end.
    if (this.phase !== 'closed') this.early.release(this.sessionId, this.output, this.screen);
    this.output.cut();
  }

  private receive(id: string, bytes: Uint8Array): void {
    if (this.phase === 'launching' || this.phase === 'attaching') this.early.output(id, bytes);
    else if (this.phase === 'live' && id === this.sessionId) {
      this.redraw.output();
      this.output.push(bytes);
    }
  }

  private exited(id: string, reason: ExitReason): void {
    // Which session is ours is not known before the launch's answer.
    if (this.phase === 'launching') {
      this.early.exit(id, reason);
    } else if (id === this.sessionId) {
      this.exitReason = reason;
      this.dispatch({ type: 'exit', sessionId: id, exitCode: exitCodeOf(reason) });
    }
  }

  private replayEarly(): void {
    const { sessionId } = this.state;
    const exit = this.early.release(sessionId, this.output, this.screen);
    if (exit && sessionId !== undefined) this.exited(sessionId, exit);
  }

  private say(notice: Notice): void {
    const { words = noticeText } = this.options;
    const text = words(notice, this.exitReason);
    if (notice.type === 'ended') {
      this.failed = notice.error;
      this.screen.ended(text, notice.ending.kind !== 'cutOff');
    } else this.screen.notice(text, matters(notice));
  }
}
