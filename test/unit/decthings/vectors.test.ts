import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Reader, varintSize, Writer } from '../../../src/decthings/bytes.js';
import {
  decodeHttpRequest,
  decodeHttpResponse,
  decodeWsRequest,
  encodeHttpRequest,
  encodeHttpResponse,
  encodeWsEvent,
  encodeWsRequest,
  encodeWsResponse,
  IncomingDecoder,
  type RpcResponse,
  type WsRequest,
} from '../../../src/decthings/frames.js';
import vectors from '../../data/decthings-vectors.json';

/** The wire's own examples; the file's records are of several kinds. */
interface Vector {
  kind: string;
  name?: string;
  hex: string | { sha256: string; length: number };
  value?: number;
  id?: number;
  api?: string;
  event?: string;
  params?: Record<string, unknown>;
  message?: WsRequest;
  response?: RpcResponse;
  blobs?: string[];
}

/** What the codec makes of a vector, and what comes back from the bytes. */
interface Codec {
  encode(): Uint8Array;
  decode(bytes: Uint8Array): unknown;
  value: unknown;
}

describe('the frames of the wire', () => {
  for (const vector of vectors as Vector[]) {
    const what = vector.name ?? vector.event ?? vector.value;
    it(`${vector.kind}: ${what}`, () => {
      const { encode, decode, value } = codecOf(vector);
      const bytes = encode();
      if (typeof vector.hex === 'string') assert.equal(hex(bytes), vector.hex);
      else
        assert.deepEqual(
          { sha256: createHash('sha256').update(bytes).digest('hex'), length: bytes.length },
          vector.hex,
        );
      assert.deepEqual(decode(bytes), value);
    });
  }

  it('are of every kind', () => {
    const expected = ['varint', 'httpRequest', 'httpResponse', 'wsRequest', 'wsResponse', 'wsEvent'];
    assert.deepEqual(new Set((vectors as Vector[]).map(vector => vector.kind)), new Set(expected));
  });
});

function codecOf(vector: Vector): Codec {
  const { kind, value = 0, id = 0, api = '', event = '', params = {} } = vector;
  const hexBlobs = vector.blobs ?? [];
  const blobs = hexBlobs.map(text => Buffer.from(text, 'hex'));
  const message = vector.message ?? { api: '', method: '', params: {} };
  const response = expanded(vector.response ?? { result: undefined });
  switch (kind) {
    case 'varint':
      return {
        encode: () => new Writer(varintSize(value)).varint(value).bytes,
        decode: bytes => new Reader(bytes).varint(),
        value,
      };
    case 'httpRequest':
      return {
        encode: () => encodeHttpRequest(params, blobs),
        decode: bytes => plain(decodeHttpRequest(bytes)),
        value: { params, blobs: hexBlobs },
      };
    case 'httpResponse':
      return {
        encode: () => encodeHttpResponse(response, blobs),
        decode: bytes => plain(decodeHttpResponse(bytes)),
        value: { response, blobs: hexBlobs },
      };
    case 'wsRequest':
      return {
        encode: () => encodeWsRequest(id, message, blobs),
        decode: bytes => plain(decodeWsRequest(bytes)),
        value: { id, message, blobs: hexBlobs },
      };
    case 'wsResponse':
      return {
        encode: () => encodeWsResponse(id, response, blobs),
        decode: bytes => plain(new IncomingDecoder().decode(bytes)),
        value: { kind: 'response', id, response, blobs: hexBlobs },
      };
    case 'wsEvent':
      return {
        encode: () => encodeWsEvent(api, event, params, blobs),
        decode: bytes => plain(new IncomingDecoder().decode(bytes)),
        value: { kind: 'event', api, event, params, blobs: hexBlobs },
      };
    default:
      throw new Error(`No codec for ${kind}`);
  }
}

/** `"70000 times x"` stands for that many letters. */
function expanded(response: RpcResponse): RpcResponse {
  const text = 'result' in response ? Object(response.result).text : undefined;
  const [, times, letter = ''] = /^(\d+) times (.)$/.exec(text ?? '') ?? [];
  return times ? { result: { text: letter.repeat(Number(times)) } } : response;
}

function plain<T extends { blobs: Uint8Array[] }>(decoded: T) {
  return { ...decoded, blobs: decoded.blobs.map(hex) };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
