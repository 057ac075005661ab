import { silentLog } from '../../src/core/log.js';
import { RemoteTerminal } from '../../src/terminal/remoteTerminal.js';
import { FakeClock } from './fakeClock.js';
import { FakeTerminals } from './fakeService.js';
import { withoutQueries } from './queries.js';

/** A terminal of 120 × 40 that has asked for its first connection. @param idleTimeout seconds */
export function started(sessionId?: string, idleTimeout?: number, modes?: string) {
  const clock = new FakeClock();
  const terminals = new FakeTerminals();
  const shows: string[] = [];
  const left: (number | undefined)[] = [];
  const phases: string[] = [];
  const warnings: number[] = [];
  const unheard: string[] = [];
  const told: [text: string, matters: boolean][] = [];
  const terminal = new RemoteTerminal({
    service: terminals.service,
    clock,
    log: silentLog,
    launch: {
      modelId: 'm1',
      location: { type: 'persistentLauncher', persistentLauncherId: 'l1' },
      ...(idleTimeout === undefined ? {} : { idleTimeout }),
    },
    ...(sessionId === undefined ? {} : { sessionId }),
    modes,
    show: text => shows.push(text),
    tell: (text, matters) => told.push([text, matters]),
    warnIdle: ms => warnings.push(ms),
    mayRun: ({ message }) => unheard.push(message),
    leave: exitCode => left.push(exitCode),
  });
  terminal.onDidChange(phase => phases.push(phase));
  terminal.start({ cols: 120, rows: 40 });
  /** All that was shown, without flow control's queries. */
  const text = () => withoutQueries(shows.join(''));
  return { clock, terminals, shows, text, left, phases, warnings, unheard, told, terminal };
}

/** …and whose connection is open. */
export async function opened(sessionId?: string, idleTimeout?: number, modes?: string) {
  const all = started(sessionId, idleTimeout, modes);
  return { ...all, link: await all.terminals.open() };
}

/** One that has launched its session, `s1`. */
export async function live() {
  const all = await opened();
  await all.link.answer('launch', 's1');
  return all;
}

/** The connection that it is attached by again. */
export async function reattached({ terminals }: Awaited<ReturnType<typeof opened>>) {
  const next = await terminals.open();
  await next.answer('attach', true);
  return next;
}
