import { startSandbox } from '../support/sandbox.mjs';
import { type Figure, measure, type Target } from './figure.js';
import { Proxied } from './proxied.js';
import { percentile, ratio, time, wait, within } from './stats.js';
import { makeEcho, openBare, openHttp, openRemote, type Typed } from './typed.js';

/** Keys of each client in each case, and the time between two of one client. */
const KEYS = 300;
const INTERVAL_MS = 36;
const ORDER_KEYS = 10_000;
const JITTER_MS = 10;
const CASES = [0, 20, 100].flatMap(rtt => [0, JITTER_MS].map(jitter => ({ rtt, jitter })));
const ALPHABET = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const NAMES = ['bare `ws` client', 'terminal', 'one POST per key'];

measure(async (): Promise<Figure> => {
  const sandbox = await startSandbox();
  const proxied = await Proxied.before(sandbox.services.decthings);
  const rows: string[][] = [];
  const targets: Target[] = [];
  for (const { rtt, jitter } of CASES) {
    proxied.shape({ delayMs: rtt / 2, jitterMs: jitter });
    const clients = await openAll(proxied);
    const samples = await within(120_000, 'echoes', Promise.all(clients.map(typeKeys)));
    for (const client of clients) client.close();
    const [bare = [], terminal = []] = samples;
    const name = `${rtt} ms, ${jitter > 0 ? `jitter up to ${jitter} ms each way` : 'steady'}`;
    samples.forEach((each, index) => {
      const [p50, p99] = [percentile(each, 50), percentile(each, 99)];
      const against = [ratio(p50, percentile(bare, 50)), ratio(p99, percentile(bare, 99))];
      rows.push([name, NAMES[index] ?? '', time(p50), time(p99), ...against]);
    });
    const p50 = percentile(terminal, 50) / percentile(bare, 50);
    const p99 = percentile(terminal, 99) / percentile(bare, 99);
    targets.push({
      what: `Echo at ${name}: p50 within 1.5×, p99 within 3× of the bare client`,
      measured: `${p50.toFixed(2)}×, ${p99.toFixed(2)}×`,
      met: p50 <= 1.5 && p99 <= 3,
    });
  }
  const order = await measureOrder(proxied);
  proxied.stop();
  await sandbox.stop();
  const errors = Number(order[1]?.[1]);
  targets.push({
    what: `Under jitter, 0 of ${ORDER_KEYS} keys out of order`,
    measured: `${errors}`,
    met: errors === 0,
  });
  return {
    title: 'Keystroke echo',
    how: `From the key given to the terminal until its echo is shown. Each client types a key every ${INTERVAL_MS} ms, ${KEYS} keys in each case, all three at the same time, each into a session of its own whose tty echoes. Round trip and jitter are a proxy's.`,
    tables: [
      { head: ['round trip', 'client', 'p50', 'p99', 'p50 to bare', 'p99 to bare'], rows },
      { head: [`${ORDER_KEYS} keys, 20 ms, jitter up to 20 ms`, 'out of order', 'lost', 'doubled'], rows: order },
    ],
    targets,
  };
});

async function openAll({ service }: Proxied): Promise<Typed[]> {
  const clients = [await openBare(service), await openRemote(service), await openHttp(service)];
  for (const client of clients) await within(20_000, 'a session that echoes', makeEcho(client));
  return clients;
}

/** Types at a steady pace without waiting for echoes. */
async function typeKeys(typed: Typed, index: number): Promise<number[]> {
  const samples: number[] = [];
  const typedAt = new Map<string, number>();
  const done = new Promise<void>(resolve => {
    typed.onText = text => {
      const now = performance.now();
      for (const key of text) samples.push(now - (typedAt.get(key) ?? Number.NaN));
      if (samples.length >= KEYS) resolve();
    };
  });
  await wait((index * INTERVAL_MS) / NAMES.length);
  for (let count = 0; count < KEYS; count++) {
    const key = ALPHABET[count % ALPHABET.length] ?? '';
    typedAt.set(key, performance.now());
    typed.input(key);
    await wait(INTERVAL_MS);
  }
  await done;
  return samples;
}

/** Each key is a number, so that its place can be told. */
async function measureOrder(proxied: Proxied): Promise<string[][]> {
  proxied.shape({ delayMs: 10, jitterMs: 20 });
  const rows: string[][] = [];
  const clients = await openAll(proxied);
  for (const [index, client] of clients.entries()) {
    let echo = '';
    client.onText = text => {
      echo += text;
    };
    for (let key = 1; key <= ORDER_KEYS; key++) {
      client.input(`${String(key).padStart(5, '0')} `);
      if (key % 2 === 0) await wait(1);
    }
    for (let before = -1; before !== echo.length; await wait(500)) before = echo.length;
    const keys = echo.trim().split(' ').map(Number);
    let highest = 0;
    let late = 0;
    for (const key of keys) {
      if (key < highest) late++;
      highest = Math.max(highest, key);
    }
    const distinct = new Set(keys).size;
    rows.push([NAMES[index] ?? '', `${late}`, `${ORDER_KEYS - distinct}`, `${keys.length - distinct}`]);
    client.close();
  }
  return rows;
}
