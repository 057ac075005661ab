import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RemoteError } from '../../../src/core/errors.js';
import { varintSize, Writer } from '../../../src/decthings/bytes.js';
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
} from '../../../src/decthings/frames.js';
import { seed, seededRandom } from '../../support/random.js';

/** A decoder that remembers nothing yet. */
const decodeWsIncoming = (frame: Uint8Array) => new IncomingDecoder().decode(frame);
const decoders = { decodeHttpRequest, decodeHttpResponse, decodeWsRequest, decodeWsIncoming };
const text = (value: string) => Buffer.from(value);

describe('frames: what is encoded is what is decoded', () => {
  // JSON as it comes back from a parser: no undefined, no -0, no key that is an accessor of objects.
  const json = fc
    .dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary', depthSize: 'medium' }), {
      noNullPrototype: true,
    })
    .map(value => JSON.parse(JSON.stringify(value)) as Record<string, unknown>);
  const blobs = fc.array(fc.uint8Array({ size: 'large' }), { maxLength: 255, size: 'small' });
  const id = fc.integer({ min: 0, max: 0xffff_ffff });
  const name = fc.string({ unit: 'binary-ascii', maxLength: 255 });
  const error = fc.record(
    { code: fc.string(), parameterName: fc.string(), reason: fc.string({ unit: 'grapheme' }) },
    { requiredKeys: ['code'], noNullPrototype: true },
  );
  const response = fc.oneof(
    json.map(result => ({ result })),
    error.map(of => ({ error: of })),
  );
  const settings = { seed, numRuns: 300 };

  it(`HTTP requests (seed ${seed})`, () => {
    fc.assert(
      fc.property(json, blobs, (params, sent) => {
        assert.deepEqual(decodeHttpRequest(encodeHttpRequest(params, sent)), { params, blobs: sent });
      }),
      settings,
    );
  });

  it(`HTTP responses (seed ${seed})`, () => {
    fc.assert(
      fc.property(response, blobs, (sent, raw) => {
        assert.deepEqual(decodeHttpResponse(encodeHttpResponse(sent, raw)), { response: sent, blobs: raw });
      }),
      settings,
    );
  });

  it(`WebSocket requests (seed ${seed})`, () => {
    const message = fc.record(
      { api: name, method: name, params: json, apiKey: fc.string() },
      { requiredKeys: ['api', 'method', 'params'], noNullPrototype: true },
    );
    fc.assert(
      fc.property(id, message, blobs, (number, sent, raw) => {
        assert.deepEqual(decodeWsRequest(encodeWsRequest(number, sent, raw)), {
          id: number,
          message: sent,
          blobs: raw,
        });
      }),
      settings,
    );
  });

  it(`WebSocket responses and events (seed ${seed})`, () => {
    fc.assert(
      fc.property(id, response, name, name, json, blobs, (number, sent, api, event, params, raw) => {
        const answer = { kind: 'response', id: number, response: sent, blobs: raw };
        assert.deepEqual(decodeWsIncoming(encodeWsResponse(number, sent, raw)), answer);
        assert.deepEqual(decodeWsIncoming(encodeWsEvent(api, event, params, raw)), {
          kind: 'event',
          api,
          event,
          params,
          blobs: raw,
        });
      }),
      settings,
    );
  });

  it(`many events of few kinds, by a decoder that remembers (seed ${seed})`, () => {
    const few = fc.constantFrom('a', 'b');
    const event = fc.tuple(few, few, fc.record({ id: few }, { noNullPrototype: true }), blobs);
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), sent => {
        const decoder = new IncomingDecoder();
        for (const [api, name, params, raw] of sent) {
          const frame = encodeWsEvent(api, name, params, raw);
          const decoded = decoder.decode(frame);
          assert.deepEqual(decoded, { kind: 'event', api, event: name, params, blobs: raw });
          // Nothing that is remembered may hang on the frame's own bytes.
          frame.fill(0);
        }
      }),
      settings,
    );
  });

  it('a JSON of several megabytes and a blob beside it', () => {
    const params = { text: 'å🚀'.repeat(1_000_000) };
    const blob = new Uint8Array(70_000).fill(7);
    assert.deepEqual(decodeHttpRequest(encodeHttpRequest(params, [blob])), { params, blobs: [blob] });
  });
});

