import { isIP } from 'node:net';
import { isAddress } from 'ethers';
import { amountOf, dynamicPrice, type Hardware, snapshotAt } from './hardware.js';
import { type Lifecycle, seconds } from './lifecycle.js';
import type { Malice } from './malice.js';
import type { Payments } from './payments.js';
import { PROVIDERS } from './providers.js';
import type { Records } from './records.js';
import { type Fields, Refusal, type Route, success } from './replies.js';
import type { Sources } from './sources.js';
import { ENDED, type Task, type Tasks } from './tasks.js';

const SHORTEST = 3600;
const LONGEST = 1_209_600;
const START_IN = 300;
const LARGEST_PAGE = 100;

interface Parts {
  tasks: Tasks;
  payments: Payments;
  lifecycle: Lifecycle;
  records: Records;
  hardware: readonly Hardware[];
  sources: Sources;
  malice: Malice;
}

export function taskRoutes(parts: Parts): Record<string, Route> {
  const { tasks, payments, lifecycle, records, malice } = parts;

  const found = (uuid: string): Task => {
    const task = tasks.find(uuid);
    if (task === undefined) throw new Refusal(`Task ${uuid} was not found.`, 404);
    return task;
  };
  const create =
    (dynamic: boolean): Route =>
    fields => {
      const task = tasks.create(requested(fields, dynamic, parts), seconds());
      return success('Task_uuid initialized.', { task: records.task(task) });
    };

  const validate: Route = async fields => {
    const task = found(fields.text('task_uuid'));
    const hash = fields.text('tx_hash');
    const now = seconds();
    const { order, fresh } = await payments.take(task, 'Creation', task.duration, hash, now);
    if (fresh) {
      Object.assign(task, { amount: amountOf(task.price, task.duration), startAt: now, endAt: now + task.duration });
      lifecycle.proceed(task);
    }
    return success('Payment validated.', records.order(task, order));
  };

  const extend: Route = async fields => {
    const task = found(fields.text('task_uuid'));
    const duration = fields.whole('duration');
    const hash = fields.text('tx_hash');
    const { order, fresh } = await payments.take(task, 'Renewal', duration, hash, seconds());
    if (fresh) {
      task.endAt += duration;
      task.updatedAt = seconds();
      lifecycle.proceed(task);
    }
    return success('Task extended.', { config_order: records.order(task, order), task: records.task(task) });
  };

  const terminate: Route = async fields => {
    const task = found(fields.text('task_uuid'));
    if (ENDED.has(task.status)) throw new Refusal(`Task ${task.uuid} has ended already: it is ${task.status}.`);
    await lifecycle.end(task, task.orders.length === 0 ? 'cancelled' : 'terminated');
    return success('Task terminated.', { retryable: false, task_status: task.status });
  };

  const review: Route = async fields => {
    const task = found(fields.text('task_uuid'));
    if (task.orders.length === 0) throw new Refusal(`Task ${task.uuid} is not paid: there is nothing to review.`);
    // What never ran is given back.
    if (!ENDED.has(task.status) && task.status !== 'running') await lifecycle.end(task, 'failed');
    return success('Review claimed.', null);
  };

  const list: Route = fields => {
    const wallet = fields.text('wallet_address');
    const page = Math.max(1, fields.whole('page', 1));
    const size = Math.min(LARGEST_PAGE, Math.max(1, fields.whole('size', 10)));
    const all = tasks.of(wallet);
    const start = malice.does('endlessList') ? 0 : (page - 1) * size;
    const shown = all.slice(start, start + size).map(task => records.deployment(task));
    const honest = Math.ceil(all.length / size);
    const { page: rows, pages } = malice.pages(shown, honest);
    const total = pages === honest ? all.length : pages * size;
    const data = { list: rows, page, size, total, total_page: pages };
    return success(`fetch task list for user wallet:${wallet} successfully`, data);
  };

  return {
    'POST /v2/task_deployment-dp': create(true),
    'POST /v2/task_deployment': create(false),
    'POST /v2/task_payment_validate': validate,
    'POST /v2/config_order_status': fields => {
      const task = found(fields.text('task_uuid'));
      const hash = fields.text('tx_hash').toLowerCase();
      const order = task.orders.find(({ txHash }) => txHash.toLowerCase() === hash);
      if (order === undefined) throw new Refusal(`Task ${task.uuid} has no order paid by ${hash}.`, 404);
      return success('fetch config order successfully', records.order(task, order));
    },
    'POST /v2/extend_task': extend,
    'POST /terminate_task': terminate,
    'POST /claim_review': review,
    'GET /v2/task_deployment': (_, uuid) =>
      success(`fetch task info for task_uuid='${uuid}' successfully`, records.deployment(found(uuid))),
    'GET /v2/task_list': list,
  };
}

/** @throws Refusal */
function requested(fields: Fields, dynamic: boolean, { hardware, sources }: Parts): Parameters<Tasks['create']>[0] {
  const refuse = (reason: string): never => {
    throw new Refusal(`Task creation failed. ${reason}`);
  };
  const name = fields.text('cfg_name');
  const machine = hardware.find(candidate => candidate.name === name);
  if (machine === undefined) return refuse(`There is no instance type ${name}.`);
  if (!machine.available) return refuse(`${name} is not available.`);
  const region = fields.text('region');
  if (region !== 'global' && !machine.regions.includes(region)) return refuse(`${name} is not available in ${region}.`);
  const duration = fields.whole('duration');
  if (duration < SHORTEST || duration > LONGEST) {
    return refuse(`The duration must be from ${SHORTEST} to ${LONGEST} seconds.`);
  }
  const wallet = fields.text('wallet');
  if (!isAddress(wallet)) return refuse('wallet is not an address.');
  const sourceUri = fields.text('job_source_uri');
  if (!URL.canParse(sourceUri)) return refuse(`job_source_uri is not an address: ${sourceUri}`);
  const preferred = fields.list('preferred_cp').map(account => account.toLowerCase());
  const unknown = preferred.find(account => !PROVIDERS.some(provider => provider.account === account));
  if (unknown !== undefined) return refuse(`There is no provider ${unknown}.`);
  const foreign = fields.list('ip_whitelist').find(range => !isRange(range));
  if (foreign !== undefined) return refuse(`ip_whitelist holds ${foreign}.`);
  return {
    wallet,
    hardware: machine,
    price: dynamic ? dynamicPrice(machine, snapshotAt(seconds()).id) : machine.fixedPrice,
    dynamic,
    region,
    duration,
    startIn: fields.whole('start_in', START_IN),
    sourceUri,
    ssh: sources.isSsh(sourceUri),
    preferred,
  };
}

/** Whether a text is an IP address or a CIDR. */
function isRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return rest.length === 0 && most > 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
}
