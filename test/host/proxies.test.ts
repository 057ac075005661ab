import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { newAuthority } from '../support/authority.mjs';
import { ForwardProxy } from '../support/forwardProxy.js';
import { SECRET, services, waysOut } from '../support/waysOut.js';
import { EXTENSION_ID, errorOf } from './support/extension.js';

const HOST = 'services.proxied.test';
const STRANGER = 'stranger.proxied.test';
const PASSWORD = 'somebody:of-this-company';

/** A way out that is blocked says so; what is thrown has the kind of an error of the network. */
describe('where the network is reached through a company’s proxy', () => {
  const folder = process.env.REMOTE_COMPUTE_AUTHORITY ?? assert.fail('run-host.mjs makes an authority.');
  const identity = {
    certificate: readFileSync(join(folder, 'certificate.pem'), 'utf8'),
    key: readFileSync(join(folder, 'key.pem'), 'utf8'),
  };
  const bundles = join(vscode.extensions.getExtension(EXTENSION_ID)?.extensionPath ?? '', 'dist');
  const load = (bundle: string) => require(join(bundles, `${bundle}.js`));
  const ways = waysOut(HOST, load);
  let server: Awaited<ReturnType<typeof services>>;
  let stranger: Awaited<ReturnType<typeof services>>;
  let proxy: ForwardProxy;

  before(async () => {
    server = await services(identity);
    stranger = await services(newAuthority([STRANGER]).server);
  });

  after(async () => {
    server?.close();
    stranger?.close();
  });

  afterEach(async () => {
    proxy?.close();
    for (const name of ['proxy', 'noProxy', 'proxySupport']) await setHttp(name, undefined);
  });

  async function setHttp(name: string, value: unknown): Promise<void> {
    await vscode.workspace.getConfiguration('http').update(name, value, vscode.ConfigurationTarget.Global);
  }

  /** @param credentials that it asks for @param given that it gets */
  async function behind(credentials?: string, given?: string): Promise<void> {
    const ports = new Map([
      [HOST, server.port],
      [STRANGER, stranger.port],
    ]);
    proxy = await new ForwardProxy(ports, credentials).listen();
    await setHttp('proxy', proxy.url(given));
  }

  /** A way to the stranger may be tried again when its own test is over. */
  const asked = () => proxy.asked.filter(each => !each.includes(STRANGER));

  for (const [name, go] of Object.entries(ways)) {
    describe(`${name}`, () => {
      it('goes through it, and shows it no key', async () => {
        await behind();
        await go();
        assert.deepEqual(new Set(asked()), new Set([`CONNECT ${HOST}:443`]));
        assert.ok(!proxy.heardOf(SECRET));
      });

      it('goes through it with its user and password', async () => {
        await behind(PASSWORD, PASSWORD);
        await go();
        assert.ok(asked().length > 0);
        assert.ok(!proxy.heardOf(SECRET));
      });

      it('tells what to do where the proxy asks for a user and password', async () => {
        await behind(PASSWORD);
        await assert.rejects(go, errorOf('network', /The proxy asks who you are \(HTTP 407\)\. Check the proxy/));
        assert.ok(!proxy.heardOf(SECRET));
      });

      for (const [setting, value] of [
        ['noProxy', [HOST]],
        ['proxySupport', 'off'],
      ] as const) {
        it(`goes past it by http.${setting}`, async () => {
          await behind();
          await setHttp(setting, value);
          // Only the proxy knows the host.
          await assert.rejects(go, errorOf('network', /ENOTFOUND|EAI_AGAIN/));
          assert.deepEqual(asked(), []);
        });
      }
    });
  }

  for (const [name, go] of Object.entries(waysOut(STRANGER, load))) {
    it(`${name} is not made where nobody vouches for the other end, and says why`, async () => {
      await behind();
      await assert.rejects(go, errorOf('network', /certificate/i));
      assert.ok(!proxy.heardOf(SECRET));
    });
  }
});
