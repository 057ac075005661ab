import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const ESTABLISHED = '01';

/**
 * Whether a program of this process's own user holds the other end of a connection over the loopback.
 * @param port the other end's @param served this end's
 */
export async function isOwnPeer(port: number, served: number): Promise<boolean> {
  const own = process.getuid?.();
  if (own === undefined) return false;
  try {
    if (process.platform === 'linux') return ownerOf(port, served, await readFile('/proc/net/tcp', 'latin1')) === own;
    const { stdout } = await promisify(execFile)('lsof', ['-nP', '-a', '-u', String(own), `-iTCP:${port}`, '-Fn']);
    return stdout.includes(`\nn127.0.0.1:${port}->127.0.0.1:${served}\n`);
  } catch {
    return false;
  }
}

/** Whose connection it is, as Linux's table of sockets says (Documentation/networking/proc_net_tcp.rst). */
export function ownerOf(port: number, served: number, table: string): number | undefined {
  const columns = table
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .find(([, local, remote, state]) => local === inHex(port) && remote === inHex(served) && state === ESTABLISHED);
  const user = columns?.[7];
  return user === undefined ? undefined : Number(user);
}

/** A port of 127.0.0.1, its bytes as a little-endian machine has them. */
function inHex(port: number): string {
  return `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
}
