import { t } from '../core/l10n.js';
import { isObject, malformed, Reader, varintSize, Writer } from './bytes.js';

/**
 * The binary frames of the Decthings RPC: JSON, and blobs beside it. A frame can claim no memory that it did not bring,
 * and every malformed one is a `RemoteError` of kind `protocol`. Decoded blobs are views into the frame.
 */

export interface WsRequest {
  api: string;
  method: string;
  params: object;
  apiKey?: string;
}

export type RpcError = { code: string; parameterName?: string; reason?: string };

/** What a call answered. Exactly one of the two is there. */
export type RpcResponse = { result: unknown } | { error: RpcError };

export type WsIncoming =
  | { kind: 'response'; id: number; response: RpcResponse; blobs: Uint8Array[] }
  | { kind: 'event'; api: string; event: string; params: Record<string, unknown>; blobs: Uint8Array[] };

const RESPONSE = 0;
const EVENT = 1;
const MAX_BLOBS = 0xff;

const utf8Encoder = new TextEncoder();

// HTTP bodies.

export function encodeHttpRequest(params: object, blobs: readonly Uint8Array[] = []): Uint8Array {
  return encodeRequestBody(params, blobs, 0).bytes;
}

export function decodeHttpRequest(body: Uint8Array): { params: Record<string, unknown>; blobs: Uint8Array[] } {
  const { json, blobs } = decodeRequestBody(new Reader(body));
  return { params: json, blobs };
}

export function encodeHttpResponse(response: RpcResponse, blobs: readonly Uint8Array[] = []): Uint8Array {
  return encodeTail(response, blobs, 0).bytes;
}

export function decodeHttpResponse(body: Uint8Array): { response: RpcResponse; blobs: Uint8Array[] } {
  const { json, blobs } = decodeTail(new Reader(body));
  return { response: toResponse(json), blobs };
}

// WebSocket messages.

/** @param id unique among the calls in flight on this socket, an unsigned 32-bit integer */
export function encodeWsRequest(id: number, message: WsRequest, blobs: readonly Uint8Array[] = []): Uint8Array {
  const writer = encodeRequestBody(message, blobs, 4);
  writer.at(0).u32(id);
  return writer.bytes;
}

/** For a server: `message` has been checked to have `api`, `method` and `params` of the right types. */
export function decodeWsRequest(frame: Uint8Array): { id: number; message: WsRequest; blobs: Uint8Array[] } {
  const reader = new Reader(frame);
  const id = reader.u32();
  const { json, blobs } = decodeRequestBody(reader);
  const { api, method, params, apiKey } = json;
  if (typeof api !== 'string' || typeof method !== 'string' || !isObject(params)) throw malformed(t('request fields'));
  if (apiKey !== undefined && typeof apiKey !== 'string') throw malformed(t('API key'));
  return { id, message: { api, method, params, ...(apiKey === undefined ? {} : { apiKey }) }, blobs };
}

export function encodeWsResponse(id: number, response: RpcResponse, blobs: readonly Uint8Array[] = []): Uint8Array {
  const writer = encodeTail(response, blobs, 5);
  writer.at(0).u8(RESPONSE).u32(id);
  return writer.bytes;
}

/** @param api ASCII, at most 255 characters */
export function encodeWsEvent(
  api: string,
  event: string,
  params: object,
  blobs: readonly Uint8Array[] = [],
): Uint8Array {
  const name = utf8Encoder.encode(api);
  if (name.length > 0xff) throw new RangeError('API name too long');
  const writer = encodeTail({ event, params }, blobs, 2 + name.length);
  writer.at(0).u8(EVENT).u8(name.length).raw(name);
  return writer.bytes;
}

type EventHead = Pick<Extract<WsIncoming, { kind: 'event' }>, 'api' | 'event' | 'params'>;

/** A longer head is not worth remembering. */
const MAX_HEAD = 1024;

/** Decodes what comes in on one socket. A flood of output repeats the same head before each blob: it is parsed once. */
export class IncomingDecoder {
  private headBytes = new Uint8Array(0);
  private head: EventHead | undefined;

