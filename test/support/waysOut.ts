import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { systemClock } from '../../src/core/clock.js';
import type { Job, LogWatcher } from '../../src/core/tasks.js';
import type { createDecthingsBackend } from '../../src/decthings/backend.js';
import { encodeHttpResponse } from '../../src/decthings/frames.js';
import type { createSwanBackend } from '../../src/swan/backend.js';
import { keyFor, keyOn } from './key.js';

/** The key of both services, which nobody on the way may see. */
export const SECRET = 'a-key-that-nobody-may-see';

/** Both services, a node and a provider, as far as it matters how they are reached. By TLS alone. */
export async function services(identity: { certificate: string; key: string }) {
  const server = createServer({ cert: identity.certificate, key: identity.key }, (request, response) => {
    const json = (value: object) => response.end(JSON.stringify(value));
    if (request.url === '/login_by_api_key') return json({ status: 'success', message: '', data: 'a-token' });
    if (request.url === '/rpc') return json({ jsonrpc: '2.0', id: 1, result: null });
    return response.end(encodeHttpResponse({ result: { persistentLaunchers: [], offset: 0, limit: 20, total: 0 } }));
  });
  const webSockets = new WebSocketServer({ server });
  webSockets.on('connection', (socket, { url }) => {
    if (url === '/log') socket.send('a line of the log\n');
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      for (const socket of webSockets.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
    },
  };
}

/**
 * Every way on which the extension reaches the network, to one host, by the bundles that ship.
 * @param load a bundle of `dist`
 */
export function waysOut(host: string, load: (bundle: string) => unknown): Record<string, () => Promise<unknown>> {
  const decthings = load('decthings') as { createDecthingsBackend: typeof createDecthingsBackend };
  const swan = load('swan') as { createSwanBackend: typeof createSwanBackend };
  const [httpUrl, wsUrl] = [`https://${host}/v0`, `wss://${host}/ws`];
  const machines = () =>
    decthings.createDecthingsBackend({ httpUrl, wsUrl, key: keyFor(SECRET, [httpUrl, wsUrl]) }, systemClock);
  const network = { name: 'test', chainId: 1, orchestratorUrl: `https://${host}`, rpcUrl: `https://${host}/rpc` };
  const tasks = () =>
    swan.createSwanBackend(
      {
        network: { ...network, explorerUrl: undefined, signer: undefined },
        key: keyOn(network, SECRET),
        wallet: undefined,
        id: 'me',
        isOthers: () => false,
        journalFolder: '/nonexistent',
        confirmations: 1,
      },
      systemClock,
    );
  return {
    'a call to Decthings': () => machines().launchers.list({}),
    'a terminal of Decthings': () =>
      new Promise((resolve, reject) => {
        const ignored = { data() {}, exit() {}, alive() {}, closed: reject };
        const opening = machines().terminals.connect(ignored);
        opening.then(link => {
          link.attach('session').catch(() => {});
          setImmediate(() => resolve(link.abandon()));
        }, reject);
      }),
    'a call to Swan': () => tasks().signIn(),
    'the chain’s node': () => tasks().payments.transaction(`0x${'ab'.repeat(32)}`),
    'a log': () =>
      new Promise<void>((resolve, reject) => {
        const watcher: LogWatcher = {
          lines: () => end(resolve),
          reconnecting: error => end(() => reject(error)),
          closed: error => end(() => reject(error)),
        };
        const job = { containerLog: `wss://${host}/log` } as Job;
        const log = tasks().followLog(job, 'container', watcher);
        const end = (how: () => void) => {
          log.dispose();
          how();
        };
      }),
  };
}
