import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { RpcResponse } from '../../../src/decthings/frames.js';
import {
  decodeHttpResponse,
  encodeHttpRequest,
  encodeWsRequest,
  IncomingDecoder,
} from '../../../src/decthings/frames.js';

export interface Address {
  httpUrl: string;
  wsUrl: string;
  apiKey: string;
}

export interface ClientEvent {
  api: string;
  event: string;
  params: Record<string, unknown>;
}

/** How far back a pattern may begin in what was searched already. */
const LONGEST_PATTERN = 4096;

/** What a client of the wire is at the least: frames over one socket, and no opinions. */
export class Client {
  readonly events: ClientEvent[] = [];
  private readonly pending = new Map<number, (response: RpcResponse) => void>();
  private readonly printed = new Map<string, string[]>();
  private readonly watchers = new Set<(event: ClientEvent, chunk: string) => void>();
  private lastId = 0;

  private constructor(
    readonly ws: WebSocket,
    private readonly apiKey: string | undefined,
  ) {
    const decoder = new IncomingDecoder();
    ws.on('message', (data: Buffer) => {
      const message = decoder.decode(data);
      if (message.kind === 'response') {
        this.pending.get(message.id)?.(message.response);
        this.pending.delete(message.id);
      } else {
        const { api, event, params, blobs } = message;
        this.receive({ api, event, params }, blobs);
      }
    });
  }

  static async open({ wsUrl, apiKey }: Address): Promise<Client> {
    const ws = new WebSocket(wsUrl);
    // Before the open, so that no message slips by.
    const client = new Client(ws, apiKey);
    await once(ws, 'open');
    return client;
  }

  call(api: string, method: string, params: object = {}, ...blobs: Uint8Array[]): Promise<RpcResponse> {
    const id = ++this.lastId;
    const message = { api, method, params, ...(this.apiKey === undefined ? {} : { apiKey: this.apiKey }) };
    this.ws.send(encodeWsRequest(id, message, blobs));
    return new Promise(resolve => this.pending.set(id, resolve));
  }

  /** A call that must succeed, and one string of its result. */
  async id(api: string, method: string, params: object, field: string): Promise<string> {
    return text(resultOf(await this.call(api, method, params)), field);
  }

  /** Waits for an event that passes the test, which may have been there long ago. */
  async event(matches: (event: ClientEvent) => boolean): Promise<ClientEvent> {
    return this.events.find(matches) ?? this.received(matches);
  }

  /** All that a session printed to this socket so far, a character for each byte. */
  output(id: string, event = 'data'): string {
    return this.printed.get(`${event} ${id}`)?.join('') ?? '';
  }

  /** Waits until a session has printed something, which may have been long ago. */
  async prints(id: string, pattern: RegExp, event = 'data'): Promise<string> {
    // What is looked at each time is the end, so that a flood can be searched.
    let end = this.output(id, event);
    if (!pattern.test(end)) {
      await this.received(({ event: name, params }, chunk) => {
        if (name !== event || !Object.values(params).includes(id)) return false;
        end = end.slice(-LONGEST_PATTERN) + chunk;
        return pattern.test(end);
      });
    }
    return this.output(id, event);
  }

  async exit(id: string): Promise<unknown> {
    const { params } = await this.event(({ event, params }) => event === 'exit' && Object.values(params).includes(id));
    return params.reason;
  }

  private received(matches: (event: ClientEvent, chunk: string) => boolean): Promise<ClientEvent> {
    return new Promise(resolve => {
      const watcher = (event: ClientEvent, chunk: string) => {
        if (!matches(event, chunk)) return;
        this.watchers.delete(watcher);
        resolve(event);
      };
      this.watchers.add(watcher);
    });
  }

  private receive(event: ClientEvent, [bytes]: Uint8Array[]): void {
    this.events.push(event);
    const chunk = bytes === undefined ? '' : Buffer.from(bytes).toString('latin1');
    const key = `${event.event} ${Object.values(event.params)[0]}`;
    const chunks = this.printed.get(key);
    if (chunks === undefined) this.printed.set(key, [chunk]);
    else chunks.push(chunk);
    for (const watcher of this.watchers) watcher(event, chunk);
  }

  async closed(): Promise<number> {
    const [code] = await once(this.ws, 'close');
    return Number(code);
  }
}

export async function post(
  { httpUrl, apiKey }: Address,
  path: string,
  params: object = {},
  ...blobs: Uint8Array[]
): Promise<RpcResponse> {
  const response = await fetch(`${httpUrl}/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream', Authorization: `Bearer ${apiKey}` },
    body: encodeHttpRequest(params, blobs),
  });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'application/octet-stream');
  return decodeHttpResponse(new Uint8Array(await response.arrayBuffer())).response;
}

export function resultOf(response: RpcResponse): object {
  assert.ok('result' in response && typeof response.result === 'object' && response.result, JSON.stringify(response));
  return response.result;
}

export function codeOf(response: RpcResponse): string {
  assert.ok('error' in response, JSON.stringify(response));
  return response.error.code;
}

export function text(record: object, field: string): string {
  const value: unknown = Reflect.get(record, field);
  assert.ok(typeof value === 'string', `${field} in ${JSON.stringify(record)}`);
  return value;
}

export function list(record: object, field: string): Record<string, unknown>[] {
  const value: unknown = Reflect.get(record, field);
  assert.ok(Array.isArray(value), `${field} in ${JSON.stringify(record)}`);
  return value;
}
