import type { PaymentRecord } from '../../src/swan/journal/record.js';

const ACCOUNT = `0x${'ab'.repeat(20)}`;

/** A plan, as the journal would take it. */
export function record(id: string, more: Partial<PaymentRecord> = {}): PaymentRecord {
  return {
    version: 1,
    id,
    revision: 0,
    kind: 'create',
    origin: 'here',
    task: 'a-task',
    wallet: ACCOUNT,
    network: { name: 'Test', chainId: 1_337 },
    orchestratorUrl: 'https://x',
    contract: { client: ACCOUNT, token: ACCOUNT },
    hardwareId: 1,
    pricing: 'dynamic',
    pricePerHour: 2n ** 200n,
    duration: 3_600,
    amount: 2n ** 200n,
    gas: 1n,
    paidBefore: 0n,
    fromBlock: 7,
    createdAt: 1_000,
    updatedAt: 1_000,
    stage: 'ready',
    transactions: [],
    fillers: [],
    hash: undefined,
    told: false,
    problem: undefined,
    history: [],
    ...more,
  };
}
