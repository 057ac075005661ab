import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, normalize } from 'node:path';

/** What each part of `src` may import besides itself: other parts, and packages. */
const rules: Record<string, { parts: string[]; packages: string[] }> = {
  core: { parts: [], packages: [] },
  files: { parts: ['core'], packages: [] },
  net: { parts: ['core'], packages: [] },
  decthings: { parts: ['core'], packages: ['ws', 'valibot'] },
  swan: {
    parts: ['core', 'files'],
    packages: ['ws', 'valibot', 'ethers', '@noble/hashes/scrypt.js', '@noble/hashes/sha3.js'],
  },
  terminal: { parts: ['core'], packages: ['get-east-asian-width'] },
  ui: { parts: ['core', 'files', 'terminal'], packages: ['vscode', 'valibot'] },
  commands: { parts: ['core', 'ui'], packages: ['vscode', 'valibot'] },
  sandbox: { parts: ['core', 'decthings', 'files'], packages: ['ws', 'valibot', '@lydell/node-pty', 'ethers', 'ssh2'] },
  'api.ts': { parts: ['core'], packages: [] },
  'connect.ts': { parts: ['core', 'decthings', 'net', 'swan', 'sandbox', 'ui'], packages: [] },
  'extension.ts': { parts: ['api.ts', 'connect.ts', 'core', 'swan', 'ui', 'commands'], packages: ['vscode'] },
};

/** Of the service's code the sandbox shares the wire alone, so that it cannot agree with a mistake of the client. */
const sandboxMayShare = /^src\/decthings\/(bytes|frames|methods|schema)$/;

interface Import {
  file: string;
  part: string;
  /** A path below the project's root, or a package. */
  target: string;
}

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts'))
  .map(name => join('src', name));
const imports = files.flatMap(importsOf);

function importsOf(file: string): Import[] {
  const source = readFileSync(file, 'utf8');
  const found = source.matchAll(/(?:from|import|require\(|import\()\s*'([^']+)'/g);
  return [...found].map(([, name = '']) => ({
    file,
    part: partOf(file),
    target: name.startsWith('.') ? normalize(join(dirname(file), name)).replace(/\.js$/, '') : name,
  }));
}

function partOf(path: string): string {
  const name = path.split('/')[1] ?? '';
  return `${name}.ts` in rules ? `${name}.ts` : name;
}

describe('the layers of src', () => {
  it('are all known', () => {
    const unknown = files.filter(file => !(partOf(file) in rules));
    assert.deepEqual(unknown, []);
    assert.ok(imports.length > 100, 'imports are found');
  });

  it('import the parts and packages that are theirs to import', () => {
    const broken = imports.filter(({ part, target }) => {
      const rule = rules[part];
      if (target.startsWith('src/')) return partOf(target) !== part && !rule?.parts.includes(partOf(target));
      if (target.startsWith('node:') || builtinModules.includes(target)) return part === 'core';
      return !rule?.packages.includes(target);
    });
    assert.deepEqual(broken, []);
  });

  it('keep the sandbox to the wire', () => {
    const broken = imports.filter(
      ({ part, target }) => part === 'sandbox' && target.startsWith('src/decthings/') && !sandboxMayShare.test(target),
    );
    assert.deepEqual(broken, []);
  });

  it('know of the sandbox how to start it, and nothing else', () => {
    const broken = imports.filter(
      ({ part, target }) => part !== 'sandbox' && /^src\/sandbox\/(?!process$)/.test(target),
    );
    assert.deepEqual(broken, []);
    const own = imports.filter(({ file }) => /^src\/sandbox\/(process|packedChain)\.ts$/.test(file));
    assert.deepEqual(
      own.filter(({ target }) => /^src\/(?!core\/|files\/|sandbox\/packedChain$)/.test(target)),
      [],
    );
  });

  it('have files of one purpose, and a composition root that only composes', () => {
    const lines = (file: string) => readFileSync(file, 'utf8').split('\n').length - 1;
    assert.deepEqual(
      files.filter(file => lines(file) > 300),
      [],
    );
    assert.ok(lines('src/extension.ts') <= 120);
  });

  it('wait for the answer to whether a lock is still held', () => {
    const asked = files.filter(file => /stillHeld\(\)/.test(readFileSync(file, 'utf8')));
    assert.ok(asked.length > 2);
    for (const file of asked) assert.doesNotMatch(readFileSync(file, 'utf8'), /(?<!await )\bstillHeld\(\)/, file);
  });

  it('replace, move and remove files with the patience that Windows needs', () => {
    // Where each try is preceded by another look, or is the only one.
    const own = ['src/files/patience.ts', 'src/swan/journal/journal.ts', 'src/swan/journal/locks.ts'];
    const hasty = files.filter(file =>
      /import [^;]*\b(?:rename|unlink|rm|rmdir|copyFile|writeFile)(?:Sync)?\b[^;]* from 'node:fs/.test(
        readFileSync(file, 'utf8'),
      ),
    );
    assert.deepEqual(
      hasty.sort(),
      [...own, 'src/sandbox/decthings/debug.ts', 'src/sandbox/decthings/models.ts'].sort(),
    );
  });

  it('leave what starts late, or never ships, out of the start bundle', () => {
    const bundle = readFileSync('dist/extension.js', 'utf8');
    assert.ok(bundle.length < 150 * 1024, `${bundle.length} bytes`);
    for (const foreign of [
      'node-pty',
      'WS_ERR_INVALID_OPCODE',
      'JsonRpcProvider',
      'keccak',
      '/v2/task_list',
      'Remote Compute: diagnostics',
    ]) {
      assert.ok(!bundle.includes(foreign), foreign);
    }
  });

  it('reach the network where VS Code looks after proxies and certificates', () => {
    const calls = files.filter(
      file => partOf(file) !== 'sandbox' && /(?<![.\w])fetch\(/.test(readFileSync(file, 'utf8')),
    );
    assert.deepEqual(calls, []);
    // It knows these modules by their short names alone.
    for (const name of readdirSync('dist').filter(each => each.endsWith('.js'))) {
      assert.doesNotMatch(readFileSync(join('dist', name), 'utf8'), /require\("node:(?:https?|net|tls)"\)/, name);
    }
  });

  it('load ethers when somebody pays, and not before', () => {
    const early = imports.filter(
      ({ file, target }) => target === 'ethers' && !/^src\/(swan\/payments|sandbox)\//.test(file),
    );
    assert.deepEqual(early, []);
    assert.ok(!readFileSync('dist/swan.js', 'utf8').includes('keccak'));
    assert.ok(readFileSync('dist/payments.js', 'utf8').includes('keccak'));
  });
});
