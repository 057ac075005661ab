import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { barePath } from '../../support/bare.js';
import { onPath } from '../../support/onPath.mjs';
import { removeFolder, temporaryFolder } from '../../support/processes.mjs';
import { choose } from '../../support/vscode/chromium.mjs';

describe('on a machine with Node.js and npm alone', function () {
  this.timeout(120_000);
  let folder: string;
  let bin: string;

  before(() => {
    folder = temporaryFolder('bare');
    bin = barePath(folder);
  });
  after(() => removeFolder(folder));

  describe('what is downloaded once', () => {
    const fetchOnce = `const home = await cached('thing', 'a thing (3 MB)', async folder => {
      if (process.argv[1] === 'broken') throw new Error('cut off');
      await installPackages(folder, [process.argv[1]]);
    }); console.log(home);`;

    it('is said first, with its size, and is not there when it breaks off', () => {
      const { status, stderr } = cacheScript(fetchOnce, 'broken');
      assert.notEqual(status, 0);
      assert.match(stderr, /^Downloading a thing \(3 MB\) into \.vscode-test\/, once…\n[\s\S]*cut off/);
      assert.deepEqual(readdirSync(join(folder, '.vscode-test')), []);
    });

    it('needs no program but npm, which runs none of a package’s', () => {
      const { status, stdout, stderr } = cacheScript(fetchOnce, plantPackage());
      assert.deepEqual([status, stderr], [0, 'Downloading a thing (3 MB) into .vscode-test/, once…\n']);
      assert.ok(existsSync(join(stdout.trim(), 'node_modules', 'planted', 'package.json')));
      assert.ok(!existsSync(join(folder, 'compiled')));
    });

    it('is not fetched again', () => {
      const { status, stdout, stderr } = cacheScript(fetchOnce, 'broken');
      assert.deepEqual([status, stderr, stdout.trim()], [0, '', join(folder, '.vscode-test', 'thing')]);
    });

    /** A package whose installation would have to compile. */
    function plantPackage(): string {
      const planted = join(folder, 'planted');
      mkdirSync(planted);
      const scripts = { install: `node -e "require('fs').writeFileSync('${join(folder, 'compiled')}', '')"` };
      writeFileSync(join(planted, 'package.json'), JSON.stringify({ name: 'planted', version: '1.0.0', scripts }));
      return `file:${planted}`;
    }

    function cacheScript(script: string, argument: string) {
      const imports = `import { cached, installPackages } from ${JSON.stringify(resolve('test/support/vscode/cache.mjs'))};`;
      return spawnSync(process.execPath, ['--input-type=module', '--eval', imports + script, argument], {
        cwd: folder,
        env: { ...process.env, PATH: bin },
        encoding: 'utf8',
      });
    }
  });

  describe('the browser', () => {
    const own = async () => ({ executablePath: 'own', env: { FONTS: 'own' } });

    it('is one of our own', async () => {
      assert.deepEqual(await choose(undefined, [], own), await own());
    });

    it('is an installed one where that starts', async () => {
      const installed = [
        program('broken', 'exit 10'),
        program('chromium', 'echo Chromium 1'),
        program('other', 'exit 0'),
      ];
      assert.deepEqual(await choose(undefined, installed, own), { executablePath: join(folder, 'chromium') });
      assert.deepEqual(await choose(undefined, installed.slice(0, 1), own), await own());
    });

    it('is the one that is named, and no other', async () => {
      const named = program('named', 'exit 1');
      assert.deepEqual(await choose(named, [program('chromium', '')], own), { executablePath: named });
      await assert.rejects(
        choose(join(folder, 'none'), [], own),
        /REMOTE_COMPUTE_CHROMIUM names .*none, which does not/,
      );
    });

    it('is asked for in words where none can be had', async () => {
      const offline = () => Promise.reject(new Error('No network.'));
      await assert.rejects(choose(undefined, [], offline), /install Chromium or Chrome, or name one.*No network\.$/);
    });

    it('is looked for on PATH, among programs alone', () => {
      const path = process.env.PATH;
      try {
        mkdirSync(join(folder, 'no-program'));
        writeFileSync(join(folder, 'no-program', 'chromium'), '');
        process.env.PATH = ['', join(folder, 'no-program'), folder].join(':');
        assert.deepEqual(onPath('chromium'), [program('chromium', '')]);
        process.env.PATH = bin;
        assert.deepEqual(onPath('chromium'), []);
        delete process.env.PATH;
        assert.deepEqual(onPath('chromium'), []);
      } finally {
        process.env.PATH = path;
      }
    });
  });

  function program(name: string, script: string): string {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  }
});
