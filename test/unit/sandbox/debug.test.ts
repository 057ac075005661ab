import assert from 'node:assert/strict';
import { type DecthingsSandbox, startDecthingsSandbox } from '../../../src/sandbox/decthings.js';
import { Client, codeOf, list, resultOf } from './client.js';

const TEMPORARY = { type: 'temporaryLauncher', spec: { cpus: 1, memoryMebibytes: 512 } };

describe('sandbox: debug sessions', () => {
  let sandbox: DecthingsSandbox;
  let client: Client;

  beforeEach(async () => {
    sandbox = await startDecthingsSandbox({ launchers: 1 });
    client = await Client.open(sandbox);
  });
  afterEach(() => sandbox.close());

  const params = (options: object = {}, model = 0) => ({
    modelId: sandbox.modelIds[model],
    executionLocation: TEMPORARY,
    options,
  });
  const launch = (options: object = {}, model = 0) =>
    client.id('Debug', 'launchDebugSession', params(options, model), 'debugSessionId');
  const is = (name: string, id: string) =>
    client.event(({ event, params }) => event === name && params.debugSessionId === id);

  /** Changes the first model's code, as a person would. */
  async function writeScript(code: string): Promise<void> {
    const command = ['-c', 'printf %s "$1" > main.js', 'sh', code];
    const spawn = { modelId: sandbox.modelIds[0], executionLocation: TEMPORARY, command: 'sh', args: command };
    const id = await client.id('Spawned', 'spawnCommandForModel', spawn, 'spawnedCommandId');
    assert.deepEqual(await client.exit(id), { code: 'process_exit', exitCode: 0, oom: false });
  }

  it('runs the model’s code, prints, and ends when the code does', async () => {
    const id = await launch({ remoteInspector: false }, 2);
    await is('initialized', id);
    await client.prints(id, /demand-forecast: ready\n/, 'stdout');
    await client.prints(id, /^warning: learning rate/, 'stderr');
    await client.call('Debug', 'terminateDebugSession', { debugSessionId: id });
    assert.deepEqual(await client.exit(id), { code: 'terminated_on_request' });

    await writeScript('console.log("so far"); process.exitCode = 4;');
    const ending = await launch();
    assert.deepEqual(await client.exit(ending), { code: 'code_terminated', exitCode: 4, oom: false });
    assert.equal(client.output(ending, 'stdout'), 'so far\n');
    assert.equal(client.output(ending, 'stderr'), '');
  });

  it('tells a signal and an exception', async () => {
    await writeScript('process.kill(process.pid, "SIGKILL")');
    assert.deepEqual(await client.exit(await launch()), { code: 'code_terminated', signal: 'SIGKILL', oom: false });
    await writeScript('null.weights');
    const reason = await client.exit(await launch());
    assert.equal(Reflect.get(Object(reason), 'code'), 'exception');
    assert.match(String(Reflect.get(Object(reason), 'exceptionDetails')), /^TypeError: .*weights/);
  });

  it('ends when the inspector was not used for a time', async () => {
    assert.deepEqual(await client.exit(await launch({ terminateAfterInactiveSeconds: 0.1 })), {
      code: 'inactive_timeout',
    });
  });

  it('is lost with its launcher', async () => {
    const { persistentLaunchers } = resultOf(await client.call('PersistentLauncher', 'getPersistentLaunchers')) as {
      persistentLaunchers: { id: string }[];
    };
    const launcher = persistentLaunchers[0]?.id ?? '';
    const executionLocation = { type: 'persistentLauncher', persistentLauncherId: launcher };
    const id = await client.id('Debug', 'launchDebugSession', { ...params(), executionLocation }, 'debugSessionId');
    const [row] = list(
      resultOf(await client.call('PersistentLauncher', 'getPersistentLaunchers')),
      'persistentLaunchers',
    );
    assert.deepEqual(row?.running, [{ id, type: 'debug' }]);
    sandbox.recreate(launcher);
    assert.deepEqual(await client.exit(id), { code: 'launcher_terminated' });
  });

  it('carries raw bytes to Node’s inspector and back', async () => {
    const id = await launch();
    const send = (bytes: string) =>
      client.call('Debug', 'sendToRemoteInspector', { debugSessionId: id }, Buffer.from(bytes));
    const request = 'GET /json/list HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';
    assert.deepEqual(resultOf(await send(request.slice(0, 9))), {});
    await send(request.slice(9));
    const answer = await client.prints(id, /webSocketDebuggerUrl/, 'remoteInspectorData');
    assert.match(answer, /^HTTP\/1\.0 200 OK/);
    assert.match(answer, /main\.js/);
    const { port, pathname, host } = new URL(/ws:[^"]+/.exec(answer)?.[0] ?? '');
    const upgrade = `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`;
    await send(`${upgrade}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`);
    await client.prints(id, /101 Switching Protocols/, 'remoteInspectorData');

    // Whoever else connects to it is not told its id, without which it does nothing.
    for (const path of ['/json/list', '/json', '/json/version']) {
      const said = await fetch(`http://127.0.0.1:${port}${path}`).then(
        response => response.text(),
        () => '',
      );
      assert.doesNotMatch(said, /ws:|[0-9a-f]{8}-[0-9a-f]{4}/, path);
    }
    assert.doesNotMatch(client.output(id, 'stderr'), /listening on/);
  });

  it('opens no inspector before something is sent to it', async () => {
    await writeScript('console.log(String(require("node:inspector").url())); setInterval(() => {}, 1000);');
    const id = await launch();
    await client.prints(id, /^undefined\n/, 'stdout');
    await client.call('Debug', 'terminateDebugSession', { debugSessionId: id });
  });

  it('is listed with its parameters and its trainings, which go on', async () => {
    const id = await launch();
    const result = resultOf(await client.call('Debug', 'getDebugSessions', { debugSessionIds: [id, 'none'] }));
    const [session, ...others] = list(result, 'debugSessions');
    assert.deepEqual(others, []);
    assert.deepEqual(Object.keys(Object(session?.parameterDefinitions)), [
      'createState',
      'train',
      'evaluateInput',
      'evaluateOutput',
    ]);
    assert.deepEqual(session?.trainingSessions, []);
    assert.deepEqual(session?.executionLocation, TEMPORARY);
  });

  it('answers the documented errors', async () => {
    const gone = { debugSessionId: 'none' };
    const location = { type: 'persistentLauncher', persistentLauncherId: 'none' };
    const blind = { debugSessionId: await launch({ remoteInspector: false }) };
    const cases: [string, object, string][] = [
      ['launchDebugSession', { ...params(), modelId: 'none' }, 'model_not_found'],
      ['launchDebugSession', params({}, 3), 'invalid_executor_type'],
      ['launchDebugSession', { ...params(), executionLocation: location }, 'persistent_launcher_not_found'],
      ['launchDebugSession', params({ remoteInspector: 'yes' }), 'invalid_parameter'],
      ['terminateDebugSession', gone, 'debug_session_not_found'],
      ['sendToRemoteInspector', gone, 'debug_session_not_found'],
      ['subscribeToEvents', gone, 'debug_session_not_found'],
      ['unsubscribeFromEvents', gone, 'not_subscribed'],
    ];
    for (const [method, params, code] of cases) {
      assert.equal(codeOf(await client.call('Debug', method, params)), code, method);
    }
    const unheard = await client.call('Debug', 'sendToRemoteInspector', blind, Buffer.from('GET'));
    assert.equal(codeOf(unheard), 'not_remote_inspector');

    await writeScript('this is not code');
    assert.equal(codeOf(await client.call('Debug', 'launchDebugSession', params())), 'invalid_executable');
    const remove = { modelId: sandbox.modelIds[0], executionLocation: TEMPORARY, command: 'rm', args: ['main.js'] };
    await client.exit(await client.id('Spawned', 'spawnCommandForModel', remove, 'spawnedCommandId'));
    assert.equal(codeOf(await client.call('Debug', 'launchDebugSession', params())), 'read_executable_file_failed');
  });
});
