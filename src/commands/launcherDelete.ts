import * as v from 'valibot';
import { command, nonEmpty } from './registry.js';

/** Resolves with `{ gone }`: whether the launcher was seen to be gone, or something still runs on it. */
export const deleteLauncher = command({
  id: 'launcher.delete',
  args: v.object({ launcherId: nonEmpty, endRunning: v.optional(v.boolean()) }),
  run: async (...given) => (await import('./launcherDeleteRun.js')).run(...given),
});
