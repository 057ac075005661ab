import * as v from 'valibot';
import { command } from './registry.js';
import { jobArgs as args } from './taskOf.js';

const runs = () => import('./taskAppRuns.js');

export const openApp = command({
  id: 'task.openApp',
  args,
  run: async (...given) => (await runs()).openApp(...given),
});

/** @returns `{ address }`: of a web page, or a command of `ssh`. Text that is neither is not to be pasted anywhere */
export const copyAddress = command({
  id: 'task.copyAddress',
  args,
  run: async (...given) => (await runs()).copyAddress(...given),
});

export const connectSsh = command({
  id: 'task.connectSsh',
  args,
  run: async (...given) => (await runs()).connectSsh(...given),
});

export const showLogs = command({
  id: 'task.showLogs',
  args: v.object({ ...args.entries, kind: v.picklist(['build', 'container']) }),
  run: async (...given) => (await runs()).showLogs(...given),
});
