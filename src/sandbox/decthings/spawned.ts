import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Methods } from '../../decthings/methods.js';
import { removeIfFree } from '../../files/patience.js';
import { linkModel } from './access.js';
import { ChildSession } from './children.js';
import { type Call, type Handlers, method } from './dispatch.js';
import { environment } from './environment.js';
import type { Launchers, Place } from './launchers.js';
import type { Model, Models } from './models.js';
import { filesystemAccess, id, location, oneBlob, seconds, subscribeToEvents } from './params.js';
import { exitReason } from './processes.js';
import { type Kind, Sessions, timer } from './sessions.js';

const KIND: Kind = {
  api: 'Spawned',
  idName: 'spawnedCommandId',
  notFound: 'spawned_command_not_found',
  resident: 'spawned',
};

interface Options {
  model: Model | undefined;
  /** A folder of its own, gone with it. */
  folder: string;
  timeoutSeconds: number;
  idleSeconds: number;
}

class SpawnedCommand extends ChildSession {
  readonly model: Model | undefined;
  private readonly timeout: NodeJS.Timeout;
  private readonly folder: string;

  constructor(id: string, place: Place, { model, folder, timeoutSeconds, idleSeconds }: Options, child: ChildProcess) {
    super(id, place, KIND, idleSeconds, child);
    this.model = model;
    this.folder = folder;
    this.timeout = timer(timeoutSeconds, () => this.end('unknown'));
  }

  write(bytes: Uint8Array): void {
    this.child.stdin?.write(bytes);
  }

  protected override printed(stream: 'stdout' | 'stderr', chunk: Uint8Array): void {
    this.active();
    super.printed(stream, chunk);
  }

  protected over(exitCode: number | null, signal: string | null): void {
    clearTimeout(this.timeout);
    removeIfFree(this.folder);
    this.finish(exitReason('process_exit', exitCode, signal));
  }
}

const limits = {
  timeoutSeconds: v.optional(seconds, 3600),
  timeoutAfterInactiveSeconds: v.optional(seconds, 600),
};
const command = { executionLocation: location, command: id, args: v.array(v.string()), subscribeToEvents };
const spawnParams = v.object({ ...command, options: v.optional(v.object(limits), {}) });
const spawnForModelParams = v.object({
  ...command,
  modelId: id,
  options: v.optional(v.object({ ...limits, addFilesystemAccess: filesystemAccess }), {}),
});
const idParams = v.object({ spawnedCommandId: id });
const listParams = v.object({ spawnedCommandIds: v.optional(v.array(v.string())) });

export class SpawnedCommands {
  readonly sessions: Sessions<SpawnedCommand>;

  /** @param root where each command has a folder of its own */
  constructor(
    private readonly models: Models,
    private readonly root: string,
    launchers: Launchers,
  ) {
    this.sessions = new Sessions(KIND, launchers);
  }

  get methods(): Handlers<keyof Methods['Spawned']> {
    const { sessions, models } = this;
    return {
      spawnCommand: method(spawnParams, (params, call) => this.launch(params, undefined, [], call)),
      spawnCommandForModel: method(spawnForModelParams, (params, call) => {
        const others = params.options.addFilesystemAccess.map(({ modelId }) => models.get(modelId));
        return this.launch(params, models.get(params.modelId), others, call);
      }),
      getSpawnedCommands: method(listParams, ({ spawnedCommandIds }) => ({
        spawnedCommands: sessions.list(spawnedCommandIds).map(({ id, openedAt, model, place }) => ({
          id,
          startedAt: openedAt,
          ...(model === undefined ? {} : { modelId: model.id }),
          executionLocation: place.location,
        })),
      })),
      writeToSpawnedCommand: method(idParams, ({ spawnedCommandId }, { blobs }) => {
        sessions.get(spawnedCommandId).write(oneBlob(blobs));
        return {};
      }),
      terminateSpawnedCommand: method(idParams, ({ spawnedCommandId }) => {
        sessions.get(spawnedCommandId).end('terminated_on_request');
        return {};
      }),
      subscribeToEvents: method(idParams, ({ spawnedCommandId }, call) => sessions.subscribe(spawnedCommandId, call)),
      unsubscribeFromEvents: method(idParams, ({ spawnedCommandId }, call) =>
        sessions.unsubscribe(spawnedCommandId, call),
      ),
    };
  }

  private async launch(
    params: v.InferOutput<typeof spawnParams>,
    model: Model | undefined,
    others: Model[],
    { socket }: Call,
  ): Promise<object> {
    const { executionLocation, options, subscribeToEvents } = params;
    const { id } = await this.sessions.launch(executionLocation, subscribeToEvents && socket, (id, place) => {
      const folder = join(this.root, id);
      mkdirSync(folder);
      for (const each of model === undefined ? others : [model, ...others]) linkModel(each, folder);
      const home = model?.folder ?? folder;
      const child = spawn(params.command, params.args, {
        cwd: home,
        env: environment(home, model === undefined ? {} : { MODELS: folder }),
        detached: true,
      });
      const { timeoutSeconds, timeoutAfterInactiveSeconds: idleSeconds } = options;
      return new SpawnedCommand(id, place, { model, folder, timeoutSeconds, idleSeconds }, child);
    });
    return { spawnedCommandId: id };
  }
}
