import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { costOf, parseUnits } from '../../../src/core/money.js';
import type { Payment, PaymentKind, Quote } from '../../../src/core/payments.js';
import type { Pricing } from '../../../src/core/tasks.js';
import { rejection } from '../../support/assertions.js';
import { temporaryJournal } from '../../support/payer.js';
import { FUNDS, PayerRig } from '../../support/payerRig.js';

describe('paying for a task', () => {
  const rig = new PayerRig();

  it('pays exactly what was confirmed, by an approval of exactly that, and tells the service', async () => {
    const task = await rig.payer.create(5_400);
    const quote = await rig.payer.quote(task);
    const { data } = await rig.payer.api.task(task);
    assert.equal(quote.amount, costOf(data.pricePerHour ?? 0n, 5_400));
    assert.equal(quote.balance, FUNDS);
    assert.equal(quote.balanceAfter, FUNDS - quote.amount);
    assert.ok(quote.approval);
    const payment = await rig.payer.engine.pay(quote, await rig.payer.signer());
    assert.equal(payment.stage, 'done');
    assert.equal(payment.open, false);
    assert.equal(payment.amount, quote.amount);
    assert.equal(await rig.reader.amountPaid(task), quote.amount);
    assert.equal(await rig.reader.balance(rig.payer.wallet), quote.balanceAfter);
    assert.equal(await rig.reader.allowance(rig.payer.wallet), 0n);
    assert.deepEqual(await rig.reader.moves(rig.payer.wallet), { approved: [quote.amount], paid: [quote.amount] });
    const [order] = (await rig.payer.api.task(task)).data.orders;
    assert.equal(order?.txHash, payment.hash);
    assert.deepEqual(
      rig.payer.history.map(each => each.stage),
      ['ready', 'approving', 'ready', 'paying', 'paid', 'paid', 'done'],
    );
  });

  it('needs one transaction alone where the allowance is there', async () => {
    const task = await rig.payer.create();
    const { amount } = await rig.payer.quote(task);
    await rig.reader.approve(rig.privateKey, amount);
    const quote = await rig.payer.quote(task);
    assert.deepEqual([quote.approval, quote.allowance], [false, amount]);
    const payment = await rig.payer.engine.pay(quote, await rig.payer.signer());
    assert.deepEqual(
      payment.transactions.map(each => each.purpose),
      ['pay'],
    );
    assert.equal(await rig.reader.allowance(rig.payer.wallet), 0n);
  });

  for (const pricing of ['dynamic', 'fixed'] satisfies Pricing[]) {
    it(`pays and renews at ${pricing} prices`, async () => {
      const task = await rig.payer.create(3_600, pricing);
      const first = await rig.payer.pay(task, 'create', { pricing });
      const second = await rig.payer.pay(task, 'renew', { pricing, duration: 7_200 });
      const third = await rig.payer.pay(task, 'renew', { pricing, duration: 7_200 });
      assert.deepEqual([first.stage, second.stage, third.stage], ['done', 'done', 'done']);
      assert.equal(second.amount, first.amount * 2n);
      assert.equal(await rig.reader.amountPaid(task), first.amount * 5n);
      const { data } = await rig.payer.api.task(task);
      assert.deepEqual(
        data.orders.map(each => [each.type, each.txHash]),
        [
          ['Creation', first.hash],
          ['Renewal', second.hash],
          ['Renewal', third.hash],
        ],
      );
    });
  }

  for (const pricing of ['dynamic', 'fixed'] satisfies Pricing[]) {
    for (const [what, left] of [
      ['much more', () => FUNDS],
      ['a wei more', (amount: bigint) => amount + 1n],
      ['a wei less', (amount: bigint) => amount - 1n],
      ['anything', () => 2n ** 256n - 1n],
    ] as const) {
      it(`lets the contract take exactly what a ${pricing} price comes to, where it could take ${what}`, async () => {
        const task = await rig.payer.create(3_600, pricing);
        const { amount } = await rig.payer.quote(task, 'create', { pricing });
        await rig.reader.approve(rig.privateKey, left(amount));
        const quote = await rig.payer.quote(task, 'create', { pricing });
        assert.deepEqual([quote.approval, quote.allowance], [true, left(amount)]);
        await rig.payer.engine.pay(quote, await rig.payer.signer());
        assert.deepEqual(await rig.reader.moves(rig.payer.wallet), {
          approved: [left(amount), amount],
          paid: [amount],
        });
        assert.equal(await rig.reader.allowance(rig.payer.wallet), 0n);
      });
    }
  }

  describe('once', () => {
    it('by two clicks, in one window and in two', async () => {
      const task = await rig.payer.create();
      const quote = await rig.payer.quote(task);
      const other = rig.payerWith();
      const signer = await rig.payer.signer();
      const tries = [
        rig.payer.engine.pay(quote, signer),
        rig.payer.engine.pay(quote, signer),
        other.engine.pay(quote, signer),
      ];
      const outcomes = await Promise.allSettled(tries);
      assert.equal(outcomes.filter(each => each.status === 'fulfilled').length, 1);
      for (const each of outcomes)
        if (each.status === 'rejected') assert.match(each.reason.code, /payment_open|already_paid/);
      assert.deepEqual((await rig.reader.moves(rig.payer.wallet)).paid, [quote.amount]);
    });

    it('by a renewal confirmed twice', async () => {
      const task = await rig.payer.create();
      await rig.payer.pay(task);
      const quote = await rig.payer.quote(task, 'renew', { duration: 3_600 });
      await rig.payer.engine.pay(quote, await rig.payer.signer());
      const error = await rejection(rig.payer.engine.pay(quote, await rig.payer.signer()), 'refused');
      assert.equal(error.code, 'already_paid');
      assert.equal(await rig.reader.amountPaid(task), quote.amount * 2n);
    });

    it('though the journal is lost', async () => {
      const task = await rig.payer.create();
      await rig.payer.pay(task);
      const elsewhere = temporaryJournal();
      try {
        const error = await rejection(rig.payerWith({ folder: elsewhere.folder }).quote(task), 'refused');
        assert.equal(error.code, 'already_paid');
      } finally {
        elsewhere.remove();
      }
    });

    it('for each of some tasks of one wallet at once', async () => {
      const tasks = [await rig.payer.create(), await rig.payer.create(7_200), await rig.payer.create(3_600)];
      const payments = await Promise.all(
        tasks.map((task, index) => (index === 1 ? rig.payerWith() : rig.payer).pay(task)),
      );
      assert.deepEqual(
        payments.map(each => each.stage),
        ['done', 'done', 'done'],
      );
      const nonces = payments.flatMap(each => each.transactions.map(transaction => transaction.nonce));
      assert.deepEqual(nonces.toSorted(), [0, 1, 2, 3, 4, 5]);
      for (const [index, task] of tasks.entries())
        assert.equal(await rig.reader.amountPaid(task), payments[index]?.amount);
      assert.equal(await rig.reader.allowance(rig.payer.wallet), 0n);
    });
  });

  describe('is refused before anything is signed', () => {
    const refused = async (quote: Promise<Quote | Payment>, code: string, words: RegExp) => {
      const error = await quote.then(
        () => assert.fail('Not refused'),
        reason => reason,
      );
      assert.equal(error.code, code, error.message);
      assert.match(error.message, words);
      assert.equal(await rig.reader.nonce(rig.payer.wallet), 0);
    };

    it('with too little SWAN: what there is, what it takes, and the difference', async () => {
      const poor = rig.payerWith({ privateKey: await rig.reader.fund(parseUnits('0.25') ?? 0n) });
      const task = await poor.create();
      const { data } = await poor.api.task(task);
      const need = data.pricePerHour ?? 0n;
      assert.ok(need > 0n);
      await refused(poor.quote(task), 'insufficient_swan', /has 0\.25, the payment needs [\d.]+, short by [\d.]+\./);
      assert.equal(await rig.reader.nonce(poor.wallet), 0);
    });

    it('with too little gas', async () => {
      const task = await rig.payer.create();
      await rig.reader.send('anvil_setBalance', rig.payer.wallet, '0x10');
      await refused(rig.payer.quote(task), 'insufficient_gas', /0\.000000000000000016, and up to .* short by/);
    });

    it('on another chain', async () => {
      const task = await rig.payer.create();
      await rig.reader.act('rpc', { kind: 'wrongChain' });
      try {
        await refused(rig.payer.quote(task), 'wrong_chain', /on chain 1, and Sandbox is chain 20241133/);
      } finally {
        await rig.reader.act('clear');
      }
    });

    it('to another contract than the trusted one', async () => {
      const task = await rig.payer.create();
      const contract = { client: `0x${'11'.repeat(20)}`, token: rig.sandbox.services.swanToken };
      await refused(rig.payer.quote(task, 'create', { contract }), 'contract_changed', /another payment contract/);
    });

    it('above the limits of one payment and of a day', async () => {
      const task = await rig.payer.create();
      const { amount } = await rig.payer.quote(task);
      let { payer } = rig;
      const under = async (payment: bigint, day: bigint) =>
        (await payer.quote(task, 'create', { limits: { payment, day } })).exceeds;
      const pay = (payment: bigint, day: bigint) => payer.pay(task, 'create', { limits: { payment, day } });
      assert.deepEqual(await under(amount - 1n, amount), { payment: amount });
      await refused(pay(amount - 1n, amount), 'above_limit', /Your limit for one payment is .* Nothing was signed/);
      const own = temporaryJournal();
      try {
        payer = rig.payerWith({ folder: own.folder });
        assert.deepEqual(await under(amount, amount), {});
        const other = rig.payerWith({ folder: own.folder, privateKey: await rig.reader.fund(FUNDS) });
        await other.pay(await other.create());
        assert.deepEqual(await under(amount, amount + 5n), { day: 2n * amount });
        await refused(pay(amount, amount + 5n), 'above_limit', /Your limit for the payments of 24 hours is .*/);
        assert.equal((await pay(amount, 2n * amount)).stage, 'done');
      } finally {
        own.remove();
      }
    });

    it('for hardware that is gone', async () => {
      const names = { dynamic: 'C1ae.large', fixed: 'C1ae.medium' };
      for (const pricing of ['dynamic', 'fixed'] satisfies Pricing[]) {
        const name = names[pricing];
        const task = await rig.payer.create(3_600, pricing, name);
        await rig.reader.act('hardware', { name, available: false });
        try {
          await refused(rig.payer.quote(task, 'create', { pricing }), 'hardware_gone', /another instance type/);
        } finally {
          await rig.reader.act('hardware', { name, available: true });
        }
      }
    });

    it('where the price is another than confirmed', async () => {
      const task = await rig.payer.create();
      const quote = await rig.payer.quote(task);
      const confirmed = { ...quote, amount: quote.amount - 1n };
      await refused(
        rig.payer.engine.pay(confirmed, await rig.payer.signer()).then(() => quote),
        'price_changed',
        /has changed/,
      );
    });

    it('with the key of another wallet', async () => {
      const quote = await rig.payer.quote(await rig.payer.create());
      const other = rig.payerWith({ privateKey: await rig.reader.fund(FUNDS) });
      await rejection(rig.payer.engine.pay(quote, await other.signer()), 'invalid');
      assert.equal(await rig.reader.nonce(rig.payer.wallet), 0);
    });

    it('to renew what is not paid', async () => {
      const task = await rig.payer.create();
      const error = await rejection(rig.payer.quote(task, 'renew', { duration: 3_600 }), 'invalid');
      assert.match(error.message, /not paid yet/);
    });

    it('where the gas has become much dearer than confirmed', async () => {
      const quote = await rig.payer.quote(await rig.payer.create());
      const confirmed = { ...quote, gas: quote.gas / 1_000n };
      const paying = rig.payer.engine.pay(confirmed, await rig.payer.signer()).then(() => quote);
      await refused(paying, 'gas_changed', /Gas has become dearer since you confirmed at most [\d.]+ ETH/);
      assert.deepEqual(
        (await rig.payer.journal.list()).records.map(each => each.stage),
        ['failed'],
      );
    });

    for (const kind of ['create', 'renew'] satisfies PaymentKind[]) {
      it(`for a task that has ended, to ${kind}`, async () => {
        const task = await rig.payer.create();
        await rig.payer.api.terminate(task);
        const error = await rejection(rig.payer.quote(task, kind, { duration: 3_600 }), 'invalid');
        assert.match(error.message, /has ended \(cancelled\)/);
      });
    }
  });

  it('never writes the key down', async () => {
    await rig.payer.pay(await rig.payer.create());
    const texts = readdirSync(rig.folder, { recursive: true, withFileTypes: true })
      .filter(each => each.isFile())
      .map(each => readFileSync(`${each.parentPath}/${each.name}`, 'utf8'));
    assert.ok(texts.length > 0);
    for (const text of texts) assert.ok(!text.toLowerCase().includes(rig.privateKey.slice(2).toLowerCase()));
  });
});
