import assert from 'node:assert/strict';
import { parseUnits } from '../../../src/core/money.js';
import type { PaymentKind } from '../../../src/core/payments.js';
import type { Pricing } from '../../../src/core/tasks.js';
import type { SwanServices } from '../../../src/sandbox/swan.js';
import { Payer, type Reader, temporaryJournal } from '../../support/payer.js';
import { until } from '../../support/until.js';
import { type Act, Crowd, type Stop } from './doom.js';

const FUNDS = parseUnits('20') ?? 0n;

/** One wallet with one task to pay for, at the point where a process is to go on with it. */
export interface Scene {
  folder: string;
  privateKey: string;
  payer: Payer;
  task: string;
  amount: bigint;
  before: { approved: bigint[]; paid: bigint[] };
  act: Act;
  /** Ends what stands in the payment's way. */
  heal?: (() => Promise<void>) | undefined;
  remove(): void;
}

export interface Scenario {
  name: string;
  kind?: PaymentKind;
  pricing?: Pricing;
  hurried?: boolean;
  /** Whoever listens to the process's payments throws. */
  heardBadly?: boolean;
  /** Which steps are worth a crash, besides those that no scenario before has taken. */
  also?: RegExp;
  /** What came to pass before, and what is to be done now. */
  prepare?(stage: Stage, scene: Scene): Promise<Partial<Pick<Scene, 'act' | 'heal'>>>;
}

/** Where scenes are set up. */
export class Stage {
  private readonly crowd = new Crowd();

  constructor(
    readonly services: SwanServices,
    readonly reader: Reader,
  ) {}

  close(): void {
    this.crowd.end();
  }

  async set({ kind = 'create', pricing = 'dynamic', prepare }: Scenario): Promise<Scene> {
    const { services, reader } = this;
    const { folder, remove } = temporaryJournal();
    const privateKey = await reader.fund(FUNDS);
    const payer = new Payer({ services, folder, privateKey });
    const task = await payer.create(3_600, pricing);
    if (kind === 'renew') await payer.pay(task);
    const before = await reader.moves(payer.wallet);
    const quote = await payer.quote(task, kind, { pricing, duration: 7_200 });
    const { amount } = quote;
    const scene: Scene = {
      ...{ folder, privateKey, payer, task, amount, before, remove },
      act: { type: 'pay', quote },
    };
    return { ...scene, ...(await prepare?.(this, scene)) };
  }

  life({ folder, privateKey, payer, act }: Scene, how: Pick<Scenario, 'hurried' | 'heardBadly'> = {}, stop?: Stop) {
    const { hurried, heardBadly } = how;
    const { services } = this;
    return this.crowd.doom({ services, hurried, heardBadly, folder, privateKey, wallet: payer.wallet, act, stop });
  }

  /** Lets a process pay until it is killed. @returns the id of what it left in the journal */
  async leave(scene: Scene, name: string, when: Stop['when'] = 'after'): Promise<string> {
    const { killed } = await this.life(scene, {}, { name, when });
    assert.ok(killed, `${when} ${name}`);
    const [record] = await scene.payer.journal.open();
    assert.ok(record);
    return record.id;
  }

  /** What was signed last, and is not published. */
  async signed(scene: Scene): Promise<{ id: string; nonce: number }> {
    const id = await this.leave(scene, 'pay.journal');
    const { nonce } = (await scene.payer.journal.read(id)).transactions.at(-1) ?? {};
    assert.ok(nonce !== undefined);
    return { id, nonce };
  }
}

const resume = (id: string, signs = true): Act => ({ type: 'resume', id, signs });

export const CREATING: Scenario = { name: 'creating' };
/** Every step that tells of what it has written. */
export const HEARD_BADLY: Scenario = {
  name: 'being listened to by those who throw',
  heardBadly: true,
  also: /journal|mined|told/,
};
export const RENEWING: Scenario = { name: 'renewing', kind: 'renew', also: /./ };

