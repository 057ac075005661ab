import { randomUUID } from 'node:crypto';
import type { Launcher, LauncherState, Launchers } from './launchers.js';
import type { Spec } from './params.js';

/** A plausible account of any size: the names, specs, states and ages that people's launchers have. */

const MINUTE = 60_000;
const JOB_MS = 20 * MINUTE;
const GIB = 1024;

const MACHINES: readonly { name: string; spec: Spec }[] = [
  { name: 'gpu-train', spec: machine(8, 32, 200, 'L4', 1) },
  { name: 'preprocess', spec: machine(4, 16, 100) },
  { name: 'notebook', spec: machine(2, 8, 50) },
  { name: 'llm-finetune', spec: machine(24, 192, 1000, 'A100 80GB', 2) },
  { name: 'nightly-eval', spec: machine(4, 16, 50, 'T4', 1) },
  { name: 'data-ingest', spec: { ...machine(2, 4, 500), swapMebibytes: 4 * GIB } },
  { name: 'hyperparam-sweep', spec: machine(16, 64, 200, 'L4', 4) },
  { name: 'embedding-index', spec: machine(8, 64, 400) },
  { name: 'vision-train', spec: machine(32, 256, 2000, 'H100', 8) },
  { name: 'scratch', spec: { cpus: 0.5, memoryMebibytes: 512 } },
];
const JOBS = ['train', 'evaluate', 'createModelState'] as const;

export function inventLaunchers(launchers: Launchers, count: number, now: number, from = 0): void {
  const digits = Math.max(2, String(from + count).length);
  for (let index = from; index < from + count; index++) {
    const { name, spec } = MACHINES[index % MACHINES.length] ?? { name: 'launcher', spec: machine(1, 1, 1) };
    const launcher: Launcher = {
      id: randomUUID(),
      name: `${name}-${String(index + 1).padStart(digits, '0')}`,
      // Spread over the past, not evenly, the newest first.
      createdAt: now - Math.round((index + 1) * 17.3 * MINUTE + ((index * 7919) % 997) * 1000),
      spec,
      state: stateOf(index),
      residents: new Map(),
    };
    launchers.add(launcher);
    const job = JOBS[(index - 3) / 20];
    if (job !== undefined) void runJob(launchers, launcher.id, job);
  }
}

/** Something of the service's own that occupies a launcher for a while. */
async function runJob(launchers: Launchers, persistentLauncherId: string, type: (typeof JOBS)[number]): Promise<void> {
  const end = setTimeout(() => place.release(), JOB_MS).unref();
  const lost = () => {
    clearTimeout(end);
    place.release();
  };
  const place = await launchers.place(
    { type: 'persistentLauncher', persistentLauncherId },
    { id: randomUUID(), type, lost },
  );
}

/** Mostly active; the others stay as they are. */
function stateOf(index: number): LauncherState {
  if (index % 25 === 7) return { type: 'recreating', previous: index % 2 === 0 ? 'unknown' : 'exit' };
  return { type: index % 25 === 12 ? 'creating' : 'active' };
}

function machine(cpus: number, memoryGib: number, diskGib: number, gpu?: string, gpus = 0): Spec {
  const spec = { cpus, memoryMebibytes: memoryGib * GIB, diskMebibytes: diskGib * GIB };
  return gpu === undefined ? spec : { ...spec, gpus: { model: gpu, count: gpus } };
}
