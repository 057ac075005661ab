import assert from 'node:assert/strict';
import { toWebAddress } from '../../../src/core/gitRemote.js';

describe('the web address of a git remote', () => {
  for (const [remote, address] of [
    ['https://github.com/owner/name.git', 'https://github.com/owner/name'],
    ['https://github.com/owner/name/', 'https://github.com/owner/name'],
    ['https://git.example:8443/a/b.git', 'https://git.example:8443/a/b'],
    ['https://git.example:443/a/b.git', 'https://git.example/a/b'],
    ['https://user:secret@git.example:8443/a/b.git', 'https://git.example:8443/a/b'],
    ['https://token@github.com/owner/name', 'https://github.com/owner/name'],
    ['https://[2001:db8::1]:8443/a/b.git', 'https://[2001:db8::1]:8443/a/b'],
    ['https://git.example/a/b.git?token=secret#x', 'https://git.example/a/b'],
    ['http://git.example/a/b.git', 'https://git.example/a/b'],
    ['http://git.example:8080/a/b.git', 'http://git.example:8080/a/b'],
    ['ssh://git@git.example:2222/a/b.git', 'https://git.example/a/b'],
    ['ssh://git@[2001:db8::1]:2222/a/b.git/', 'https://[2001:db8::1]/a/b'],
    ['git+ssh://git@git.example/a/b.git', 'https://git.example/a/b'],
    ['git://git.example:9418/a/b.git', 'https://git.example/a/b'],
    ['git@github.com:owner/name.git', 'https://github.com/owner/name'],
    ['git@github.com:owner/name', 'https://github.com/owner/name'],
    ['org-1.x+y@git.example:/srv/a.git', 'https://git.example/srv/a'],
    ['git@[2001:db8::1]:a/b.git', 'https://[2001:db8::1]/a/b'],
    ['git@git.example:~me/a.git', 'https://git.example/~me/a'],
    ['/srv/git/a.git', undefined],
    ['file:///srv/git/a.git', undefined],
    ['C:\\git\\a', undefined],
    ['C:/git/a', undefined],
    ['../a.git', undefined],
    ['git@ho st:a', undefined],
    ['git@[nonsense]:a/b', undefined],
    ['git@host:a b', undefined],
    ['ext::sh -c x', undefined],
    ['', undefined],
  ] as const) {
    it(`is ${address} for ${remote}`, () => assert.equal(toWebAddress(remote), address));
  }
});