/** Each takes steps that those before it do not. */
export const RARE: readonly Scenario[] = [
  { name: 'paying a fixed price', pricing: 'fixed' },
  {
    name: 'taking up what was signed and not published',
    prepare: async (stage, scene) => ({ act: resume(await stage.leave(scene, 'pay.journal')) }),
  },
  {
    name: 'taking up what the service does not know',
    prepare: async (stage, scene) => ({ act: resume(await stage.leave(scene, 'pay.mined')) }),
  },
  {
    name: 'taking up a plan without the wallet',
    prepare: async (stage, scene) => ({ act: resume(await stage.leave(scene, 'journal.plan'), false) }),
  },
  {
    name: 'cancelling a plan',
    prepare: async (stage, scene) => ({
      act: { type: 'cancel', id: await stage.leave(scene, 'journal.plan'), signs: false },
    }),
  },
  {
    name: 'taking up what a node refuses',
    async prepare(stage, scene) {
      const { id } = await stage.signed(scene);
      const gas = (value: string) => stage.reader.send('anvil_setBalance', scene.payer.wallet, value);
      await gas('0x0');
      return { act: resume(id), heal: async () => void (await gas('0x56bc75e2d63100000')) };
    },
  },
  {
    name: 'finding a nonce used elsewhere',
    hurried: true,
    async prepare(stage, scene) {
      const { id, nonce } = await stage.signed(scene);
      await stage.reader.spend(scene.privateKey, nonce);
      return { act: resume(id) };
    },
  },
  {
    name: 'filling the place of a transaction that is lost',
    hurried: true,
    async prepare(stage, scene) {
      const { payer, privateKey, amount } = scene;
      await stage.reader.approve(privateKey, amount);
      const { id } = await stage.signed(scene);
      // The chain keeps what was approved, and counts it no more.
      await stage.reader.send('anvil_setNonce', payer.wallet, '0x0');
      return { act: resume(id) };
    },
  },
  {
    name: 'finding a transaction reverted',
    async prepare(stage, scene) {
      const { id } = await stage.signed(scene);
      const { swanToken } = stage.services;
      const deal = (amount: bigint) =>
        stage.reader.send('anvil_dealERC20', scene.payer.wallet, swanToken, `0x${amount.toString(16)}`);
      await deal(0n);
      return { act: resume(id), heal: async () => void (await deal(FUNDS)) };
    },
  },
  {
    name: 'speeding up',
    async prepare(stage, scene) {
      const { id } = await stage.signed(scene);
      return { act: { type: 'speedUp', id } };
    },
  },
  {
    name: 'cancelling what was signed',
    also: /^replace\./,
    async prepare(stage, scene) {
      const { id } = await stage.signed(scene);
      return { act: { type: 'cancel', id, signs: true } };
    },
  },
  {
    name: 'validating what was paid elsewhere',
    async prepare(stage, scene) {
      const elsewhere = temporaryJournal();
      const other = { ...scene, folder: elsewhere.folder };
      other.payer = new Payer({ ...other, services: stage.services });
      const id = await stage.leave(other, 'service.tell', 'before');
      const { hash = '' } = await other.payer.journal.read(id);
      elsewhere.remove();
      return { act: { type: 'validate', payment: { task: scene.task, kind: 'create', hash } } };
    },
  },
  {
    name: 'noting a refund',
    async prepare(stage, scene) {
      await stage.life(scene);
      const { api } = scene.payer;
      await api.terminate(scene.task);
      await until('the refund', async () => {
        const { refund, orders } = (await api.task(scene.task)).data;
        return refund !== undefined && orders.some(each => each.refundTxHash !== undefined);
      });
      return { act: { type: 'reconcile' } };
    },
  },
];

/** Takes the last block from all who are on the chain. */
export const REORGANISED: Scenario = {
  name: 'finding a payment vanished',
  async prepare(stage, scene) {
    await stage.life(scene);
    await stage.reader.send('anvil_reorg', 1, []);
    return { act: { type: 'reconcile' } };
  },
};
