import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AppAddress } from '../../../src/core/tasks.js';
import { parseAddress } from '../../../src/swan/address.js';
import type { Told } from '../../support/told.js';

const ssh = { type: 'ssh', user: 'root', host: '203.0.113.7', port: 30_022 } as const;
const ports = [{ inner: 8888, outer: 30_023 }];

/** What each release of the providers' software writes. */
const written: [text: string, address: Told<AppAddress>][] = [
  ['ssh root@38.80.81.161 -p30001', { type: 'ssh', user: 'root', host: '38.80.81.161', port: 30_001 }],
  ['ssh a_b-c.d@host-1.example.com -p 22', { type: 'ssh', user: 'a_b-c.d', host: 'host-1.example.com', port: 22 }],
  ['ssh root@2001:db8::1 -p22', { type: 'ssh', user: 'root', host: '2001:db8::1', port: 22 }],
  ['ssh root@[2001:db8::1] -p 30022', { ...ssh, host: '2001:db8::1' }],
  ['root@[2001:db8::1] -p 30022', { ...ssh, host: '2001:db8::1' }],
  ['ssh root@203.0.113.7 -p30022 ', ssh],
  ['ssh root@203.0.113.7 -p30022　', ssh],
  [
    'ssh root@203.0.113.7 -p30022、username: alice,password: aB3dE5gH; 22:30022, 8888:30023',
    { ...ssh, login: { user: 'alice', password: 'aB3dE5gH' }, ports },
  ],
  [
    'ssh root@203.0.113.7 -p30022、username: alice, 22:30022, 8888:30023, ',
    { ...ssh, login: { user: 'alice' }, ports },
  ],
  ['ssh root@203.0.113.7 -p30022、username: alice, 22:30022', { ...ssh, login: { user: 'alice' } }],
  ['ssh root@203.0.113.7 -p30022、username: , 22:30022', ssh],
  [
    'ssh root@203.0.113.7 -p30022；username： alice，22：30022， 8888：30023',
    { ...ssh, login: { user: 'alice' }, ports },
  ],
  ['ssh root@203.0.113.7 -p30022 ; 22:30022, 8888:30023', { ...ssh, ports }],
  [
    'ssh root@203.0.113.7 -p30022 ; 22:30022, 8888:30023 ; x1y2.cp.example.com  ',
    { ...ssh, webHost: 'x1y2.cp.example.com', ports },
  ],
  ['ssh root@203.0.113.7 -p30022 ; 22:30022 ; host', { ...ssh, webHost: 'host' }],
  ['http://203.0.113.7; 8888:30023, ', { type: 'web', url: 'http://203.0.113.7/', ports }],
  ['https://x1y2.cp.example.com ', { type: 'web', url: 'https://x1y2.cp.example.com/' }],
];

