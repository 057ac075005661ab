import type { Payment } from '../../src/core/payments.js';

/** A payment of 1.5 SWAN that is done. */
export function payment(id: string, more: Partial<Payment> = {}): Payment {
  const account = `0x${'ab'.repeat(20)}`;
  const hash = hashOf(1);
  return {
    id,
    kind: 'create',
    origin: 'here',
    task: '7d52b1f4-0d6a-4e8e-9d3f-0f3c2f0d5a11',
    wallet: account,
    network: { name: 'Test', chainId: 1_337 },
    orchestratorUrl: 'https://orchestrator.example',
    contract: { client: account, token: account },
    pricePerHour: 15n * 10n ** 17n,
    duration: 3_600,
    amount: 15n * 10n ** 17n,
    gas: 21n * 10n ** 12n,
    stage: 'done',
    open: false,
    createdAt: Date.UTC(2026, 10, 15, 12),
    updatedAt: Date.UTC(2026, 10, 15, 12, 1),
    transactions: [{ purpose: 'pay', hash, nonce: 7, outcome: 'mined', block: 42 }],
    fillers: [],
    hash,
    history: [],
    ...more,
  };
}

export function hashOf(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0').repeat(32)}`;
}
