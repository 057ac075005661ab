import type { Shape } from '../support/proxy/lane.js';
import { HarmfulProxy } from '../support/proxy/proxy.js';

/** A proxy in a process of its own: says its port, and takes shapes. */
async function main(): Promise<void> {
  const [address = ''] = process.argv.slice(2);
  const proxy = await HarmfulProxy.before(address);
  process.on('message', (shape: Partial<Shape>) => proxy.shape(shape));
  process.on('disconnect', () => process.exit());
  process.send?.(new URL(proxy.through(address)).port);
}

void main();
