// A task whose time runs out, and what is told of it.
import assert from 'node:assert/strict';
import type { TaskBackend } from '../../../src/core/tasks.js';
import { until } from '../../support/until.js';
import { setSetting } from './extension.js';
import { Notices } from './notices.js';
import { openSwanAccount, type SwanAccount } from './swan.js';

export const WARNING = 'swan.expiryWarningMinutes';
export const DEADLINE = 'swan.deployDeadlineMinutes';

/** For all tests of a suite a Swan account with a task that runs; for each test the notifications that come. */
export class WatchedTask {
  /** The task. */
  id = '';
  private opened: SwanAccount | undefined;
  private own: Notices | undefined;

  /** Registers the hooks of the suite that it is made in. */
  constructor() {
    before(async () => {
      this.opened = await openSwanAccount(['--step-ms', '50', '--tasks', '1']);
      await this.account.swan.mineAtOnce();
      const { store } = this.account.services.tasks;
      this.id = await until('a task', async () => {
        await store.refresh();
        return store.state.rows[0]?.id;
      });
    });
    after(() => this.opened?.close());
    beforeEach(() => {
      this.own = new Notices();
    });
    afterEach(async () => {
      this.notices.restore();
      await this.account.swan.act('clear');
      for (const setting of [WARNING, DEADLINE]) await setSetting(setting, undefined);
    });
  }

  get account(): SwanAccount {
    assert.ok(this.opened);
    return this.opened;
  }

  get notices(): Notices {
    assert.ok(this.own);
    return this.own;
  }

  async backend(): Promise<TaskBackend> {
    return (await this.account.services.swan.require()).backend;
  }

  async endsIn(minutes: number): Promise<void> {
    await this.account.swan.act('task', { task_uuid: this.id, end_in: minutes * 60 });
  }
}
