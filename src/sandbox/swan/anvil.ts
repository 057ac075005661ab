import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

/** Enough for any reorganisation that a test makes; older states are not read. */
const KEPT_STATES = '200';
/** Ends the chain with this process's end of the pipe, however this process ends. */
const WATCHED =
  'exec 3<&0; "$@" </dev/null & chain=$!; { read -r _ <&3; kill -9 $chain; } >/dev/null 2>&1 & wait $chain 2>/dev/null';

/** An EVM node in a process of its own, on a free port. It mines each transaction at once until told otherwise. */
export class Anvil {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  /** @param program instead of the installed package's */
  static async start(chainId: number, program = executable()): Promise<Anvil> {
    const args = ['--port', '0', '--chain-id', String(chainId), '--accounts', '0', '--prune-history', KEPT_STATES];
    const child = spawn('/bin/sh', ['-c', WATCHED, 'sh', program, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.on('error', () => {});
    const lines = createInterface(child.stdout);
    const port = new Promise<string>((resolve, reject) => {
      lines.on('line', line => {
        const [, found] = /^Listening on 127\.0\.0\.1:(\d+)/.exec(line) ?? [];
        if (found !== undefined) resolve(found);
      });
      child.once('error', reject);
      child.once('exit', code => reject(new Error(`The chain ended with code ${code}.`)));
    });
    return new Anvil(child, `http://127.0.0.1:${await port}`);
  }

  async close(): Promise<void> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.stdin?.end();
    await exited;
  }
}

/** The program itself, without the script around it, which would be one more process to end. */
function executable(): string {
  const own = createRequire(createRequire(__filename).resolve('@foundry-rs/anvil/package.json'));
  const processor = process.arch === 'x64' ? 'amd64' : process.arch;
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return own.resolve(`@foundry-rs/anvil-${process.platform}-${processor}/bin/anvil${suffix}`);
}
