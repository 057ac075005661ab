import assert from 'node:assert/strict';
import { type DecthingsSandbox, startDecthingsSandbox } from '../../../src/sandbox/decthings.js';
import { Client, codeOf, list, resultOf } from './client.js';

const TEMPORARY = { type: 'temporaryLauncher', spec: { cpus: 1, memoryMebibytes: 512 } };

describe('sandbox: spawned commands', () => {
  let sandbox: DecthingsSandbox;
  let client: Client;

  before(async () => {
    sandbox = await startDecthingsSandbox();
    client = await Client.open(sandbox);
  });
  after(() => sandbox.close());

  const shell = (script: string, options: object = {}) => ({
    executionLocation: TEMPORARY,
    command: 'sh',
    args: ['-c', script],
    options,
  });
  const spawn = (params: object, method = 'spawnCommand') => client.id('Spawned', method, params, 'spawnedCommandId');

  it('run without a terminal, in an empty folder', async () => {
    const id = await spawn(shell('test -t 1 || echo no terminal; ls -A; echo oops >&2; exit 5'));
    assert.deepEqual(await client.exit(id), { code: 'process_exit', exitCode: 5, oom: false });
    assert.equal(client.output(id, 'stdout'), 'no terminal\n');
    assert.equal(client.output(id, 'stderr'), 'oops\n');
  });

  it('get their arguments as they are', async () => {
    const args = ['%s|', 'a b', '$(id)', '"', ''];
    const id = await spawn({ executionLocation: TEMPORARY, command: 'printf', args });
    await client.exit(id);
    assert.equal(client.output(id, 'stdout'), 'a b|$(id)|"||');
  });

  it('run in a model’s folder, with access to others', async () => {
    const [modelId, other] = sandbox.modelIds;
    const params = {
      ...shell('head -1 README.md; ls "$MODELS"', { addFilesystemAccess: [{ modelId: other }] }),
      modelId,
    };
    const id = await spawn(params, 'spawnCommandForModel');
    await client.exit(id);
    assert.equal(client.output(id, 'stdout'), '# mnist-classifier\nmnist-classifier\nsentiment-lstm\n');
  });

  it('take input, are listed, and end on request', async () => {
    const [modelId] = sandbox.modelIds;
    const id = await spawn({ executionLocation: TEMPORARY, command: 'cat', args: [], modelId }, 'spawnCommandForModel');
    const session = { spawnedCommandId: id };
    await client.call('Spawned', 'writeToSpawnedCommand', session, Buffer.from('hello\n'));
    await client.prints(id, /hello\n/, 'stdout');
    const listed = resultOf(await client.call('Spawned', 'getSpawnedCommands', { spawnedCommandIds: [id] }));
    const [row] = list(listed, 'spawnedCommands');
    assert.deepEqual({ ...row, startedAt: 0 }, { id, startedAt: 0, modelId, executionLocation: TEMPORARY });
    assert.deepEqual(resultOf(await client.call('Spawned', 'terminateSpawnedCommand', session)), {});
    assert.deepEqual(await client.exit(id), { code: 'terminated_on_request' });
    assert.equal(codeOf(await client.call('Spawned', 'terminateSpawnedCommand', session)), 'spawned_command_not_found');
  });

  it('end when they print nothing for a time, and after a time in any case', async () => {
    const silent = await spawn(shell('sleep 4712', { timeoutAfterInactiveSeconds: 0.1 }));
    assert.deepEqual(await client.exit(silent), { code: 'inactive_timeout' });
    const busy = await spawn(
      shell('while :; do echo; sleep 0.02; done', { timeoutSeconds: 3, timeoutAfterInactiveSeconds: 1.5 }),
    );
    assert.deepEqual(await client.exit(busy), { code: 'unknown' });
  });

  it('say when the command cannot be found', async () => {
    const id = await spawn({ executionLocation: TEMPORARY, command: 'no-such-command', args: [] });
    assert.deepEqual(await client.exit(id), { code: 'process_exit', exitCode: 127, oom: false });
    assert.match(client.output(id, 'stderr'), /no-such-command/);
  });

  it('answer the documented errors', async () => {
    const gone = { spawnedCommandId: 'none' };
    const location = { type: 'persistentLauncher', persistentLauncherId: 'none' };
    const cases: [string, object, string][] = [
      ['spawnCommand', { ...shell(':'), args: 'none' }, 'invalid_parameter'],
      ['spawnCommand', { ...shell(':'), executionLocation: location }, 'persistent_launcher_not_found'],
      ['spawnCommandForModel', { ...shell(':'), modelId: 'none' }, 'model_not_found'],
      ['writeToSpawnedCommand', gone, 'spawned_command_not_found'],
      ['terminateSpawnedCommand', gone, 'spawned_command_not_found'],
      ['subscribeToEvents', gone, 'spawned_command_not_found'],
      ['unsubscribeFromEvents', gone, 'not_subscribed'],
    ];
    for (const [method, params, code] of cases) {
      assert.equal(codeOf(await client.call('Spawned', method, params)), code, method);
    }
  });
});
