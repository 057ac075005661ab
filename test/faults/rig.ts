import type { MachineBackend } from '../../src/core/backend.js';
import type { Clock } from '../../src/core/clock.js';
import { silentLog } from '../../src/core/log.js';
import { createDecthingsBackend } from '../../src/decthings/backend.js';
import { RemoteTerminal } from '../../src/terminal/remoteTerminal.js';
import type { Phase, State } from '../../src/terminal/state.js';
import { keyFor } from '../support/key.js';
import { HarmfulProxy } from '../support/proxy/proxy.js';
import type { Sandbox } from '../support/sandbox.mjs';
import { Screen } from './screen.js';

const DEADLINE_MS = 120_000;
const POLL_MS = 20;

/** Runs faster than real time, so that a stall is noticed in a fraction of it; the network and the shells stay real. */
export function fastClock(times: number): Clock {
  const start = Date.now();
  return {
    now: () => start + (Date.now() - start) * times,
    elapsed: () => performance.now() * times,
    after(ms, act) {
      const timer = setTimeout(act, ms / times);
      return () => clearTimeout(timer);
    },
    random: Math.random,
  };
}

type ScreenKind<S extends Screen> = new (answer: (input: string) => void, shown: () => void) => S;

/** A terminal over a proxy to a sandbox; calls that need no WebSocket pass the proxy by. */
export class Rig<S extends Screen = Screen> {
  /** Every phase there was, in order. */
  readonly phases: Phase[] = [];
  private readonly watchers = new Set<() => void>();

  private constructor(
    readonly proxy: HarmfulProxy,
    readonly service: MachineBackend['terminals'],
    readonly terminal: RemoteTerminal,
    readonly screen: S,
  ) {
    terminal.onDidChange(phase => {
      this.phases.push(phase);
      this.look();
    });
  }

  static start(sandbox: Sandbox, { times = 10, seed = 1 } = {}): Promise<Rig> {
    return Rig.behind(Screen, sandbox, { times, seed });
  }

  static async behind<S extends Screen>(
    kind: ScreenKind<S>,
    sandbox: Sandbox,
    { times = 10, seed = 1 } = {},
  ): Promise<Rig<S>> {
    const { httpUrl, wsUrl, apiKey, modelIds } = sandbox.services.decthings;
    const proxy = await HarmfulProxy.before(wsUrl, seed);
    const clock = fastClock(times);
    const screen = new kind(
      answer => terminal.input(answer),
      () => rig.look(),
    );
    const through = { httpUrl, wsUrl: proxy.through(wsUrl) };
    const key = keyFor(apiKey, [through.httpUrl, through.wsUrl]);
    const service = createDecthingsBackend({ ...through, key }, clock).terminals;
    const terminal = new RemoteTerminal({
      service,
      clock,
      log: silentLog,
      launch: {
        modelId: modelIds[0] ?? '',
        location: { type: 'temporaryLauncher', spec: { cpus: 1, memoryMebibytes: 1024 } },
      },
      show: text => screen.show(text),
      leave: () => {},
    });
    const rig: Rig<S> = new Rig(proxy, service, terminal, screen);
    return rig;
  }

  /** Bytes that were typed, and that the service has not confirmed. */
  get unconfirmed(): number {
    const { queue, unanswered }: State = Reflect.get(this.terminal, 'state');
    return unanswered.reduce((sum, { bytes }) => sum + bytes.length, queue.length);
  }

  /** Starts the terminal and waits for its prompt. */
  async open(): Promise<void> {
    this.terminal.start({ cols: 80, rows: 24 });
    await this.seen(/\$ $/);
  }

  type(text: string): void {
    this.terminal.input(text);
  }

  /** Waits until what was shown since the last call ends with or holds something that matches. */
  seen(pattern: RegExp): Promise<string> {
    return this.until(`the terminal shows ${pattern}`, () => this.screen.take(pattern));
  }

  async live(): Promise<void> {
    await this.until('the terminal is live', () => this.terminal.phase === 'live');
  }

  /** Waits until `found` gives something true. It is asked when the terminal shows something or changes its phase, and between. */
  until<T>(what: string, found: () => T | undefined | false): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const value = found();
        if (value === undefined || value === false) return;
        done();
        resolve(value);
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error(`Not within ${DEADLINE_MS / 1000} s: ${what}. Phases: ${this.phases}.\n${this.screen.rest}`));
      }, DEADLINE_MS);
      const polling = setInterval(look, POLL_MS);
      const done = () => {
        clearTimeout(timer);
        clearInterval(polling);
        this.watchers.delete(look);
      };
      this.watchers.add(look);
      look();
    });
  }

  async stop(): Promise<void> {
    this.terminal.close(true);
    await this.proxy.close();
  }

  private look(): void {
    for (const watcher of [...this.watchers]) watcher();
  }
}
