import { parseArgs } from 'node:util';
import { startDecthingsSandbox } from './decthings.js';

const USAGE = `Starts a local Decthings to try and test against. It ends with Ctrl+C, or with its standard input.

  --json              say where it is in one line of JSON, for a program to read
  --port P            listen on this port instead of a free one
  --launchers N       start with N launchers
  --terminals N       start with N terminals
  --debug-sessions N  start with N debug sessions
  --unbounded         buffer for slow readers without bound, as a poor server does
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      unbounded: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      port: { type: 'string', default: '0' },
      launchers: { type: 'string', default: '0' },
      terminals: { type: 'string', default: '0' },
      'debug-sessions': { type: 'string', default: '0' },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const decthings = await startDecthingsSandbox({
    port: whole('port', values.port),
    launchers: whole('launchers', values.launchers),
    terminals: whole('terminals', values.terminals),
    debugSessions: whole('debug-sessions', values['debug-sessions']),
    unbounded: values.unbounded,
  });
  const { httpUrl, wsUrl, apiKey, modelIds } = decthings;

  let closing = false;
  const close = () => {
    if (closing) return;
    closing = true;
    void decthings.close().then(() => process.exit(0));
  };
  process.on('SIGINT', close);
  process.on('SIGTERM', close);
  process.on('SIGHUP', close);
  if (!process.stdin.isTTY) process.stdin.on('end', close).on('error', close).resume();

  process.stdout.write(
    values.json
      ? `${JSON.stringify({ decthings: { httpUrl, wsUrl, apiKey, modelIds } })}\n`
      : `Decthings sandbox is ready.\n  HTTP       ${httpUrl}\n  WebSocket  ${wsUrl}\n  API key    ${apiKey}\n` +
          `  Models     ${modelIds.join('\n             ')}\nCtrl+C ends it.\n`,
  );
}

/** @throws Error for anything but a whole number */
function whole(name: string, text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new Error(`--${name} takes a whole number, not "${text}".`);
  return Number(text);
}

main().catch(error => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  process.exit(2);
});