const refused = [
  'ssh -oProxyCommand=touch@host -p22',
  'ssh root@-oProxyCommand=x -p22',
  'ssh root@host -p22 -oProxyCommand=x',
  'ssh root@host -oProxyCommand=x -p22',
  'ssh root@host -p22 ; 22:22 ; -oProxyCommand=x',
  'ssh root@host -p22、username: -oProxyCommand=x',
  'ssh -l@host -p22',
  'ssh -@host -p22',
  'ssh root@host -p22; rm -rf ~',
  'ssh root@host -p22; touch /tmp/x',
  'ssh root@host -p22 && id',
  'ssh root@host -p22 | id',
  'ssh root@host -p22 > x',
  'ssh root@host -p22 id',
  'ssh root@host -p22\n-oProxyCommand=x',
  'ssh root@host -p22\n',
  'ssh root@host -p22\r',
  'ssh root@host -p22\t',
  'ssh root@host -p22\0',
  'ssh root@host -p22\u001b[2J',
  'ssh root@host -p22\u0085',
  'ssh root@host -p22\u2028',
  'ssh root@ho\u00adst -p22',
  'ssh root@host -p22 ; 22:22 ; e\u202evil',
  'ssh root@$(id) -p22',
  'ssh `id`@host -p22',
  'ssh root@host`id` -p22',
  'ssh root@%h -p22',
  'ssh root@fe80::1%eth0 -p22',
  'ssh root@[fe80::1%25eth0] -p22',
  'ssh %u@host -p22',
  'ssh root@ho%0ast -p22',
  'ssh root@host.. -p22',
  'ssh root@.host -p22',
  'ssh root@host- -p22',
  'ssh root@a_b -p22',
  'ssh root@: -p22',
  'ssh root@:: ::1 -p22',
  'ssh root@1:2 -p22',
  'ssh root@[::1 -p22',
  'ssh root@::1] -p22',
  'ssh root@[host] -p22',
  'ssh root@[203.0.113.7] -p22',
  'ssh root@[[::1]] -p22',
  'ssh root@2130706433 -p22',
  'ssh root@0x7f000001 -p22',
  'ssh root@127.1 -p22',
  'ssh root@203.0.113.256 -p22',
  `ssh root@${'a'.repeat(64)}.example -p22`,
  `ssh root@${'a.'.repeat(127)}aa -p22`,
  `ssh ${'a'.repeat(33)}@host -p22`,
  'ssh root@host -p0',
  'ssh root@host -p022',
  'ssh root@host -p65536',
  'ssh root@host -p-1',
  'ssh root@host -p٢٢',
  'ssh root@host -p２２',
  'ssh root@host －p22',
  'ssh root＠host -p22',
  'ssh root@host',
  'ssh root@host:22',
  'ssh://root@host:22',
  'ssh  root@host -p22',
  ' ssh root@host -p22',
  'ssh -p22 root@host',
  'ssh root@host -p22 -p23',
  'SSH root@host -p22',
  'ssh root@a@host -p22',
  'ssh rооt@host -p22',
  'ssh root@host -p30022 ; 22:30023',
  'ssh root@host -p30022 ; 22:30022, 22:30023',
  'ssh root@host -p22 ; 0:1',
  'ssh root@host -p22 ; 1:65536',
  'ssh root@host -p22 ; 1:2:3',
  'ssh root@host -p22 ; host.example',
  'ssh root@host -p22 ; 1:2 ; a.example ; b.example',
  'ssh root@host -p22 ; 1:2 ; a.example ; 3:4',
  'ssh root@host -p22、username: a,username: b',
  'ssh root@host -p22、password: x',
  'ssh root@host -p22、username: a,password: $(id)',
  'ssh root@host -p22, ssh root@other -p22',
  'http://203.0.113.7; 8888:30023 ; host',
  'http://203.0.113.7; username: a',
  'http://203.0.113.7; javascript:alert(1)',
  'javascript:alert(1); 1:2',
];

describe('the SSH command of a job', () => {
  for (const [text, address] of written) {
    it(`is taken apart: ${JSON.stringify(text)}`, () => assert.deepEqual(parseAddress(text), address));
  }

  for (const text of refused) {
    it(`is mere text: ${JSON.stringify(text.slice(0, 80))}`, () => assert.equal(parseAddress(text).type, 'text'));
  }

  const word = fc.string({ unit: 'binary', maxLength: 9 });
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.tuple(word, word, fc.nat(99_999)).map(([user, host, port]) => `ssh ${user}@${host} -p${port}`),
    fc.string({ unit: 'binary' }).map(rest => `https://${rest}`),
    // What is written, with something else at any place.
    fc
      .tuple(fc.constantFrom(...written.map(([text]) => text)), fc.nat(), fc.nat(3), word)
      .map(([text, at, cut, added]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + added + text.slice(place + cut);
      }),
    fc
      .array(
        fc.constantFrom(' ', ';', '、', ',', '-p', '22', ':', 'ssh ', 'root', '@', '[', ']', 'a.b', '::1', '%', '-o'),
      )
      .map(parts => parts.join('')),
  );

  it('gives `ssh` no option, control or pattern, whatever the text', () => {
    fc.assert(
      fc.property(texts, text => {
        const address = parseAddress(text);
        if (address.type === 'ssh') {
          assert.match(address.user, /^[A-Za-z_][\w.-]*$/);
          assert.match(address.host, /^[A-Za-z0-9:][A-Za-z0-9.:-]*$/);
          assert.ok(address.port > 0 && address.port < 65_536);
          assert.match(address.login?.user ?? 'x', /^[A-Za-z_][\w.-]*$/);
          assert.match(address.login?.password ?? 'x', /^[A-Za-z0-9]+$/);
          assert.match(address.webHost ?? 'x', /^[A-Za-z0-9][A-Za-z0-9.-]*$/);
        } else if (address.type === 'web') assert.match(address.url, /^https?:\/\/[^@\s\\/][^\s\\]*$/);
        else return assert.doesNotMatch(address.text, /[\u0000-\u001f\u007f\u202e]/);
        for (const { inner, outer } of address.ports ?? []) {
          for (const port of [inner, outer]) assert.ok(Number.isInteger(port) && port > 0 && port < 65_536);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
