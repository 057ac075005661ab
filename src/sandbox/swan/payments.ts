import type { LogDescription } from 'ethers';
import type { Chain, Mined } from './chain.js';
import { amountOf, priceInWei } from './hardware.js';
import { Refusal } from './replies.js';
import { ENDED, type Order, type Task, type Tasks } from './tasks.js';

const CALLED: Readonly<Record<Order['type'], string>> = { Creation: 'submitPayment', Renewal: 'renewPayment' };

interface Taken {
  order: Order;
  fresh: boolean;
}

/** Believes what the chain tells of a payment, and nothing else. */
export class Payments {
  constructor(
    private readonly chain: Chain,
    private readonly tasks: Tasks,
  ) {}

  /**
   * Checks a transaction, and takes it for the order it pays, which is fresh the first time. The same one for the same
   * order is taken again, since a client may not have heard the answer.
   * @throws Refusal
   */
  async take(task: Task, type: Order['type'], duration: number, hash: string, now: number): Promise<Taken> {
    if (!/^0x[0-9a-f]{64}$/i.test(hash)) throw new Refusal(`tx_hash is not a transaction's hash: ${hash}`, 400);
    const mined = await this.chain.mined(hash);
    const known = this.tasks.paidBy(hash);
    if (known !== undefined) {
      if (known.task === task && known.order.type === type && known.order.duration === duration) {
        return { order: known.order, fresh: false };
      }
      throw new Refusal(`Transaction ${hash} was used already, for task ${known.task.uuid}.`);
    }
    if (mined === undefined) throw new Refusal(`Transaction ${hash} was not found on the chain.`);
    this.check(task, type, duration, hash, mined);
    if (ENDED.has(task.status)) throw new Refusal(`Task ${task.uuid} has ended: it is ${task.status}.`);
    const paid = task.orders.length > 0;
    if (type === 'Creation' && paid) throw new Refusal(`Task ${task.uuid} is paid already.`);
    if (type === 'Renewal' && !paid) throw new Refusal(`Task ${task.uuid} is not paid yet.`);
    return { order: this.tasks.addOrder(task, { type, duration, txHash: hash }, now), fresh: true };
  }

  private check(task: Task, type: Order['type'], duration: number, hash: string, mined: Mined): void {
    if (mined.reverted) throw new Refusal(`Transaction ${hash} was reverted.`);
    if (!same(mined.to, this.chain.clientContract)) {
      throw new Refusal(`Transaction ${hash} is not for the contract ${this.chain.clientContract}.`);
    }
    const called = this.chain.clientInterface.parseTransaction({ data: mined.data })?.name;
    const event = this.event(mined);
    if (event === undefined || called !== CALLED[type]) {
      throw new Refusal(`Transaction ${hash} is not a ${CALLED[type]}.`);
    }
    const { uuid, hardwareId, price, duration: seconds } = event.args;
    if (uuid !== task.uuid) throw new Refusal(`Transaction ${hash} pays another task, ${uuid}.`);
    if (hardwareId !== BigInt(task.hardware.id)) {
      throw new Refusal(`Transaction ${hash} pays hardware ${hardwareId}, not ${task.hardware.id}.`);
    }
    if (price !== priceInWei(task.price) || seconds !== BigInt(duration)) {
      const due = amountOf(task.price, duration);
      throw new Refusal(
        `Transaction ${hash} pays ${seconds} s at ${price} wei per hour; due are ${due} wei for ${duration} s at ${task.price} SWAN per hour.`,
      );
    }
  }

  private event({ logs }: Mined): LogDescription | undefined {
    return (
      logs
        .filter(({ address }) => same(address, this.chain.clientContract))
        .map(log => this.chain.clientInterface.parseLog(log))
        .find(parsed => parsed?.name === 'PaymentSubmitted') ?? undefined
    );
  }
}

function same(address: string | null, other: string): boolean {
  return address?.toLowerCase() === other.toLowerCase();
}
