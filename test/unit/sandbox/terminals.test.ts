import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type DecthingsSandbox, startDecthingsSandbox } from '../../../src/sandbox/decthings.js';
import { Client, codeOf, list, post, resultOf, text } from './client.js';
import { ended } from './until.js';

const TEMPORARY = { type: 'temporaryLauncher', spec: { cpus: 1, memoryMebibytes: 512 } };

describe('sandbox: terminals', () => {
  let sandbox: DecthingsSandbox;
  let client: Client;

  before(async () => {
    sandbox = await startDecthingsSandbox();
    client = await Client.open(sandbox);
  });
  after(() => sandbox.close());

  const params = (options: object = {}) => ({
    modelId: sandbox.modelIds[0],
    executionLocation: TEMPORARY,
    options,
  });
  const launch = (options: object = {}, by = client) =>
    by.id('Terminal', 'launchTerminalSession', params(options), 'terminalSessionId');
  const type = (terminalSessionId: string, keys: string, by = client) =>
    by.call('Terminal', 'writeToTerminalSession', { terminalSessionId }, Buffer.from(keys));

  it('is a real shell in the model’s folder', async () => {
    const id = await launch();
    await client.prints(id, /mnist-classifier\$ $/);
    await type(id, 'echo $((6*7)); ls; [ "$PWD" = "$HOME" ] && echo at"-home" $TERM\r');
    const output = await client.prints(id, /at-home xterm-256color/);
    assert.match(output, /\r\n(\x1b\[\?2004l\r)?42\r\n/);
    assert.match(output, /README\.md.*main\.js.*train\.py/);
  });

  it('shows nothing of the environment it is run from', async () => {
    const id = await launch();
    await type(id, 'env | cut -d= -f1 | sort | tr "\\n" ,; echo ,end""ed\r');
    const output = await client.prints(id, /,ended/);
    const names = /([A-Z0-9_,]*_),,ended/.exec(output)?.[1]?.split(',');
    const known = [
      'HISTFILE',
      'HOME',
      'INPUTRC',
      'LANG',
      'LOGNAME',
      'MODELS',
      'PATH',
      'PS1',
      'PWD',
      'SHLVL',
      'TERM',
      'USER',
      '_',
    ];
    assert.deepEqual(
      names?.filter(name => !known.includes(name)),
      [],
    );
  });

  it('has the size it was given, and follows a resize', async () => {
    const id = await launch({ cols: 97, rows: 31 });
    await type(id, 'stty size\r');
    await client.prints(id, /31 97/);
    const size = { cols: 120, rows: 40 };
    assert.deepEqual(
      resultOf(await client.call('Terminal', 'resizeTerminalSession', { terminalSessionId: id, size })),
      {},
    );
    await type(id, 'stty size\r');
    await client.prints(id, /40 120/);
  });

  it('tells exit codes and signals', async () => {
    const exiting = await launch();
    await type(exiting, 'exit 3\r');
    assert.deepEqual(await client.exit(exiting), { code: 'process_exit', exitCode: 3, oom: false });
    const killed = await launch();
    await type(killed, 'kill -KILL $$\r');
    assert.deepEqual(await client.exit(killed), { code: 'process_exit', signal: 'SIGKILL', oom: false });
    for (const id of [exiting, killed]) assert.equal(codeOf(await type(id, 'x')), 'terminal_session_not_found');
  });

  it('ends on request, with all that runs in it', async () => {
    const id = await launch();
    await type(id, 'nohup sleep 4711 & echo pid=$!\r');
    await client.prints(id, /appending output/);
    const pid = Number(/pid=(\d+)/.exec(await client.prints(id, /pid=\d+/))?.[1]);
    process.kill(pid, 0);
    await client.call('Terminal', 'terminateTerminalSession', { terminalSessionId: id });
    assert.deepEqual(await client.exit(id), { code: 'terminated_on_request' });
    await ended(pid);
  });

  it('ends after a time without input, whatever it prints', async () => {
    const id = await launch({ terminateAfterInactiveSeconds: 2 });
    await client.prints(id, /\$ $/);
    void type(id, 'while :; do echo busy; sleep 0.02; done\r');
    assert.deepEqual(await client.exit(id), { code: 'inactive_timeout' });
    assert.match(client.output(id), /busy\r\nbusy/);
  });

  it('is listed while it lives, also by id', async () => {
    const id = await launch();
    const all = resultOf(await post(sandbox, 'Terminal/getTerminalSessions'));
    const mine = list(all, 'terminalSessions').find(session => session.id === id);
    assert.deepEqual(
      { ...mine, startedAt: 0 },
      { id, startedAt: 0, modelId: sandbox.modelIds[0], executionLocation: TEMPORARY },
    );
    const byId = await post(sandbox, 'Terminal/getTerminalSessions', { terminalSessionIds: [id, 'none'] });
    assert.deepEqual(resultOf(byId), { terminalSessions: [mine] });
  });

  it('takes pipelined keystrokes in order, and pastes of any size without losing a byte', async () => {
    const id = await launch();
    await client.prints(id, /\$ $/);
    const digits = Array.from({ length: 500 }, (_, index) => String(index % 10)).join('');
    for (const digit of `echo ${digits} | md5sum\r`) void type(id, digit);
    await client.prints(id, new RegExp(`\\n(\\x1b\\[\\?2004l\\r)?${md5(`${digits}\n`)}`));

    await type(id, 'stty raw -echo; echo rea""dy; head -c 3000000 | md5sum; stty sane\r');
    await client.prints(id, /ready/);
    const paste = Buffer.alloc(3_000_000, 'remote compute ');
    await client.call('Terminal', 'writeToTerminalSession', { terminalSessionId: id }, paste);
    await client.prints(id, new RegExp(md5(paste)));
  });

  it('shows the models it was given access to', async () => {
    const [, second, third] = sandbox.modelIds;
    const id = await launch({ addFilesystemAccess: [{ modelId: second }] });
    await type(id, 'ls "$MODELS" "$MODELS/sentiment-lstm"\r');
    await client.prints(id, /mnist-classifier\s+sentiment-lstm[\s\S]*README\.md/);
    const added = { terminalSessionId: id, modelId: third };
    assert.deepEqual(resultOf(await client.call('Terminal', 'addFilesystemAccessForTerminalSession', added)), {});
    await type(id, 'cat "$MODELS/demand-forecast/README.md"\r');
    await client.prints(id, /# demand-forecast/);
  });

  it('outlives its socket, and is read again by another, without a replay', async () => {
    const first = await Client.open(sandbox);
    const id = await launch({}, first);
    await type(id, 'echo be""fore; read; echo af""ter\r', first);
    await first.prints(id, /before/);
    first.ws.terminate();
    assert.deepEqual(resultOf(await client.call('Terminal', 'subscribeToEvents', { terminalSessionId: id })), {});
    await type(id, '\r');
    assert.doesNotMatch(await client.prints(id, /after/), /before/);
  });

  it('shows the same to every socket that subscribed, until it unsubscribes', async () => {
    const other = await Client.open(sandbox);
    const id = await launch();
    await client.prints(id, /\$ $/);
    const session = { terminalSessionId: id };
    await other.call('Terminal', 'subscribeToEvents', session);
    const before = client.output(id).length;
    await type(id, 'seq 1 2000; echo do""ne\r', other);
    await Promise.all([client.prints(id, /done\r\n.*\$ $/), other.prints(id, /done\r\n.*\$ $/)]);
    assert.equal(client.output(id).slice(before), other.output(id));

    assert.deepEqual(resultOf(await other.call('Terminal', 'unsubscribeFromEvents', session)), {});
    assert.equal(codeOf(await other.call('Terminal', 'unsubscribeFromEvents', session)), 'not_subscribed');
    await type(id, 'echo mo""re\r');
    await client.prints(id, /more/);
    assert.doesNotMatch(other.output(id), /more/);
    other.ws.terminate();
  });

  it('can be launched without a subscription, and over HTTP', async () => {
    const unheard = await client.id(
      'Terminal',
      'launchTerminalSession',
      { ...params(), subscribeToEvents: false },
      'terminalSessionId',
    );
    const id = text(resultOf(await post(sandbox, 'Terminal/launchTerminalSession', params())), 'terminalSessionId');
    await client.call('Terminal', 'subscribeToEvents', { terminalSessionId: id });
    for (const each of [unheard, id]) {
      const session = { terminalSessionId: each };
      resultOf(await post(sandbox, 'Terminal/writeToTerminalSession', session, Buffer.from('echo $((6*7))\r')));
    }
    await client.prints(id, /\n(\x1b\[\?2004l\r)?42\r\n/);
    assert.equal(client.output(unheard), '');
  });

  it('answers the documented errors', async () => {
    const location = { type: 'persistentLauncher', persistentLauncherId: 'none' };
    const gone = { terminalSessionId: 'none' };
    const session = { terminalSessionId: await launch() };
    const size = { cols: 80, rows: 24 };
    const cases: [string, object, string][] = [
      ['launchTerminalSession', { ...params(), modelId: 'none' }, 'model_not_found'],
      ['launchTerminalSession', params({ addFilesystemAccess: [{ modelId: 'none' }] }), 'model_not_found'],
      ['launchTerminalSession', { ...params(), executionLocation: location }, 'persistent_launcher_not_found'],
      ['launchTerminalSession', { ...params(), executionLocation: { type: 'elsewhere' } }, 'invalid_parameter'],
      ['launchTerminalSession', params({ cols: 0 }), 'invalid_parameter'],
      [
        'launchTerminalSession',
        { ...params(), executionLocation: { type: 'temporaryLauncher', spec: { cpus: 999, memoryMebibytes: 1 } } },
        'quota_exceeded',
      ],
      ['writeToTerminalSession', gone, 'terminal_session_not_found'],
      ['writeToTerminalSession', session, 'invalid_parameter'],
      ['resizeTerminalSession', { ...gone, size }, 'terminal_session_not_found'],
      ['resizeTerminalSession', { ...session, size: { cols: 80 } }, 'invalid_parameter'],
      ['terminateTerminalSession', gone, 'terminal_session_not_found'],
      ['addFilesystemAccessForTerminalSession', { ...gone, modelId: 'none' }, 'terminal_session_not_found'],
      ['addFilesystemAccessForTerminalSession', { ...session, modelId: 'none' }, 'model_not_found'],
      ['subscribeToEvents', gone, 'terminal_session_not_found'],
      ['unsubscribeFromEvents', gone, 'not_subscribed'],
    ];
    for (const [method, params, code] of cases) {
      assert.equal(codeOf(await client.call('Terminal', method, params)), code, method);
    }
  });
});

function md5(data: string | Uint8Array): string {
  return createHash('md5').update(data).digest('hex');
}
