import { openRemote, type Parser, type Service } from './typed.js';

/** What the process that floods is told, and tells. */
export type FloodOrder = 'flood' | 'stop';

/** A terminal in a process of its own, which floods when it is told to. */
async function main(): Promise<void> {
  const [service = '', parser = ''] = process.argv.slice(2);
  const terminal = await openRemote(JSON.parse(service) as Service, JSON.parse(parser) as Parser);
  process.on('message', (order: FloodOrder) => terminal.input(order === 'flood' ? 'yes\r' : '\x03'));
  process.on('disconnect', () => process.exit());
  process.send?.('ready');
}

void main();
