import assert from 'node:assert/strict';
import { logUrl, parseAddress, webUrl } from '../../../src/swan/address.js';

describe('the address of a job’s app', () => {
  it('is a web address', () => {
    assert.deepEqual(parseAddress('https://lol7vgmp60.dev2.crosschain.computer'), {
      type: 'web',
      url: 'https://lol7vgmp60.dev2.crosschain.computer/',
    });
    assert.equal(webUrl('http://127.0.0.1:80/a?b=%20#c'), 'http://127.0.0.1/a?b=%20#c');
  });

  it('a text of 10 MB is cut', () => {
    const address = parseAddress('x'.repeat(10_000_000));
    assert.ok(address.type === 'text' && address.text.length <= 2_048);
  });

  it('of a log is encrypted, but on this machine', () => {
    assert.equal(logUrl('wss://log.example:8085/log?type=build#x'), 'wss://log.example:8085/log?type=build');
    assert.equal(logUrl('ws://127.0.0.1:1/log'), 'ws://127.0.0.1:1/log');
    for (const text of ['ws://log.example/', 'https://log.example/', 'wss://u:p@log.example/', 'wss://', 'x']) {
      assert.equal(logUrl(text), undefined, text);
    }
  });
});
