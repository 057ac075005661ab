import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controls, type FailParams } from './decthings/controls.js';
import { Debugs } from './decthings/debug.js';
import { Dispatcher } from './decthings/dispatch.js';
import { Faults } from './decthings/faults.js';
import { inventLaunchers } from './decthings/invent.js';
import { Launchers, launcherMethods } from './decthings/launchers.js';
import { Models, modelMethods } from './decthings/models.js';
import { SandboxServer } from './decthings/server.js';
import { SpawnedCommands } from './decthings/spawned.js';
import { Sysinfo } from './decthings/sysinfo.js';
import { Terminals } from './decthings/terminals.js';

export interface SandboxOptions {
  /** 0, the default, takes a free one. */
  port?: number;
  /** How many launchers the account has from the start, and terminals and debug sessions on the first active one. */
  launchers?: number;
  terminals?: number;
  debugSessions?: number;
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
  /** Lets the next calls of a method fail. */
  fail(params: FailParams): void;
  /** Cuts every WebSocket. */
  drop(): void;
  /** Loses a launcher's machine, and all that runs on it. */
  recreate(persistentLauncherId: string): void;
  stats(): SandboxStats;
  close(): Promise<void>;
}

/** A Decthings of this machine's own, on its loopback: real shells and processes, and nothing to pay. */
export async function startDecthingsSandbox(options: SandboxOptions = {}): Promise<DecthingsSandbox> {
  const apiKey = randomBytes(24).toString('base64url');
  const root = mkdtempSync(join(tmpdir(), 'decthings-sandbox-'));
  const folder = (name: string) => {
    const path = join(root, name);
    mkdirSync(path);
    return path;
  };

  const launchers = new Launchers(options.transitionMs ?? 1500);
  inventLaunchers(launchers, options.launchers ?? 0, Date.now());
  const models = new Models(folder('models'), Date.now());
  const sysinfo = new Sysinfo(root);
  const terminals = new Terminals(models, folder('access'), launchers);
  const debugs = new Debugs(models, root, launchers);
  const spawned = new SpawnedCommands(models, folder('commands'), launchers);
  const faults = new Faults();
  const dispatcher = new Dispatcher(
    {
      PersistentLauncher: launcherMethods(launchers, sysinfo),
      Debug: debugs.methods,
      Terminal: terminals.methods,
      Spawned: spawned.methods,
      Model: modelMethods(models),
    },
    key => key === apiKey,
    (api, method) => faults.next(api, method),
  );

  const acts = {
    fail: ({ api, method, times, ...injected }: FailParams) => faults.add(api, method, injected, times),
    drop: () => server.dropAll(),
    recreate: (id: string) => launchers.recreate(id),
    stats: () => {
      const sockets = [...server.connections];
      return {
        calls: Object.fromEntries(dispatcher.counts),
        sockets: sockets.length,
        bufferedBytes: sockets.reduce((sum, { bufferedBytes }) => sum + bufferedBytes, 0),
        peakBufferedBytes: Math.max(0, ...sockets.map(({ peakBufferedBytes }) => peakBufferedBytes)),
        held: terminals.sessions.held + debugs.sessions.held + spawned.sessions.held,
      };
    },
  };
  const { port = 0, unbounded = false, stuckAfterMs = 30_000 } = options;
  const server = new SandboxServer(dispatcher, faults, new Controls(apiKey, acts), { port, unbounded, stuckAfterMs });
  const address = `127.0.0.1:${await server.listen()}/v0`;

  const [modelId = '', otherId = ''] = models.ids;
  const persistentLauncherId = launchers.firstActive()?.id;
  const executionLocation =
    persistentLauncherId === undefined
      ? ({ type: 'temporaryLauncher', spec: { cpus: 2, memoryMebibytes: 4096 } } as const)
      : ({ type: 'persistentLauncher', persistentLauncherId } as const);
  for (let count = options.terminals ?? 0; count > 0; count--) await terminals.launch({ modelId, executionLocation });
  for (let count = options.debugSessions ?? 0; count > 0; count--) {
    await debugs.launch({ modelId: otherId, executionLocation });
  }

  return {
    httpUrl: `http://${address}`,
    wsUrl: `ws://${address}/ws`,
    apiKey,
    modelIds: models.ids,
    ...acts,
    close: async () => {
      await server.close();
      await Promise.all([terminals.sessions.close(), debugs.sessions.close(), spawned.sessions.close()]);
      sysinfo.dispose();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
