import assert from 'node:assert/strict';
import { hasKind, RemoteError, toRemoteError } from '../../../src/core/errors.js';

describe('errors', () => {
  it('what may succeed later is retryable', () => {
    const retryable = (['busy', 'network', 'timeout'] as const).map(kind => new RemoteError(kind, ''));
    const final = (['cancelled', 'credentials', 'invalid', 'service'] as const).map(kind => new RemoteError(kind, ''));
    assert.ok(retryable.every(error => error.retryable) && final.every(error => !error.retryable));
    assert.equal(new RemoteError('service', '', { retryable: true }).retryable, true);
  });

  it('anything thrown gets a kind', () => {
    const known = new RemoteError('busy', 'later');
    assert.equal(toRemoteError(known), known);
    assert.ok(hasKind(toRemoteError(new DOMException('x', 'AbortError')), 'cancelled'));
    const defect = new TypeError('x is not a function');
    assert.deepEqual([toRemoteError(defect).kind, toRemoteError(defect).cause], ['service', defect]);
    assert.equal(toRemoteError('text').message, 'text');
    assert.equal(hasKind(defect, 'service'), false);
  });
});
