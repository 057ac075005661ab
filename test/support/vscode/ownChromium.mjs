// A headless Chromium for machines that have none. On Linux it brings the libraries and the fonts that a bare machine
// lacks; elsewhere it is Playwright's.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { cached, installPackages } from './cache.mjs';

const VERSION = '153.0.0';
const FONTS = 'dejavu-fonts-ttf';
/** What the machine has comes first. */
const FONTS_CONF = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">node_modules/${FONTS}/ttf</dir>
  ${[
    ['sans-serif', 'DejaVu Sans'],
    ['system-ui', 'DejaVu Sans'],
    ['serif', 'DejaVu Serif'],
    ['monospace', 'DejaVu Sans Mono'],
  ]
    .map(([family, font]) => `<alias><family>${family}</family><prefer><family>${font}</family></prefer></alias>`)
    .join('\n  ')}
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;
/** The packages, and from where they take their parts if they do not bring them. */
const BUILDS = new Map([
  ['x64', { name: '@sparticuz/chromium', parts: undefined }],
  [
    'arm64',
    {
      name: '@sparticuz/chromium-min',
      parts: `https://github.com/Sparticuz/chromium/releases/download/v${VERSION}/chromium-v${VERSION}-pack.arm64.tar`,
    },
  ],
]);

/** @returns {Promise<import('./chromium.mjs').Browser>} */
export async function ownChromium() {
  const build = process.platform === 'linux' ? BUILDS.get(process.arch) : undefined;
  if (build === undefined) {
    await installPlaywrights();
    return {};
  }
  const home = await cached(
    `chromium-${VERSION}-linux-${process.arch}`,
    'a headless Chromium (80 MB)',
    async folder => {
      await installPackages(folder, [`${build.name}@${VERSION}`, `${FONTS}@2.37.3`]);
      await unpack(folder, build);
    },
  );
  return {
    executablePath: join(home, 'chromium'),
    env: { ...process.env, LD_LIBRARY_PATH: join(home, 'al2023/lib'), FONTCONFIG_FILE: join(home, 'fonts.conf') },
  };
}

/**
 * The package unpacks itself into the system's temporary folder, and the libraries only where it takes itself to be in
 * the cloud that it is made for.
 * @param {string} folder
 * @param {{ name: string, parts: string | undefined }} build
 */
async function unpack(folder, { name, parts }) {
  const script = `import chromium from '${name}'; await chromium.executablePath(${JSON.stringify(parts)});`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: folder,
    env: { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' },
  });
  for (const done of ['node_modules/@sparticuz', 'chromium-pack']) {
    rmSync(join(folder, done), { recursive: true, force: true });
  }
  writeFileSync(join(folder, 'fonts.conf'), FONTS_CONF);
}

/** Playwright says what it downloads, with the size, and nothing where it has been downloaded before. */
async function installPlaywrights() {
  const cli = join(dirname(createRequire(resolve('x')).resolve('playwright-core/package.json')), 'cli.js');
  const child = spawn(process.execPath, [cli, 'install', '--only-shell', 'chromium'], { stdio: ['ignore', 2, 2] });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error('Playwright could not download it.');
}
