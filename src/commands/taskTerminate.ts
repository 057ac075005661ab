import { command } from './registry.js';
import { taskArgs as args } from './taskOf.js';

/** @returns `{ status, refundHash }`: of what came back, if anything did */
export const terminateTask = command({
  id: 'task.terminate',
  args,
  run: async (...given) => (await import('./taskTerminateRun.js')).run(...given),
});
