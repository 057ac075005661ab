import * as v from 'valibot';
import { exactText, own, type PlainText, plain, plainText } from '../core/plainText.js';
import type { AppImage, Hardware, Job, Order, Pricing, Provider, Task } from '../core/tasks.js';
import { logUrl, parseAddress, webUrl } from './address.js';
import {
  address,
  amount,
  asRecord,
  count,
  field,
  flag,
  list,
  nested,
  places,
  signature,
  text,
  texts,
  time,
  txHash,
  uuid,
} from './fields.js';

/** The records of the wire, checked and normalised once: beyond this file, types are true. Unknown fields are dropped. */

const NONE = own('');
const UNKNOWN = own('unknown');
/** Of a field that a record makes no sense without. */
const present = v.custom<PlainText>(value => typeof value === 'string');

const url = field(value => (typeof value === 'string' ? webUrl(value) : undefined));
const log = field(value => (typeof value === 'string' ? logUrl(value) : undefined));

const job = v.pipe(
  v.object({
    uuid,
    name: text(),
    status: text(),
    job_real_uri: field(value => (typeof value === 'string' && value !== '' ? parseAddress(value) : undefined)),
    cp_account_address: text(100),
    build_log: log,
    container_log: log,
    hardware: text(),
    duration: count,
    created_at: time,
    start_at: time,
    ended_at: time,
    comments: text(),
  }),
  v.transform(
    wire =>
      ({
        id: wire.uuid ?? wire.name ?? NONE,
        name: wire.name,
        status: wire.status ?? UNKNOWN,
        address: wire.job_real_uri,
        provider: wire.cp_account_address,
        buildLog: wire.build_log,
        containerLog: wire.container_log,
        hardware: wire.hardware,
        duration: wire.duration,
        createdAt: wire.created_at,
        startAt: wire.start_at,
        endedAt: wire.ended_at,
        comments: wire.comments,
      }) satisfies Job,
  ),
);

export const order = v.pipe(
  v.object({
    uuid,
    order_type: text(),
    status: text(),
    task_uuid: uuid,
    tx_hash: txHash,
    refund_tx_hash: txHash,
    duration: count,
    region: text(),
    error_code: text(),
    created_at: time,
    started_at: time,
    ended_at: time,
  }),
  v.transform(
    wire =>
      ({
        id: wire.uuid ?? wire.tx_hash ?? NONE,
        type: wire.order_type ?? UNKNOWN,
        status: wire.status ?? UNKNOWN,
        task: wire.task_uuid,
        txHash: wire.tx_hash,
        refundTxHash: wire.refund_tx_hash,
        duration: wire.duration,
        region: wire.region,
        errorCode: wire.error_code,
        createdAt: wire.created_at,
        startedAt: wire.started_at,
        endedAt: wire.ended_at,
      }) satisfies Order,
  ),
);

const provider = v.pipe(
  v.object({ cp_account_address: text(100), name: text(), region: text(), online: flag, version: text() }),
  v.transform(({ cp_account_address: account = NONE, ...rest }) => ({ address: account, ...rest }) satisfies Provider),
);

const machine = v.object({
  hardware_id: count,
  name: text(),
  description: text(),
  hardware_type: text(),
});

const taskRecord = v.object({
  uuid,
  name: text(),
  status: text(),
  created_at: time,
  updated_at: time,
  start_at: time,
  end_at: time,
  start_in: count,
  refund_amount: amount,
  refund_wallet: address,
  tx_hash: txHash,
  comments: text(),
  leading_job_id: uuid,
  task_detail: nested(
    v.object({
      amount,
      duration: count,
      hardware: text(),
      job_source_uri: url,
      price_per_hour: amount,
      requirements: nested(v.object({ region: text() })),
      space: nested(v.object({ activeOrder: nested(v.object({ config: nested(machine) })) })),
    }),
  ),
});

