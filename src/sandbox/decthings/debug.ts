import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import * as v from 'valibot';
import { plainText } from '../../core/plainText.js';
import type { Methods } from '../../decthings/methods.js';
import { ChildSession } from './children.js';
import { type Call, type Handlers, method } from './dispatch.js';
import { environment } from './environment.js';
import { fault } from './errors.js';
import { InspectorBridge } from './inspector.js';
import type { Launchers, Place } from './launchers.js';
import { DEBUG_SCRIPT } from './modelFiles.js';
import type { Model, Models } from './models.js';
import { id, location, oneBlob, seconds, subscribeToEvents } from './params.js';
import { exitReason } from './processes.js';
import { type Kind, Sessions } from './sessions.js';
import { PARAMETERS, trainingsAfter } from './trainings.js';

const KIND: Kind = {
  api: 'Debug',
  idName: 'debugSessionId',
  notFound: 'debug_session_not_found',
  resident: 'debug',
};

/** Runs in the process before the model's own code, and reports what only the process knows. */
const REPORTER = `'use strict';
const inspector = require('node:inspector');
process.on('message', () => {
  if (inspector.url() === undefined) inspector.open(0, '127.0.0.1');
  process.send({ inspector: { url: inspector.url(), script: process.argv[1] } });
});
process.send({});
process.on('disconnect', () => process.exit());
process.channel.unref();
process.on('uncaughtExceptionMonitor', error => process.send({ exception: String(error?.stack ?? error) }));
`;

const report = v.object({
  inspector: v.optional(v.object({ url: v.string(), script: v.string() })),
  exception: v.optional(v.string()),
});
/** What Node says of its inspector among what the model's code prints. */
const ANNOUNCED = /^(Debugger listening on ws:\/\/127\.0\.0\.1:|For help, see: https:\/\/nodejs\.org\/).*\n/gm;

class DebugSession extends ChildSession {
  private readonly inspector: InspectorBridge | undefined;
  private exception: string | undefined;

  constructor(
    id: string,
    place: Place,
    readonly model: Model,
    idleSeconds: number,
    remoteInspector: boolean,
    child: ChildProcess,
  ) {
    super(id, place, KIND, idleSeconds, child);
    if (remoteInspector) {
      this.inspector = new InspectorBridge(
        () => child.connected && child.send({}),
        chunk => this.events.emit('remoteInspectorData', {}, chunk),
      );
    }
    child.on('message', message => this.reported(v.parse(report, message)));
  }

  sendToInspector(bytes: Uint8Array): void {
    if (this.inspector === undefined) throw fault('not_remote_inspector');
    this.active();
    this.inspector.send(bytes);
  }

  override pause(): void {
    super.pause();
    this.inspector?.pause();
  }

  override resume(): void {
    super.resume();
    this.inspector?.resume();
  }

  /** Who comes to debug next starts with a connection of their own, and a process at a breakpoint goes on. */
  unwatched(): void {
    this.inspector?.close();
  }

  protected override printed(stream: 'stdout' | 'stderr', chunk: Uint8Array): void {
    const silent = this.inspector !== undefined && stream === 'stderr';
    const text = silent ? Buffer.from(chunk).toString('latin1').replace(ANNOUNCED, '') : undefined;
    const rest = text === undefined ? chunk : Buffer.from(text, 'latin1');
    if (rest.length > 0) super.printed(stream, rest);
  }

  protected over(exitCode: number | null, signal: string | null): void {
    this.finish(
      this.exception === undefined
        ? exitReason('code_terminated', exitCode, signal)
        : { code: 'exception', exceptionDetails: plainText(this.exception) },
    );
  }

  private reported({ inspector, exception }: v.InferOutput<typeof report>): void {
    if (exception !== undefined) this.exception = exception;
    else if (inspector !== undefined) this.inspector?.listening(inspector.url, inspector.script);
    else this.events.emit('initialized', {});
  }
}

const launchParams = v.object({
  modelId: id,
  executionLocation: location,
  options: v.optional(
    v.object({
      terminateAfterInactiveSeconds: v.optional(seconds, 1800),
      remoteInspector: v.optional(v.boolean(), true),
    }),
    {},
  ),
  subscribeToEvents,
});
const idParams = v.object({ debugSessionId: id });
const listParams = v.object({ debugSessionIds: v.optional(v.array(v.string())) });

export class Debugs {
  readonly sessions: Sessions<DebugSession>;
  private readonly reporter: string;

  /** @param folder where the file goes that is loaded before a model's code */
  constructor(
    private readonly models: Models,
    folder: string,
    launchers: Launchers,
  ) {
    this.sessions = new Sessions(KIND, launchers);
    this.reporter = join(folder, 'reporter.cjs');
    writeFileSync(this.reporter, REPORTER);
  }

  async launch(params: v.InferInput<typeof launchParams>, socket?: Call['socket']): Promise<string> {
    const { modelId, executionLocation, options, subscribeToEvents } = v.parse(launchParams, params);
    const model = this.models.get(modelId);
    checkScript(model);
    const { terminateAfterInactiveSeconds, remoteInspector } = options;
    const { id } = await this.sessions.launch(executionLocation, subscribeToEvents && socket, (id, place) => {
      const child = this.spawn(model, remoteInspector);
      return new DebugSession(id, place, model, terminateAfterInactiveSeconds, remoteInspector, child);
    });
    return id;
  }

  get methods(): Handlers<keyof Methods['Debug']> {
    const { sessions } = this;
    return {
      launchDebugSession: method(launchParams, async (params, { socket }) => ({
        debugSessionId: await this.launch(params, socket),
      })),
      getDebugSessions: method(listParams, ({ debugSessionIds }) => ({
        debugSessions: sessions.list(debugSessionIds).map(({ id, openedAt, model, place }) => ({
          id,
          startedAt: openedAt,
          modelId: model.id,
          parameterDefinitions: PARAMETERS,
          trainingSessions: trainingsAfter(id, openedAt, Date.now()),
          executionLocation: place.location,
        })),
      })),
      terminateDebugSession: method(idParams, ({ debugSessionId }) => {
        sessions.get(debugSessionId).end('terminated_on_request');
        return {};
      }),
      sendToRemoteInspector: method(idParams, ({ debugSessionId }, { blobs }) => {
        sessions.get(debugSessionId).sendToInspector(oneBlob(blobs));
        return {};
      }),
      subscribeToEvents: method(idParams, ({ debugSessionId }, call) => sessions.subscribe(debugSessionId, call)),
      unsubscribeFromEvents: method(idParams, ({ debugSessionId }, call) => sessions.unsubscribe(debugSessionId, call)),
    };
  }

  private spawn(model: Model, remoteInspector: boolean): ChildProcess {
    // The inspector obeys whoever knows its id, which it so tells nobody who connects to it.
    const inspect = remoteInspector ? ['--inspect-publish-uid=stderr'] : [];
    return spawn(process.execPath, [...inspect, '--require', this.reporter, DEBUG_SCRIPT], {
      cwd: model.folder,
      env: environment(model.folder),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
  }
}

/** @throws ApiError for a model whose code cannot be run */
function checkScript(model: Model): void {
  if (model.executor !== 'script') throw fault('invalid_executor_type');
  let text: string;
  try {
    text = readFileSync(join(model.folder, DEBUG_SCRIPT), 'utf8');
  } catch {
    throw fault('read_executable_file_failed');
  }
  try {
    new Script(text);
  } catch {
    throw fault('invalid_executable');
  }
}
