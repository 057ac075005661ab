import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { remove } from '../files/patience.js';
import { Account } from './decthings/account.js';
import { Controls, type FailParams } from './decthings/controls.js';
import { Dispatcher } from './decthings/dispatch.js';
import { Faults } from './decthings/faults.js';
import { SandboxServer } from './decthings/server.js';
import { Sysinfo } from './decthings/sysinfo.js';

export interface SandboxOptions {
  /** 0, the default, takes a free one. */
  port?: number;
  /** How many launchers the account has from the start, and terminals and debug sessions on the first active one. */
  launchers?: number;
  terminals?: number;
  debugSessions?: number;
  /** Keys that lead to an account of their own each; 1 by default. What is on a launcher from the start is in the first. */
  accounts?: number;
  /** Buffer for slow readers without bound. */
  unbounded?: boolean;
  /** How long a launcher takes to be created, recreated or deleted; 1.5 s by default. */
  transitionMs?: number;
  /** How long a stuck reader may hold up the others of a session; 30 s by default. */
  stuckAfterMs?: number;
}

export interface SandboxStats {
  /** Calls so far, by `Api.method`. */
  calls: Record<string, number>;
  sockets: number;
  /** Bytes that wait for readers now, and the most that waited for any one of them. */
  bufferedBytes: number;
  peakBufferedBytes: number;
  /** Sessions that wait for a slow reader. */
  held: number;
}

export interface DecthingsSandbox {
  httpUrl: string;
  wsUrl: string;
  apiKey: string;
  modelIds: string[];
  /** Of the accounts beside the first. */
  others: { apiKey: string; modelIds: string[] }[];
  /** Lets the next calls of a method fail. */
  fail(params: FailParams): void;
  /** Cuts every WebSocket. */
  drop(): void;
  /** Loses a launcher's machine, and all that runs on it. */
  recreate(persistentLauncherId: string): void;
  revoke(apiKey: string): void;
  stats(): SandboxStats;
  close(): Promise<void>;
}

/** A Decthings of this machine's own, on its loopback: real shells and processes, and nothing to pay. */
export async function startDecthingsSandbox(options: SandboxOptions = {}): Promise<DecthingsSandbox> {
  const root = mkdtempSync(join(tmpdir(), 'decthings-sandbox-'));
  const sysinfo = new Sysinfo(root);
  const { launchers = 0, transitionMs = 1500 } = options;
  const accounts = Array.from({ length: Math.max(1, options.accounts ?? 1) }, (_, index) => {
    const folder = index === 0 ? root : mkdtempSync(join(root, 'account-'));
    return new Account({ launchers, from: index * launchers, transitionMs, root: folder, sysinfo });
  });
  const [first, ...others] = accounts as [Account, ...Account[]];
  const faults = new Faults();
  const dispatcher = new Dispatcher(accounts, (api, method) => faults.next(api, method));

  const acts = {
    fail: ({ api, method, times, ...injected }: FailParams) => faults.add(api, method, injected, times),
    drop: () => server.dropAll(),
    recreate: (id: string) => first.launchers.recreate(id),
    revoke: (apiKey: string) => dispatcher.revoke(apiKey),
    stats: () => {
      const sockets = [...server.connections];
      return {
        calls: Object.fromEntries(dispatcher.counts),
        sockets: sockets.length,
        bufferedBytes: sockets.reduce((sum, { bufferedBytes }) => sum + bufferedBytes, 0),
        peakBufferedBytes: Math.max(0, ...sockets.map(({ peakBufferedBytes }) => peakBufferedBytes)),
        held: accounts.reduce((sum, { held }) => sum + held, 0),
      };
    },
  };
  const { port = 0, unbounded = false, stuckAfterMs = 30_000 } = options;
  const server = new SandboxServer(dispatcher, faults, new Controls(first.apiKey, acts), {
    port,
    unbounded,
    stuckAfterMs,
  });
  const address = await server.open();

  const [modelId = '', otherId = ''] = first.models.ids;
  const persistentLauncherId = first.launchers.firstActive()?.id;
  const executionLocation =
    persistentLauncherId === undefined
      ? ({ type: 'temporaryLauncher', spec: { cpus: 2, memoryMebibytes: 4096 } } as const)
      : ({ type: 'persistentLauncher', persistentLauncherId } as const);
  for (let count = options.terminals ?? 0; count > 0; count--)
    await first.terminals.launch({ modelId, executionLocation });
  for (let count = options.debugSessions ?? 0; count > 0; count--) {
    await first.debugs.launch({ modelId: otherId, executionLocation });
  }

  return {
    httpUrl: `http://${address}`,
    wsUrl: `ws://${address}/ws`,
    apiKey: first.apiKey,
    modelIds: first.models.ids,
    others: others.map(({ apiKey, models }) => ({ apiKey, modelIds: models.ids })),
    ...acts,
    close: async () => {
      await server.close();
      await Promise.all(accounts.map(account => account.close()));
      sysinfo.dispose();
      await remove(root);
    },
  };
}