/** A task with all that belongs to it; `id` is empty where the service left its UUID out. */
export const deployment = v.pipe(
  v.object({
    task: nested(taskRecord),
    jobs: list(job),
    config_orders: list(order),
    computing_providers: list(provider),
  }),
  v.transform(wire => {
    const { task } = wire;
    const detail = task.task_detail;
    const config = detail.space.activeOrder.config;
    return {
      id: task.uuid ?? NONE,
      name: task.name,
      status: task.status ?? UNKNOWN,
      createdAt: task.created_at,
      updatedAt: task.updated_at,
      startAt: task.start_at,
      endAt: task.end_at,
      duration: detail.duration,
      startIn: task.start_in,
      hardware: {
        id: config.hardware_id,
        name: detail.hardware ?? config.name,
        description: config.description,
        type: config.hardware_type,
      },
      region: detail.requirements.region,
      pricePerHour: detail.price_per_hour,
      amount: detail.amount,
      refund: task.refund_amount,
      refundWallet: task.refund_wallet,
      txHash: task.tx_hash,
      sourceUri: detail.job_source_uri,
      comments: task.comments,
      leadingJobId: task.leading_job_id,
      // A tree needs something to tell them apart by.
      jobs: wire.jobs.map((each, index) => (each.id === NONE ? { ...each, id: plain`job-${index}` } : each)),
      orders: wire.config_orders.map((each, index) =>
        each.id === NONE ? { ...each, id: plain`order-${index}` } : each,
      ),
      providers: wire.computing_providers.filter(each => each.address !== NONE),
    } satisfies Task;
  }),
);

export const taskPage = v.object({ list: places(deployment), total: count });

export const created = v.pipe(
  v.object({
    task: v.pipe(
      field(value => value),
      v.metadata({ of: taskRecord }),
    ),
  }),
  v.transform(({ task }) => v.parse(deployment, { task })),
);

export const hardware = (pricing: Pricing) =>
  v.pipe(
    v.object({ hardware: list(hardwareRecord) }),
    v.transform(wire => wire.hardware.map(each => ({ ...each, pricing }) satisfies Hardware)),
  );

const hardwareRecord = v.pipe(
  v.object({
    // The two without which nothing can be rented.
    hardware_id: v.pipe(count, v.number()),
    hardware_name: v.pipe(text(), present),
    hardware_description: text(),
    hardware_type: text(),
    region: texts,
    hardware_price: amount,
    hardware_status: text(),
    expiry_time: time,
    ssh_ready: list(v.object({ cp_account_address: v.pipe(address, present), region: text() })),
  }),
  v.transform(wire => ({
    id: wire.hardware_id,
    name: wire.hardware_name,
    description: wire.hardware_description,
    type: wire.hardware_type ?? UNKNOWN,
    regions: wire.region,
    pricePerHour: wire.hardware_price,
    status: wire.hardware_status ?? UNKNOWN,
    expiresAt: wire.expiry_time,
    sshReady: wire.ssh_ready.map(each => ({ provider: each.cp_account_address, region: each.region })),
  })),
);

/** All images: a list of them, or their addresses by name. */
export const images = v.pipe(field(imagesOf), v.metadata({ each: v.object({ name: text(), url }) }));

function imagesOf(value: unknown): AppImage[] {
  const found = Array.isArray(value)
    ? value.map(asRecord).map(each => [each.name, each.url])
    : Object.entries(asRecord(value)).map(([name, each]) => [
        name,
        typeof each === 'string' ? each : asRecord(each).url,
      ]);
  return found.flatMap(([name, url]) => {
    const address = typeof url === 'string' ? webUrl(url) : undefined;
    return typeof name === 'string' && address !== undefined ? [{ name: plainText(name, 100), url: address }] : [];
  });
}

export const image = v.object({ url });

export const contractAnswer = v.object({
  contract_info: nested(
    v.object({
      contract_detail: nested(v.object({ client_contract_address: address, swan_token_contract_address: address })),
    }),
  ),
  signature,
});

export const sourceUri = v.object({
  job_source_uri: field(value => (typeof value === 'string' ? exactText(value, 2_048) : undefined)),
});

export const termination = nested(v.object({ retryable: flag, task_status: text() }));

/** An order, by itself or as `config_order` of what was asked for. */
export const orderAnswer = v.pipe(field(orderOf), v.metadata({ of: order }));

function orderOf(value: unknown): Order {
  const record = asRecord(value);
  return v.parse(order, 'config_order' in record ? asRecord(record.config_order) : record);
}
