// What only a sandbox can do: faults on request, and figures of what it was asked.
import type { FailParams } from '../../src/sandbox/decthings/controls.js';
import type { SandboxStats } from '../../src/sandbox/decthings.js';
import type { Sandbox } from './sandbox.mjs';

export interface Controls {
  /** Lets the next calls of a method fail. */
  fail(params: Partial<FailParams> & Pick<FailParams, 'api' | 'method' | 'code'>): Promise<void>;
  /** Loses a launcher's machine, and all that runs on it. */
  recreate(persistentLauncherId: string): Promise<void>;
  /** Lets a key lead to nothing. */
  revoke(apiKey: string): Promise<void>;
  /** Cuts every WebSocket. */
  drop(): Promise<void>;
  stats(): Promise<SandboxStats>;
}

export function controlsOf({ services: { decthings } }: Sandbox): Controls {
  const ask = async (act: string, body?: object): Promise<Response> => {
    const response = await fetch(decthings.httpUrl.replace(/v0$/, `sandbox/${act}`), {
      method: body ? 'POST' : 'GET',
      headers: { Authorization: `Bearer ${decthings.apiKey}`, 'Content-Type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${act}: ${response.status} ${await response.text()}`);
    return response;
  };
  return {
    fail: async params => void (await ask('fail', params)),
    recreate: async persistentLauncherId => void (await ask('recreate', { persistentLauncherId })),
    revoke: async apiKey => void (await ask('revoke', { apiKey })),
    drop: async () => void (await ask('drop', {})),
    stats: async () => (await (await ask('stats')).json()) as SandboxStats,
  };
}
