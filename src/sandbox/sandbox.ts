import { parseArgs } from 'node:util';
import { removeSync } from '../files/patience.js';
import type { DecthingsSandbox } from './decthings.js';
import type { SwanSandbox } from './swan.js';

const USAGE = `Starts a local Decthings and a local Swan to try and test against. They end with Ctrl+C, or with their standard input.

  --json              say where they are in one line of JSON, for a program to read
  --only NAME         start decthings alone, or swan alone
  --folder PATH       keep everything in this folder, and remove it at the end
  --accounts N        let each have N accounts, with a key of its own each; 1 by default

  --port P            let Decthings listen on this port instead of a free one
  --launchers N       start with N launchers
  --terminals N       start with N terminals
  --debug-sessions N  start with N debug sessions
  --unbounded         buffer for slow readers without bound, as a poor server does

  --tasks N           start with N Swan tasks
  --chain PATH        the program of Swan's chain, Foundry's anvil, instead of the installed package's
  --chain-id N        the number of Swan's chain, 20241133 by default
  --step-ms N         how long a task takes from one state to the next, 1000 by default
`;

const PARTS = ['decthings', 'swan'];
/** Nothing takes this long to end; where it does, it ends with this process. */
const CLOSING_MS = 10_000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      unbounded: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      only: { type: 'string' },
      folder: { type: 'string' },
      accounts: { type: 'string', default: '1' },
      port: { type: 'string', default: '0' },
      launchers: { type: 'string', default: '0' },
      terminals: { type: 'string', default: '0' },
      'debug-sessions': { type: 'string', default: '0' },
      tasks: { type: 'string', default: '0' },
      chain: { type: 'string' },
      'chain-id': { type: 'string', default: '20241133' },
      'step-ms': { type: 'string', default: '1000' },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const { only, folder, chain } = values;
  if (only !== undefined && !PARTS.includes(only))
    throw new Error(`--only takes ${PARTS.join(' or ')}, not "${only}".`);
  const decthingsOptions = {
    port: whole('port', values.port),
    launchers: whole('launchers', values.launchers),
    terminals: whole('terminals', values.terminals),
    debugSessions: whole('debug-sessions', values['debug-sessions']),
    accounts: whole('accounts', values.accounts),
    unbounded: values.unbounded,
  };
  const swanOptions = {
    tasks: whole('tasks', values.tasks),
    chainId: whole('chain-id', values['chain-id']),
    stepMs: whole('step-ms', values['step-ms']),
    accounts: whole('accounts', values.accounts),
    chain,
  };
  // The chain keeps things in the home folder.
  if (folder !== undefined) Object.assign(process.env, { TMPDIR: folder, HOME: folder });

  // Before anything is started, so that a signal meanwhile ends what has been started. Each is loaded here, so that what
  // cannot be loaded on this machine is said as any other failure.
  const starting = Promise.all([
    only === 'swan' ? undefined : import('./decthings.js').then(part => part.startDecthingsSandbox(decthingsOptions)),
    only === 'decthings' ? undefined : import('./swan.js').then(part => part.startSwanSandbox(swanOptions)),
  ]);
  let closing = false;
  const close = () => {
    if (closing) return;
    closing = true;
    setTimeout(end, CLOSING_MS);
    void starting.then(parts => Promise.all(parts.map(part => part?.close()))).finally(end);
  };
  const end = () => {
    try {
      if (folder !== undefined) removeSync(folder);
    } catch {
      // Something that it started has not ended yet; whoever started this removes what is left.
    }
    process.exit(0);
  };
  process.on('SIGINT', close);
  process.on('SIGTERM', close);
  process.on('SIGHUP', close);
  if (!process.stdin.isTTY) process.stdin.on('end', close).on('error', close).resume();
  // Whoever started this has gone without a word.
  process.stdout.on('error', close);
  process.stderr.on('error', close);

  const [decthings, swan] = await starting;
  const services = { ...(decthings && { decthings: addressOf(decthings) }), ...(swan && { swan: swan.services }) };
  process.stdout.write(values.json ? `${JSON.stringify(services)}\n` : described(decthings, swan));
}

function addressOf({ httpUrl, wsUrl, apiKey, modelIds, others }: DecthingsSandbox) {
  return { httpUrl, wsUrl, apiKey, modelIds, ...(others.length > 0 && { others }) };
}

function described(decthings: DecthingsSandbox | undefined, swan: SwanSandbox | undefined): string {
  const texts: string[] = [];
  if (decthings !== undefined) {
    const { httpUrl, wsUrl, apiKey, modelIds } = decthings;
    const rows = { HTTP: httpUrl, WebSocket: wsUrl, 'API key': apiKey, Models: modelIds.join(`\n${' '.repeat(17)}`) };
    texts.push(`Decthings sandbox is ready.\n${table(rows)}`);
  }
  if (swan !== undefined) {
    const { url, apiKey, rpcUrl, chainId, swanToken, clientContract, wallet, signer } = swan.services;
    const rows = {
      HTTP: url,
      'API key': apiKey,
      RPC: rpcUrl,
      'Chain id': chainId,
      'SWAN token': swanToken,
      Contract: clientContract,
      Signer: signer,
      Wallet: wallet.address,
      'Private key': wallet.privateKey,
    };
    texts.push(`Swan sandbox is ready.\n${table(rows)}`);
  }
  return `${texts.join('')}Ctrl+C ends ${texts.length > 1 ? 'them' : 'it'}.\n`;
}

function table(rows: Record<string, string | number>): string {
  return Object.entries(rows)
    .map(([name, value]) => `  ${name.padEnd(15)}${value}\n`)
    .join('');
}

/** @throws Error for anything but a whole number */
function whole(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} takes a whole number, not "${text}".`);
  return Number(text);
}

main().catch(error => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  process.exit(2);
});