describe('frames: what is malformed', () => {
  const expectations: [string, Uint8Array, (bytes: Uint8Array) => unknown][] = [
    ['nothing at all', text(''), decodeHttpResponse],
    ['JSON cut short', frame(3, '{}'), decodeHttpResponse],
    ['JSON that does not parse', frame(2, '{]'), decodeHttpResponse],
    ['JSON that is no object', frame(2, '[]'), decodeHttpResponse],
    ['JSON that is not UTF-8', Buffer.concat([frame(3, '"'), Buffer.from([0xff]), text('"')]), decodeHttpResponse],
    ['neither result nor error', frame(2, '{}'), decodeHttpResponse],
    ['both result and error', json({ result: 1, error: { code: 'x' } }), decodeHttpResponse],
    ['an error without a code', json({ error: {} }), decodeHttpResponse],
    ['a blob cut short', Buffer.concat([json({ result: 1 }), Buffer.from([5, 1])]), decodeHttpResponse],
    ['a blob length cut short', Buffer.concat([json({ result: 1 }), Buffer.from([254, 0])]), decodeHttpResponse],
    ['a request with bytes after its blobs', Buffer.from('00027b7d00', 'hex'), decodeHttpRequest],
    ['a request without fields', Buffer.from('0000000100027b7d', 'hex'), decodeWsRequest],
    ['an unknown kind of message', Buffer.from([2, 0, 0, 0, 0]), decodeWsIncoming],
    ['an event without a name', Buffer.concat([Buffer.from([1, 0]), json({ params: {} })]), decodeWsIncoming],
    ['an event without parameters', Buffer.concat([Buffer.from([1, 0]), json({ event: 'e' })]), decodeWsIncoming],
  ];
  for (const [what, bytes, decode] of expectations) {
    it(what, () => assert.throws(() => decode(bytes), isProtocolError));
  }

  it('a parser’s words about it are not passed on', () => {
    assert.throws(
      () => decodeHttpResponse(frame(9, '{"secret!')),
      (error: Error) => !error.message.includes('secret') && error.cause === undefined,
    );
  });

  it('an API name beyond 255 bytes, more than 255 blobs and an odd length are refused by the encoder', () => {
    assert.throws(() => encodeWsEvent('x'.repeat(256), 'e', {}), RangeError);
    assert.throws(() => encodeHttpRequest({}, new Array(256).fill(new Uint8Array())), RangeError);
    assert.throws(() => varintSize(-1), RangeError);
    assert.throws(() => varintSize(2 ** 53), RangeError);
  });
});

describe('frames: what a frame claims', () => {
  it('is not allocated: lengths of 2^31, 2^32, 2^53 and 2^64', () => {
    const claims = [0xfe7f_ffff_ffn, 0xfeff_ffff_ffn].map(value => value.toString(16));
    const huge = [2n ** 31n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 64n - 1n];
    for (const value of huge) claims.push(`ff${value.toString(16).padStart(16, '0')}`);
    const before = process.memoryUsage().arrayBuffers;
    for (const claim of claims) {
      for (const decode of Object.values(decoders)) {
        // As the length of the JSON, and as the length of a blob after or before it.
        for (const around of [
          ['', ''],
          ['00', ''],
          ['01', ''],
          ['0102', '7b7d'],
          ['ff', claim.repeat(255)],
        ]) {
          for (const head of ['', '00000001', '0000000001', '0100']) {
            const bytes = Buffer.from(head + around[0] + claim + around[1], 'hex');
            assert.throws(() => decode(bytes), isProtocolError);
          }
        }
      }
      const answer = Buffer.concat([json({ result: {} }), Buffer.from(claim, 'hex')]);
      assert.throws(() => decodeHttpResponse(answer), isProtocolError);
    }
    assert.ok(process.memoryUsage().arrayBuffers - before < 16 * 1024 * 1024);
  });

  it(`100,000 random and mutated frames give a value or a protocol error (seed ${seed})`, () => {
    const { stackTraceLimit } = Error;
    // Three in four frames are refused, and a stack for each would take most of the time.
    Error.stackTraceLimit = 0;
    const random = seededRandom();
    const valid = samples();
    let accepted = 0;
    for (let run = 0; run < 100_000; run++) {
      const bytes = run % 4 === 0 ? noise(random) : mutated(valid, random);
      for (const [name, decode] of Object.entries(decoders)) {
        try {
          assert.equal(typeof decode(bytes), 'object');
          accepted++;
        } catch (error) {
          if (!isProtocolError(error)) assert.fail(`${name} of ${bytes.toString('hex')} threw ${error}`);
        }
      }
    }
    Error.stackTraceLimit = stackTraceLimit;
    assert.ok(accepted > 1_000, `only ${accepted} were accepted: the mutations are too coarse to tell anything`);
  });
});

