import type { MachineBackend, TerminalLink, TerminalLinkHandlers } from '../../src/core/backend.js';
import { RemoteError } from '../../src/core/errors.js';
import { type Deferred, deferred } from './assertions.js';
import { settled } from './fakeClock.js';

/** One connection of a terminal: what was asked of it, and what a test lets come back. */
export class FakeLink {
  /** Calls and acts in order, such as `write:ls` and `pause`. */
  readonly log: string[] = [];
  private readonly waiting = new Map<string, Deferred<never>[]>();

  constructor(readonly handlers: TerminalLinkHandlers) {}

  readonly link: TerminalLink = {
    launch: (request, { cols, rows }) => this.ask('launch', `${request.modelId} ${cols}x${rows}`),
    attach: id => this.ask('attach', id),
    write: (id, bytes) => this.ask('write', `${id} ${Buffer.from(bytes)}`),
    resize: (id, { cols, rows }) => this.ask('resize', `${id} ${cols}x${rows}`),
    pause: () => this.log.push('pause'),
    resume: () => this.log.push('resume'),
    ping: () => this.log.push('ping'),
    close: () => this.log.push('close'),
    abandon: () => this.log.push('abandon'),
  };

  /** What was asked for by this call, in order. */
  asked(what: string): string[] {
    return this.log.filter(each => each.startsWith(`${what}:`)).map(each => each.slice(what.length + 1));
  }

  /** Answers the oldest call of this kind that waits. */
  async answer(what: string, value?: unknown): Promise<void> {
    this.next(what).resolve(value as never);
    await settled();
  }

  async refuse(what: string, error: RemoteError): Promise<void> {
    this.next(what).reject(error);
    await settled();
  }

  data(text: string, id = 's1'): void {
    this.handlers.data(id, Buffer.from(text));
  }

  /** The connection ends, as a real one does: every pending call is rejected, and then it is said. */
  async drop(error = new RemoteError('network', 'The connection was lost.')): Promise<void> {
    for (const calls of this.waiting.values()) for (const call of calls.splice(0)) call.reject(error);
    this.handlers.closed(error);
    await settled();
  }

  private ask(what: string, how: string): Promise<never> {
    this.log.push(`${what}:${how}`);
    const answer = deferred<never>();
    this.waiting.set(what, [...(this.waiting.get(what) ?? []), answer]);
    return answer.promise;
  }

  private next(what: string): Deferred<never> {
    const call = this.waiting.get(what)?.shift();
    if (!call) throw new Error(`No ${what} waits for an answer.`);
    return call;
  }
}

/** The terminals of a service, by hand. */
export class FakeTerminals {
  readonly links: FakeLink[] = [];
  readonly terminated: string[] = [];
  private readonly opening: Deferred<TerminalLink>[] = [];

  readonly service: MachineBackend['terminals'] = {
    list: async () => [],
    terminate: async id => {
      this.terminated.push(id);
    },
    addFilesystemAccess: async () => {},
    connect: (handlers, signal) => {
      const opened = deferred<TerminalLink>();
      signal?.addEventListener('abort', () => opened.reject(new RemoteError('cancelled', 'Cancelled')));
      this.links.push(new FakeLink(handlers));
      this.opening.push(opened);
      return opened.promise;
    },
  };

  get last(): FakeLink {
    const link = this.links.at(-1);
    if (!link) throw new Error('Nothing was connected.');
    return link;
  }

  /** The connection that was asked for last opens. */
  async open(): Promise<FakeLink> {
    const { last } = this;
    this.opening.at(-1)?.resolve(last.link);
    await settled();
    return last;
  }

  async refuse(error: RemoteError): Promise<void> {
    this.opening.at(-1)?.reject(error);
    await settled();
  }
}
