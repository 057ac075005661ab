import assert from 'node:assert/strict';
import fc from 'fast-check';
import { logUrl, parseAddress, webUrl } from '../../../src/swan/address.js';

describe('the address of a job’s app', () => {
  it('is an SSH command in exactly the service’s form', () => {
    assert.deepEqual(parseAddress('ssh root@38.80.81.161 -p30001'), {
      type: 'ssh',
      user: 'root',
      host: '38.80.81.161',
      port: 30_001,
    });
    assert.deepEqual(parseAddress('ssh a_b-c.d@host-1.example.com -p 22'), {
      type: 'ssh',
      user: 'a_b-c.d',
      host: 'host-1.example.com',
      port: 22,
    });
    assert.deepEqual(parseAddress('ssh root@2001:db8::1 -p22'), {
      type: 'ssh',
      user: 'root',
      host: '2001:db8::1',
      port: 22,
    });
  });

  const malicious = [
    'ssh -oProxyCommand=touch@host -p22',
    'ssh root@-oProxyCommand=x -p22',
    'ssh root@host -p22 -oProxyCommand=x',
    'ssh root@host -p22; rm -rf ~',
    'ssh root@host -p22\n-oProxyCommand=x',
    'ssh root@host -p22\n',
    'ssh root@$(id) -p22',
    'ssh `id`@host -p22',
    'ssh root@host`id` -p22',
    'ssh root@host.. -p22',
    'ssh root@.host -p22',
    'ssh root@: -p22',
    'ssh root@host -p0',
    'ssh root@host -p65536',
    'ssh root@host -p-1',
    'ssh root@host',
    'ssh  root@host -p22',
    ' ssh root@host -p22',
    'ssh -p22 root@host',
    'SSH root@host -p22',
    'ssh root@a@host -p22',
    'ssh rооt@host -p22',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'command:workbench.action.quit',
    'vscode://x/y',
    'data:text/html,x',
    'https://user@host/',
    'https://user:secret@host/',
    'https://host\\@evil.example/',
    'https://ho st/',
    'https://host/\n',
    'https://ｈost/',
    'https://',
    'ftp://host/',
    '//host/',
  ];
  for (const text of malicious) {
    it(`is mere text: ${JSON.stringify(text)}`, () => {
      assert.equal(parseAddress(text).type, 'text');
    });
  }

  it('is a web address', () => {
    assert.deepEqual(parseAddress('https://lol7vgmp60.dev2.crosschain.computer'), {
      type: 'web',
      url: 'https://lol7vgmp60.dev2.crosschain.computer/',
    });
    assert.equal(webUrl('http://127.0.0.1:80/a?b=%20#c'), 'http://127.0.0.1/a?b=%20#c');
  });

  it('is never an option, a control or a scheme of its own, whatever the text', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .tuple(fc.string({ unit: 'binary', maxLength: 9 }), fc.string({ unit: 'binary', maxLength: 9 }), fc.nat(99_999))
        .map(([user, host, port]) => `ssh ${user}@${host} -p${port}`),
      fc.string({ unit: 'binary' }).map(rest => `https://${rest}`),
    );
    fc.assert(
      fc.property(texts, text => {
        const address = parseAddress(text);
        if (address.type === 'ssh') {
          assert.match(address.user, /^[A-Za-z_][\w.-]*$/);
          assert.match(address.host, /^[A-Za-z0-9:][A-Za-z0-9.:-]*$/);
          assert.ok(address.port > 0 && address.port < 65_536);
        } else if (address.type === 'web') assert.match(address.url, /^https?:\/\/[^@\s\\/][^\s\\]*$/);
        else assert.doesNotMatch(address.text, /[\u0000-\u001f\u007f\u202e]/);
      }),
      { numRuns: 200 },
    );
  }).timeout(20_000);

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
