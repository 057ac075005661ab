import { join } from 'node:path';
import * as v from 'valibot';
import type { Methods } from '../../decthings/methods.js';
import { removeIfFree } from '../../files/patience.js';
import { linkModel } from './access.js';
import { type Call, type Handlers, method } from './dispatch.js';
import { environment, shell } from './environment.js';
import type { Launchers, Place } from './launchers.js';
import type { Model, Models } from './models.js';
import { filesystemAccess, id, location, oneBlob, seconds, side, subscribeToEvents } from './params.js';
import { endProcess, exitReason, signalName } from './processes.js';
import { Pty } from './pty.js';
import { type Kind, Session, Sessions } from './sessions.js';

const KIND: Kind = {
  api: 'Terminal',
  idName: 'terminalSessionId',
  notFound: 'terminal_session_not_found',
  resident: 'terminal',
};

interface Options {
  model: Model;
  /** A folder for links to the models it has access to, gone with it. */
  access: string;
  cols: number;
  rows: number;
  idleSeconds: number;
}

class Terminal extends Session {
  readonly model: Model;
  private readonly access: string;
  private readonly pty: Pty;

  constructor(id: string, place: Place, { model, access, cols, rows, idleSeconds }: Options) {
    super(id, place, KIND, idleSeconds);
    this.model = model;
    this.access = access;
    this.addAccess(model);
    this.pty = new Pty({
      ...shell(),
      cwd: model.folder,
      env: environment(model.folder, {
        MODELS: access,
        PS1: `${model.name}$ `,
        INPUTRC: '/dev/null',
        HISTFILE: '/dev/null',
      }),
      cols,
      rows,
      onData: chunk => this.events.emit('data', {}, chunk),
      onExit: (exitCode, signal) => this.exited(exitCode, signal),
    });
  }

  /** Shows a model's folder under `$MODELS`. */
  addAccess(model: Model): void {
    linkModel(model, this.access);
  }

  write(bytes: Uint8Array): void {
    this.active();
    this.pty.write(bytes);
  }

  resize(cols: number, rows: number): void {
    this.pty.resize(cols, rows);
  }

  pause(): void {
    this.pty.pause();
  }

  resume(): void {
    this.pty.resume();
  }

  protected kill(): void {
    endProcess(this.pty.pid, 'SIGHUP');
  }

  private exited(exitCode: number, signal: number | undefined): void {
    removeIfFree(this.access);
    this.finish(exitReason('process_exit', exitCode, signalName(signal)));
  }
}

const launchParams = v.object({
  modelId: id,
  executionLocation: location,
  options: v.optional(
    v.object({
      addFilesystemAccess: filesystemAccess,
      terminateAfterInactiveSeconds: v.optional(seconds, 1800),
      cols: v.optional(side, 80),
      rows: v.optional(side, 24),
    }),
    {},
  ),
  subscribeToEvents,
});
const idParams = v.object({ terminalSessionId: id });
const resizeParams = v.object({ ...idParams.entries, size: v.object({ cols: side, rows: side }) });
const accessParams = v.object({ ...idParams.entries, modelId: id });
const listParams = v.object({ terminalSessionIds: v.optional(v.array(v.string())) });

export class Terminals {
  readonly sessions: Sessions<Terminal>;

  /** @param accessRoot where each terminal has a folder of links to models */
  constructor(
    private readonly models: Models,
    private readonly accessRoot: string,
    launchers: Launchers,
  ) {
    this.sessions = new Sessions(KIND, launchers);
  }

  async launch(params: v.InferInput<typeof launchParams>, socket?: Call['socket']): Promise<string> {
    const { modelId, executionLocation, options, subscribeToEvents } = v.parse(launchParams, params);
    const { addFilesystemAccess, terminateAfterInactiveSeconds: idleSeconds, cols, rows } = options;
    const model = this.models.get(modelId);
    const others = addFilesystemAccess.map(({ modelId }) => this.models.get(modelId));
    const terminal = await this.sessions.launch(executionLocation, subscribeToEvents && socket, (id, place) => {
      return new Terminal(id, place, { model, access: join(this.accessRoot, id), cols, rows, idleSeconds });
    });
    for (const other of others) terminal.addAccess(other);
    return terminal.id;
  }

  get methods(): Handlers<keyof Methods['Terminal']> {
    const { sessions, models } = this;
    return {
      launchTerminalSession: method(launchParams, async (params, { socket }) => ({
        terminalSessionId: await this.launch(params, socket),
      })),
      getTerminalSessions: method(listParams, ({ terminalSessionIds }) => ({
        terminalSessions: sessions.list(terminalSessionIds).map(({ id, openedAt, model, place }) => ({
          id,
          startedAt: openedAt,
          modelId: model.id,
          executionLocation: place.location,
        })),
      })),
      writeToTerminalSession: method(idParams, ({ terminalSessionId }, { blobs }) => {
        sessions.get(terminalSessionId).write(oneBlob(blobs));
        return {};
      }),
      resizeTerminalSession: method(resizeParams, ({ terminalSessionId, size }) => {
        sessions.get(terminalSessionId).resize(size.cols, size.rows);
        return {};
      }),
      terminateTerminalSession: method(idParams, ({ terminalSessionId }) => {
        sessions.get(terminalSessionId).end('terminated_on_request');
        return {};
      }),
      addFilesystemAccessForTerminalSession: method(accessParams, ({ terminalSessionId, modelId }) => {
        sessions.get(terminalSessionId).addAccess(models.get(modelId));
        return {};
      }),
      subscribeToEvents: method(idParams, ({ terminalSessionId }, call) => sessions.subscribe(terminalSessionId, call)),
      unsubscribeFromEvents: method(idParams, ({ terminalSessionId }, call) =>
        sessions.unsubscribe(terminalSessionId, call),
      ),
    };
  }
}