  decode(frame: Uint8Array): WsIncoming {
    const { length } = this.headBytes;
    if (this.head && Buffer.compare(this.headBytes, frame.subarray(0, length)) === 0) {
      return { kind: 'event', ...this.head, blobs: decodeBlobs(new Reader(frame, length)) };
    }
    const reader = new Reader(frame);
    const kind = reader.u8();
    if (kind === RESPONSE) {
      const id = reader.u32();
      const { json, blobs } = decodeTail(reader);
      return { kind: 'response', id, response: toResponse(json), blobs };
    }
    if (kind !== EVENT) throw malformed(t('message kind {0}', kind));
    const head = decodeEventHead(reader);
    if (reader.position <= MAX_HEAD) {
      this.head = head;
      // A copy: a view would keep the whole frame alive.
      this.headBytes = frame.slice(0, reader.position);
    }
    return { kind: 'event', ...head, blobs: decodeBlobs(reader) };
  }
}

function decodeEventHead(reader: Reader): EventHead {
  const api = reader.text(reader.u8());
  const { event, params } = reader.json(reader.varint());
  if (typeof event !== 'string' || !isObject(params)) throw malformed(t('event fields'));
  return { api, event, params };
}

// The two bodies that all messages share.

/** u8 number of blobs · varint JSON length · one varint per blob · JSON · blobs, after `head` bytes left free. */
function encodeRequestBody(json: object, blobs: readonly Uint8Array[], head: number): Writer {
  if (blobs.length > MAX_BLOBS) throw new RangeError(`At most ${MAX_BLOBS} blobs`);
  const text = utf8Encoder.encode(JSON.stringify(json));
  let size = head + 1 + varintSize(text.length) + text.length;
  for (const blob of blobs) size += varintSize(blob.length) + blob.length;
  const writer = new Writer(size).at(head).u8(blobs.length).varint(text.length);
  for (const blob of blobs) writer.varint(blob.length);
  writer.raw(text);
  for (const blob of blobs) writer.raw(blob);
  return writer;
}

function decodeRequestBody(reader: Reader): { json: Record<string, unknown>; blobs: Uint8Array[] } {
  const count = reader.u8();
  const jsonLength = reader.varint();
  const lengths = Array.from({ length: count }, () => reader.varint());
  const json = reader.json(jsonLength);
  const blobs = lengths.map(length => reader.raw(length));
  reader.end();
  return { json, blobs };
}

/** varint JSON length · JSON · then varint length · blob until the end, after `head` bytes left free. */
function encodeTail(json: object, blobs: readonly Uint8Array[], head: number): Writer {
  const text = utf8Encoder.encode(JSON.stringify(json));
  let size = head + varintSize(text.length) + text.length;
  for (const blob of blobs) size += varintSize(blob.length) + blob.length;
  const writer = new Writer(size).at(head).varint(text.length).raw(text);
  for (const blob of blobs) writer.varint(blob.length).raw(blob);
  return writer;
}

function decodeTail(reader: Reader): { json: Record<string, unknown>; blobs: Uint8Array[] } {
  const json = reader.json(reader.varint());
  return { json, blobs: decodeBlobs(reader) };
}

function decodeBlobs(reader: Reader): Uint8Array[] {
  const blobs: Uint8Array[] = [];
  while (reader.remaining > 0) blobs.push(reader.raw(reader.varint()));
  return blobs;
}

function toResponse(json: Record<string, unknown>): RpcResponse {
  if ('result' in json !== 'error' in json) {
    if ('result' in json) return { result: json.result };
    const { error } = json;
    if (isObject(error) && typeof error.code === 'string') {
      const { code, parameterName, reason } = error;
      return {
        error: {
          code,
          ...(typeof parameterName === 'string' ? { parameterName } : {}),
          ...(typeof reason === 'string' ? { reason } : {}),
        },
      };
    }
  }
  throw malformed(t('response fields'));
}
