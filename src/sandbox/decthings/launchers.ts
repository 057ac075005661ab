import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { Methods } from '../../decthings/methods.js';
import { type Handlers, method } from './dispatch.js';
import { fault, invalid } from './errors.js';
import { checkQuota, id, type LocationParams, listing, type Spec, spec } from './params.js';
import { nameMatches, type Row, Rows } from './rows.js';
import type { Sysinfo } from './sysinfo.js';

type RunningType = 'terminal' | 'spawned' | 'debug' | 'createModelState' | 'train' | 'evaluate';

export type LauncherState =
  | { type: 'creating' | 'active' | 'deleting' }
  | { type: 'recreating'; previous: 'exit' | 'unknown' };

/** Something that runs on a launcher. */
export interface Resident {
  readonly id: string;
  readonly type: RunningType;
  /** Called when the launcher goes away under it. */
  lost(): void;
}

export interface Launcher extends Row {
  readonly spec: Spec;
  state: LauncherState;
  readonly residents: Map<string, Resident>;
  /** Fulfilled at the end of the transition it is in. One without this stays in its state. */
  settling?: Promise<void>;
}

/** A place that something holds on a launcher. */
export interface Place {
  readonly location: ({ type: 'persistentLauncher'; persistentLauncherId: string } | { type: 'temporaryLauncher' }) & {
    spec: Spec;
  };
  release(): void;
}

/** How many launchers an account may create. */
const MOST_CREATED = 500;

export class Launchers {
  private readonly rows = new Rows<Launcher>();
  private created = 0;

  /** @param transitionMs how long it takes to create, recreate or delete one */
  constructor(private readonly transitionMs: number) {}

  add(launcher: Launcher): void {
    this.rows.add(launcher);
  }

  firstActive(): Launcher | undefined {
    return [...this.rows].find(({ state }) => state.type === 'active');
  }

  create(name: string, wanted: Spec): Launcher {
    checkQuota(wanted);
    if (this.created >= MOST_CREATED) throw fault('quota_exceeded');
    this.created++;
    const launcher: Launcher = {
      id: randomUUID(),
      name,
      createdAt: Date.now(),
      spec: wanted,
      state: { type: 'creating' },
      residents: new Map(),
    };
    this.rows.add(launcher);
    this.settle(launcher);
    return launcher;
  }

  list(params: v.InferOutput<typeof listParams>): object {
    const { ids, searchName } = params.filter ?? {};
    const wanted = ids && new Set(ids);
    const page = this.rows.list(
      params,
      launcher => (wanted?.has(launcher.id) ?? true) && nameMatches(launcher.name, searchName),
    );
    const { rows, ...rest } = page;
    return { persistentLaunchers: rows.map(toWire), ...rest };
  }

  /** @throws ApiError `persistent_launcher_not_found` */
  get(launcherId: string): Launcher {
    const launcher = this.rows.get(launcherId);
    if (launcher === undefined) throw fault('persistent_launcher_not_found');
    return launcher;
  }

  delete(launcherId: string): void {
    const launcher = this.get(launcherId);
    if (launcher.state.type === 'deleting') throw fault('persistent_launcher_being_deleted');
    launcher.state = { type: 'deleting' };
    this.removeWhenEmpty(launcher);
  }

  /** The machine fails: what runs on it is lost, and it is set up anew. */
  recreate(launcherId: string): void {
    const launcher = this.get(launcherId);
    if (launcher.state.type !== 'active') throw invalid('persistentLauncherId', 'The launcher is not active.');
    launcher.state = { type: 'recreating', previous: 'exit' };
    this.settle(launcher);
    for (const resident of [...launcher.residents.values()]) resident.lost();
  }

  /** Finds a place for something to run, once its launcher is ready for it. */
  async place(location: LocationParams, resident: Resident): Promise<Place> {
    if (location.type === 'temporaryLauncher') {
      checkQuota(location.spec);
      return { location, release: () => {} };
    }
    const launcher = await this.ready(location.persistentLauncherId);
    launcher.residents.set(resident.id, resident);
    return {
      location: { ...location, spec: launcher.spec },
      release: () => {
        launcher.residents.delete(resident.id);
        if (launcher.state.type === 'deleting') this.removeWhenEmpty(launcher);
      },
    };
  }

  private async ready(launcherId: string): Promise<Launcher> {
    for (;;) {
      const launcher = this.get(launcherId);
      if (launcher.state.type === 'active') return launcher;
      if (launcher.state.type === 'deleting') throw fault('persistent_launcher_not_found');
      if (launcher.settling === undefined) throw fault('server_overloaded');
      await launcher.settling;
    }
  }

  /** Brings it from the state it is in to active, unless it is deleted meanwhile. */
  private settle(launcher: Launcher): void {
    const { state } = launcher;
    launcher.settling = this.later(() => {
      if (launcher.state === state) launcher.state = { type: 'active' };
    });
  }

  private removeWhenEmpty(launcher: Launcher): void {
    if (launcher.residents.size === 0) void this.later(() => this.rows.delete(launcher.id));
  }

  private later(act: () => void): Promise<void> {
    return new Promise(resolve => {
      setTimeout(() => {
        act();
        resolve();
      }, this.transitionMs).unref();
    });
  }
}

function toWire({ id, name, createdAt, spec, state, residents }: Launcher): object {
  const running = [...residents.values()].map(({ id, type }) => ({ id, type }));
  return { id, name, createdAt, spec, state, running };
}

const listParams = v.object({
  ...listing,
  filter: v.optional(v.object({ ids: v.optional(v.array(v.string())), searchName: v.optional(v.string()) })),
});
const createParams = v.object({ name: v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(128)), spec });
const idParams = v.object({ persistentLauncherId: id });
const sysinfoParams = v.object({ ...idParams.entries, fromTimestamp: v.optional(v.number()) });

export function launcherMethods(launchers: Launchers, sysinfo: Sysinfo): Handlers<keyof Methods['PersistentLauncher']> {
  return {
    createPersistentLauncher: method(createParams, ({ name, spec }) => ({
      persistentLauncherId: launchers.create(name, spec).id,
    })),
    getPersistentLaunchers: method(listParams, params => launchers.list(params)),
    getSysinfo: method(sysinfoParams, async ({ persistentLauncherId, fromTimestamp }) => {
      const { spec } = launchers.get(persistentLauncherId);
      return { sysinfo: await sysinfo.read(spec, fromTimestamp) };
    }),
    deletePersistentLauncher: method(idParams, ({ persistentLauncherId }) => {
      launchers.delete(persistentLauncherId);
      return {};
    }),
  };
}