function isProtocolError(error: unknown): boolean {
  return error instanceof RemoteError && error.kind === 'protocol' && !error.retryable;
}

function frame(length: number, body: string): Buffer {
  return Buffer.concat([Buffer.from([length]), text(body)]);
}

function json(value: object): Buffer {
  const body = text(JSON.stringify(value));
  return Buffer.concat([new Writer(varintSize(body.length)).varint(body.length).bytes, body]);
}

function samples(): Uint8Array[] {
  const blobs = [text('ls -la\r'), new Uint8Array(0), new Uint8Array(300).fill(7)];
  const error = { code: 'invalid_parameter', parameterName: 'spec.cpus', reason: 'must be positive' };
  return [
    encodeHttpRequest({ offset: 40, filter: { searchName: 'gå 🚀' } }, blobs),
    encodeHttpRequest({}),
    encodeHttpResponse({ result: { text: 'x'.repeat(300) } }, blobs),
    encodeHttpResponse({ error }),
    encodeWsRequest(1, { api: 'Terminal', method: 'writeToTerminalSession', params: {}, apiKey: 'key' }, blobs),
    encodeWsRequest(0xffff_ffff, { api: 'Debug', method: 'getDebugSessions', params: {} }),
    encodeWsResponse(7, { result: {} }, blobs),
    encodeWsResponse(8, { error }),
    encodeWsEvent('Terminal', 'data', { terminalSessionId: '7b0f' }, blobs),
    encodeWsEvent('Terminal', 'exit', { terminalSessionId: '7b0f', reason: { code: 'process_exit', exitCode: 1 } }),
  ];
}

function noise(random: () => number): Buffer {
  const bytes = Buffer.alloc(Math.floor(random() ** 3 * 400));
  for (let at = 0; at < bytes.length; at++) bytes[at] = random() * 256;
  // A start that gets past the first fields, now and then.
  if (random() < 0.5 && bytes.length > 8) bytes.set([Math.floor(random() * 3), 0, 0, 0, 0, Math.floor(random() * 9)]);
  return bytes;
}

function mutated(valid: readonly Uint8Array[], random: () => number): Buffer {
  const pick = () => valid[Math.floor(random() * valid.length)] ?? new Uint8Array();
  let bytes = Buffer.from(pick());
  for (let times = 1 + Math.floor(random() * 3); times > 0; times--) {
    const at = Math.floor(random() * (bytes.length + 1));
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
    switch (Math.floor(random() * 6)) {
      case 0:
        if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << (random() * 8));
        break;
      case 1:
        bytes = before;
        break;
      case 2:
        bytes = Buffer.concat([before, noise(random).subarray(0, 12), after]);
        break;
      case 3:
        bytes = Buffer.concat([before, after.subarray(Math.floor(random() * 8))]);
        break;
      case 4: {
        const claim = Buffer.from([253 + random() * 3, ...[0, 0, 0, 0, 0, 0, 0, 0].map(() => random() * 256)]);
        bytes = Buffer.concat([before, claim.subarray(0, 1 + random() * 9), after.subarray(1)]);
        break;
      }
      default:
        bytes = Buffer.concat([before, pick().subarray(at)]);
    }
  }
  return bytes;
}
