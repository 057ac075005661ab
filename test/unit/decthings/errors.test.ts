import assert from 'node:assert/strict';
import type { ErrorKind } from '../../../src/core/errors.js';
import { fromCloseCode, fromHttpStatus, fromRpcError } from '../../../src/decthings/errors.js';

/** Every code of the wire, and the kind of error it is. */
const wire: Record<string, ErrorKind> = {
  bad_credentials: 'credentials',
  too_many_requests: 'busy',
  payment_required: 'refused',
  unknown: 'service',
  invalid_parameter: 'invalid',
  quota_exceeded: 'refused',
  persistent_launcher_not_found: 'notFound',
  persistent_launcher_being_deleted: 'invalid',
  model_not_found: 'notFound',
  invalid_executor_type: 'invalid',
  server_overloaded: 'busy',
  invalid_executable: 'invalid',
  read_executable_file_failed: 'invalid',
  debug_session_not_found: 'notFound',
  not_remote_inspector: 'invalid',
  not_subscribed: 'invalid',
  terminal_session_not_found: 'notFound',
};

describe('the errors of the service', () => {
  for (const [code, kind] of Object.entries(wire)) {
    it(`${code} is of kind ${kind}, and its text says what happened and what to do`, () => {
      const error = fromRpcError({ code });
      assert.deepEqual([error.kind, error.code, error.retryable], [kind, code, kind === 'busy']);
      assert.match(error.message, /^[^.]+\. [^.]+.*\.$/);
      assert.equal(error.message.includes(code), false);
    });
  }

  it('an invalid parameter is named, with the reason', () => {
    const error = fromRpcError({ code: 'invalid_parameter', parameterName: 'spec.cpus', reason: 'must be positive' });
    assert.match(error.message, /spec\.cpus \(must be positive\)/);
  });

  it('an unknown code is shown as it is, but not at any length', () => {
    const error = fromRpcError({ code: 'tea_break' });
    assert.deepEqual([error.kind, error.code, error.retryable], ['service', 'tea_break', false]);
    assert.match(error.message, /tea_break/);
    for (const long of [{ code: 'x'.repeat(10_000) }, { code: 'invalid_parameter', reason: 'x'.repeat(10_000) }]) {
      assert.ok(fromRpcError(long).message.length < 500);
    }
  });

  it('a code that is also a property of every object is unknown like any other', () => {
    for (const code of ['constructor', '__proto__', 'toString']) assert.equal(fromRpcError({ code }).kind, 'service');
  });

  it('no status and no close is a matter of credentials: they have no frame', () => {
    for (let status = 100; status < 600; status++) assert.notEqual(fromHttpStatus(status).kind, 'credentials');
    for (let code = 1000; code < 5000; code++) assert.notEqual(fromCloseCode(code).kind, 'credentials');
  });

  it('statuses and closes say what to do too', () => {
    for (const status of [302, 401, 403, 404, 407, 418, 429, 500, 502, 511]) {
      assert.match(fromHttpStatus(status).message, /\. [A-Z].*\.$/, String(status));
    }
    for (const code of [1012, 1013]) assert.match(fromCloseCode(code).message, /\. [A-Z].*\.$/, String(code));
  });
});
