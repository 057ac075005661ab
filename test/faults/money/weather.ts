import type { Reader } from '../../support/payer.js';

interface Fault {
  /** What counts it. */
  name: string;
  control: 'rpc' | 'fail';
  params: object;
  /** How often in a row at the most. */
  most: number;
}

const rpc = (kind: string, most = 1): Fault => ({ name: kind, control: 'rpc', params: { kind }, most });
const service = (endpoint: string): Fault[] =>
  [
    { name: 'never answered', params: { kind: 'silent' } },
    { name: 'cut off', params: { kind: 'cut' } },
    { name: '500 though done', params: { kind: 'status', status: 500, after: true } },
    { name: '502', params: { kind: 'status', status: 502 }, most: 5 },
    { name: '“failed”', params: { kind: 'failed', message: 'Try again later.' }, most: 3 },
    { name: 'other task', params: { kind: 'otherTask' } },
  ].map(({ name, params, most = 1 }) => ({ name, control: 'fail', params: { endpoint, ...params }, most }));

const FAULTS: readonly Fault[] = [
  ...[rpc('timeout'), rpc('lostAnswer'), rpc('withheld'), rpc('unavailable', 8), rpc('alreadyKnown')],
  ...[rpc('nonceTooLow', 3), rpc('underpriced', 3), rpc('lostReceipt', 30)],
  ...service('POST /v2/task_payment_validate'),
  ...service('POST /v2/extend_task'),
  ...service('POST /v2/config_order_status'),
  ...service('GET /v2/task_deployment'),
];
const DEEPEST = 3;

/** What goes wrong around a payer, one thing after the other as chance will have it. */
export class Weather {
  /** How often each came. */
  readonly counts = new Map<string, number>();
  private still = 0;

  constructor(
    private readonly reader: Reader,
    private readonly random: () => number,
  ) {}

  /** One fault, which strikes whoever calls next. */
  async strike(): Promise<void> {
    const fault = FAULTS[Math.floor(this.random() * FAULTS.length)];
    if (!fault) return;
    const times = 1 + Math.floor(this.random() * fault.most);
    this.note(fault.name);
    await this.reader.act(fault.control, { ...fault.params, times });
  }

  /** Takes back the last blocks of everybody. */
  async reorganise(): Promise<void> {
    this.note('reorganisation');
    await this.reader.reorganise(1 + Math.floor(this.random() * DEEPEST));
  }

  /** Nothing is mined meanwhile, for anybody. */
  async withoutBlocks<T>(act: () => Promise<T>): Promise<T> {
    this.note('standstill');
    if (this.still++ === 0) await this.reader.stopMining();
    try {
      return await act();
    } finally {
      if (--this.still === 0) {
        await this.reader.mineAtOnce();
        await this.reader.mine(1);
      }
    }
  }

  /** Ends every fault that has not struck yet. */
  async clear(): Promise<void> {
    await this.reader.act('clear');
  }

  get summary(): string {
    return [...this.counts].map(([name, count]) => `${count} ${name}`).join(', ');
  }

  private note(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }
}
