import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiName } from '../../decthings/methods.js';
import { Debugs } from './debug.js';
import type { Handlers } from './dispatch.js';
import { inventLaunchers } from './invent.js';
import { Launchers, launcherMethods } from './launchers.js';
import { Models, modelMethods } from './models.js';
import { SpawnedCommands } from './spawned.js';
import type { Sysinfo } from './sysinfo.js';
import { Terminals } from './terminals.js';

export interface AccountOptions {
  launchers: number;
  /** Which of the invented launchers is the first. */
  from: number;
  transitionMs: number;
  /** All that it keeps, in a folder of its own. */
  root: string;
  sysinfo: Sysinfo;
}

/** What one key leads to: nothing of it is another account's. */
export class Account {
  readonly apiKey = randomBytes(24).toString('base64url');
  readonly models: Models;
  readonly launchers: Launchers;
  readonly terminals: Terminals;
  readonly debugs: Debugs;
  readonly handlers: Readonly<Record<ApiName, Handlers<string>>>;
  private readonly spawned: SpawnedCommands;

  constructor({ launchers: count, from, transitionMs, root, sysinfo }: AccountOptions) {
    const folder = (name: string) => {
      const path = join(root, name);
      mkdirSync(path, { recursive: true });
      return path;
    };
    this.launchers = new Launchers(transitionMs);
    inventLaunchers(this.launchers, count, Date.now(), from);
    this.models = new Models(folder('models'), Date.now());
    this.terminals = new Terminals(this.models, folder('access'), this.launchers);
    this.debugs = new Debugs(this.models, root, this.launchers);
    this.spawned = new SpawnedCommands(this.models, folder('commands'), this.launchers);
    this.handlers = {
      PersistentLauncher: launcherMethods(this.launchers, sysinfo),
      Debug: this.debugs.methods,
      Terminal: this.terminals.methods,
      Spawned: this.spawned.methods,
      Model: modelMethods(this.models),
    };
  }

  private get sessions() {
    return [this.terminals.sessions, this.debugs.sessions, this.spawned.sessions];
  }

  /** Sessions that wait for a slow reader. */
  get held(): number {
    return this.sessions.reduce((sum, { held }) => sum + held, 0);
  }

  async close(): Promise<void> {
    await Promise.all(this.sessions.map(each => each.close()));
  }
}
