import { WebSocket } from 'ws';
import { systemClock } from '../../src/core/clock.js';
import { silentLog } from '../../src/core/log.js';
import { createDecthingsBackend } from '../../src/decthings/backend.js';
import { encodeHttpRequest, encodeWsRequest, IncomingDecoder } from '../../src/decthings/frames.js';
import { OutputFlow } from '../../src/terminal/output.js';
import { RemoteTerminal } from '../../src/terminal/remoteTerminal.js';
import { keyFor } from '../support/key.js';
import { answerTo, queriesIn, withoutQueries } from '../support/queries.js';

/** Where to go, and as whom. */
export interface Service {
  httpUrl: string;
  wsUrl: string;
  apiKey: string;
  modelIds: string[];
}

/** Something that is typed into and that shows text: the extension's terminal, or what it is compared with. */
export interface Typed {
  input(text: string): void;
  /** What is shown, without what is the terminals' own affair. */
  onText: (text: string) => void;
  close(): void;
}

const SIZE = { cols: 120, rows: 30 };
const location = { type: 'temporaryLauncher', spec: { cpus: 1, memoryMebibytes: 1024 } } as const;

/** What stands in for VS Code's terminal. */
export interface Parser {
  /** From what is shown until the answer of the flow control comes back, at least. */
  latencyMs?: number;
  charactersPerMs?: number;
}

export function openRemote(
  service: Service,
  { latencyMs = 0, charactersPerMs = Number.POSITIVE_INFINITY }: Parser = {},
): Promise<Typed & { held(): number }> {
  return new Promise((resolve, reject) => {
    const typed = {
      input: (text: string) => remote.input(text),
      onText: (_text: string) => {},
      close: () => remote.close(true),
      held: () => (flow instanceof OutputFlow ? flow.backlog : Number.NaN),
    };
    let parsedAt = 0;
    const remote = new RemoteTerminal({
      service: createDecthingsBackend(
        { ...service, key: keyFor(service.apiKey, [service.httpUrl, service.wsUrl]) },
        systemClock,
      ).terminals,
      clock: systemClock,
      log: silentLog,
      launch: { modelId: service.modelIds[0] ?? '', location },
      show(text) {
        // Cheaply, since what is measured is not this.
        const queries = text.includes('$p') ? queriesIn(text) : [];
        typed.onText(queries.length > 0 ? withoutQueries(text) : text);
        if (queries.length === 0) return;
        const now = performance.now();
        parsedAt = Math.max(parsedAt, now) + text.length / charactersPerMs;
        const ms = parsedAt - now + latencyMs;
        for (const query of queries) {
          const answer = () => remote.input(answerTo(query));
          if (ms < 1) queueMicrotask(answer);
          else setTimeout(answer, ms);
        }
      },
      leave: () => {},
    });
    const flow: unknown = Reflect.get(remote, 'output');
    remote.onDidChange(phase => {
      if (phase === 'live') resolve(typed);
      else if (phase === 'ended') reject(new Error('The terminal ended.'));
    });
    remote.start(SIZE);
  });
}

export interface Bare extends Typed {
  sessionId: string;
  /** Takes messages as they come; they are then not taken apart. */
  onMessage: ((bytes: number) => void) | undefined;
}

/** The same frames over `ws`, and nothing else. */
export async function openBare({ wsUrl, apiKey, modelIds }: Service): Promise<Bare> {
  const socket = new WebSocket(wsUrl, { perMessageDeflate: false });
  const decoder = new TextDecoder();
  let lastId = 0;
  const call = (method: string, params: object, blobs: Uint8Array[] = []) =>
    socket.send(encodeWsRequest(++lastId, { api: 'Terminal', method, params, apiKey }, blobs));
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return new Promise((resolve, reject) => {
    const typed: Bare = {
      sessionId: '',
      onMessage: undefined,
      input: (text: string) => {
        call('writeToTerminalSession', { terminalSessionId: typed.sessionId }, [Buffer.from(text)]);
      },
      onText: () => {},
      close: () => {
        call('terminateTerminalSession', { terminalSessionId: typed.sessionId });
        socket.close();
      },
    };
    socket.on('message', (data: Buffer) => {
      if (typed.onMessage) return typed.onMessage(data.length);
      const message = new IncomingDecoder().decode(data);
      if (message.kind === 'event') {
        for (const blob of message.blobs) typed.onText(decoder.decode(blob, { stream: true }));
      } else if (message.id === 1) {
        const { response } = message;
        if (!('result' in response)) return reject(new Error(response.error.code));
        typed.sessionId = String(Object.values(Object(response.result))[0]);
        resolve(typed);
      }
    });
    const options = SIZE;
    call('launchTerminalSession', { modelId: modelIds[0], executionLocation: location, options });
  });
}

/** One POST for each key, as the service's own client makes it; what comes back comes over a WebSocket. */
export async function openHttp(service: Service): Promise<Typed> {
  const bare = await openBare(service);
  const { sessionId } = bare;
  const input = (text: string) => {
    fetch(`${service.httpUrl}/Terminal/writeToTerminalSession`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/octet-stream', Authorization: `Bearer ${service.apiKey}` },
      body: encodeHttpRequest({ terminalSessionId: sessionId }, [Buffer.from(text)]),
    }).then(
      response => response.arrayBuffer(),
      error => console.error('A key was lost:', error),
    );
  };
  return Object.assign(bare, { input });
}

/** Makes the remote side echo, by its tty, exactly what it gets. */
export async function makeEcho(typed: Typed): Promise<void> {
  await command(typed, "stty raw echo; printf rea''dy; exec cat > /dev/null", /ready/);
}

/** Types a command, and waits until what it shows matches. */
export function command(typed: Typed, text: string, shown: RegExp): Promise<void> {
  return new Promise(resolve => {
    let seen = '';
    typed.onText = piece => {
      seen = (seen + piece).slice(-20_000);
      if (!shown.test(seen)) return;
      typed.onText = () => {};
      resolve();
    };
    typed.input(`${text}\r`);
  });
}
