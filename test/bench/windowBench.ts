import { resolve } from 'node:path';
import type { Sandbox } from '../support/sandbox.mjs';
import { openWindow, type Window } from '../support/vscode/window';

/** A window of the real VS Code, signed in to a sandbox. @param probe the file that the probe writes to */
export function openSignedIn({ services }: Sandbox, probe?: string): Promise<Window> {
  const { httpUrl, wsUrl } = services.decthings;
  const companions = ['test/support/companion', ...(probe === undefined ? [] : ['test/bench/probe'])];
  return openWindow({
    extensions: [process.cwd(), ...companions.map(folder => resolve(folder))],
    settings: { 'remoteCompute.decthings.httpUrl': httpUrl, 'remoteCompute.decthings.wsUrl': wsUrl },
    errand: services,
    env: probe === undefined ? {} : { REMOTE_COMPUTE_PROBE: probe },
  });
}
