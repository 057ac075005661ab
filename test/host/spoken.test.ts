import assert from 'node:assert/strict';
import { systemClock } from '../../src/core/clock.js';
import { RemoteError } from '../../src/core/errors.js';
import { own, plain, plainText } from '../../src/core/plainText.js';
import type { DebugSession, Launcher, TerminalSession } from '../../src/core/resources.js';
import type { Job, Task } from '../../src/core/tasks.js';
import { launcherRow } from '../../src/ui/launcherRows.js';
import { damagedRow, openPaymentRow, paymentRows, stageLook } from '../../src/ui/paymentRows.js';
import { errorRow } from '../../src/ui/resourceView.js';
import { debugRow, terminalRow } from '../../src/ui/sessionRows.js';
import { taskRow } from '../../src/ui/taskRows.js';
import { type Row, RowTree } from '../../src/ui/tree.js';
import { hashOf, payment } from '../support/payments.js';
import { told } from '../support/told.js';
import { allNodes } from './support/extension.js';

const HOUR = 3_600_000;
const now = Date.now();
const spec = { cpus: 8, memoryMebibytes: 32_768, gpus: { model: 'L4', count: 1 } };

function launcherIn(state: string): Launcher {
  const running = ['terminal', 'debug', 'train', 'dreaming'].map(type => ({ id: `${state}-${type}`, type }));
  return told<Launcher>({ id: state, name: `gpu-${state}`, spec, state: { type: state }, running });
}

const names = { model: () => own('mnist'), launcher: () => own('gpu-train') };
const session = told<TerminalSession>({
  id: 's1',
  startedAt: now - HOUR,
  modelId: 'm1',
  executionLocation: { type: 'persistentLauncher', persistentLauncherId: 'l1' },
});
const debugSession = told<DebugSession>({
  ...session,
  parameterDefinitions: { train: [{ name: 'epochs', type: 'number' }] },
  trainingSessions: ['starting', 'failed', 'dreaming'].map(state => ({ id: state, createdAt: now - HOUR, state })),
});

const jobs = told<Job[]>([
  { id: 'web', status: 'Running', provider: '0xabc', address: { type: 'web', url: 'https://app.example' } },
  { id: 'ssh', status: 'Failed', address: { type: 'ssh', user: 'root', host: 'app.example', port: 22 } },
  { id: 'text', status: 'pullImage', address: { type: 'text', text: 'nowhere' } },
]);

const open = payment('p1', {
  stage: 'paying',
  open: true,
  problem: { code: 'transaction_pending', message: 'Stuck.', at: 1 },
});
const rowOptions = { taskName: (id: string) => plainText(`task ${id}`), explorerUrl: undefined };

function taskIn(status: string): Task {
  return told<Task>({
    id: status,
    name: `web-${status}`,
    status,
    startAt: now - HOUR,
    endAt: now + HOUR,
    pricePerHour: 10n ** 18n,
    refund: 10n ** 17n,
    region: 'global',
    hardware: { name: 'C1ae.medium' },
    jobs,
    orders: ['Creation', 'Renewal', 'unknown'].map(type => ({
      id: type,
      type,
      status: 'payment_consumed',
      duration: 3_600,
      txHash: hashOf(1),
    })),
    providers: [{ address: '0xabc', name: 'a provider', region: 'Quebec' }],
  });
}

const rows: Record<string, Row[]> = {
  launchers: ['active', 'creating', 'recreating', 'deleting', 'hibernating'].map(state =>
    launcherRow(launcherIn(state), { backend: () => undefined, runningName: ({ id }) => plain`name of ${id}` }),
  ),
  'debug sessions': [debugRow(debugSession, names)],
  terminals: [
    terminalRow(session, names, undefined),
    terminalRow({ ...session, id: own('s2') }, names, own('attached here (2)')),
  ],
  tasks: ['initialized', 'accepting_bids', 'running', 'failed', 'dreaming'].map(status =>
    taskRow(taskIn(status), [
      {
        words: plain`payment ${stageLook(open).words}`,
        troubled: false,
        row: { ...openPaymentRow(open, rowOptions), id: `${status}/p1` },
      },
    ]),
  ),
  payments: [
    damagedRow(['a.json']),
    ...paymentRows(
      [
        open,
        payment('p2', { refund: { amount: 1n, hash: hashOf(2) } }),
        payment('p3', { stage: 'failed', kind: 'renew' }),
      ],
      'month',
      rowOptions,
    ),
  ],
};

/** What can be seen of a row in words. */
function partsOf({ label, description = own('') }: Row): string[] {
  return [label, ...description.split(' · ')];
}

describe('a screen reader', () => {
  for (const [what, drawn] of Object.entries(rows)) {
    it(`hears all that is seen of ${what}, and of what is below them`, () => {
      const tree = new RowTree(systemClock);
      tree.setRows(drawn);
      const nodes = allNodes(tree.nodes);
      assert.ok(nodes.length > 1);
      for (const node of nodes) {
        const { label = '', role } = tree.getTreeItem(node).accessibilityInformation ?? {};
        assert.equal(role, 'treeitem');
        for (const part of partsOf(node.row))
          assert.ok(label.toLowerCase().includes(part.toLowerCase()), `“${part}” is not in “${label}”`);
      }
    });
  }

  it('hears what failed, and what Enter does', () => {
    const { spoken } = errorRow('remoteCompute.launchers', new RemoteError('network', 'It is away.'), 'signIn');
    assert.equal(spoken, 'Error: It is away. Press Enter: Retry.');
  });
});
