import { formatEther } from 'ethers';
import type { Malice } from './malice.js';
import type { Provider } from './providers.js';
import type { Job, Order, Task } from './tasks.js';

const LOG_PATH = '/api/v1/computing/lagrange/spaces/log';

/** Where jobs answer. */
export interface Addresses {
  /** Such as `127.0.0.1:8080/secret`. */
  host: string;
  sshPort: number;
}

/** Writes tasks down as the service does, with all that is null there. */
export class Records {
  constructor(
    private readonly addresses: Addresses,
    private readonly malice: Malice,
  ) {}

  deployment(task: Task): object {
    return {
      computing_providers: task.jobs.map(({ provider }) => this.provider(provider)),
      config_orders: task.orders.map(order => this.order(task, order)),
      jobs: task.jobs.map(job => this.job(task, job)),
      task: this.task(task),
    };
  }

  task(task: Task): object {
    return {
      comments: task.comments,
      created_at: task.createdAt,
      end_at: task.endAt,
      id: task.id,
      leading_job_id: task.jobs[0]?.uuid ?? null,
      name: this.malice.taskName(task.name),
      refund_amount: task.refunded === null ? null : formatEther(task.refunded),
      refund_wallet: task.wallet,
      source: 'v2',
      start_at: task.startAt,
      start_in: task.startIn,
      status: task.status,
      task_detail: detail(task),
      task_detail_cid: null,
      tx_hash: task.refundTxHash,
      type: 'None',
      updated_at: task.updatedAt,
      user_id: 1,
      uuid: task.uuid,
    };
  }

  order(task: Task, order: Order): object {
    return {
      config_id: task.hardware.id + 1,
      created_at: task.createdAt,
      duration: order.duration,
      ended_at: null,
      error_code: null,
      id: order.id,
      order_type: order.type,
      preferred_cp_list: task.preferred.length === 0 ? null : task.preferred,
      refund_tx_hash: order.refundTxHash,
      region: task.region,
      space_id: null,
      start_in: task.startIn,
      started_at: order.startedAt,
      status: order.status,
      task_uuid: task.uuid,
      tx_hash: order.txHash,
      updated_at: order.updatedAt,
      uuid: order.uuid,
    };
  }

  private job(task: Task, job: Job): object {
    const log = `ws://${this.addresses.host}${LOG_PATH}?job_uuid=${job.uuid}`;
    return {
      build_log: `${log}&type=build`,
      comments: job.comments,
      container_log: `${log}&type=container`,
      cp_account_address: job.provider.account,
      created_at: job.createdAt,
      duration: task.endAt - task.startAt,
      ended_at: job.endedAt,
      hardware: task.hardware.name,
      id: job.id,
      job_real_uri: job.deployed ? this.malice.uri(this.realUri(task, job)) : null,
      job_result_uri: null,
      job_source_uri: task.sourceUri,
      name: this.malice.name(`Job-${job.uuid}`),
      node_id: job.provider.nodeId,
      start_at: job.startAt,
      status: job.status,
      storage_source: 'swanhub',
      task_uuid: task.uuid,
      type: null,
      updated_at: job.updatedAt,
      uuid: job.uuid,
    };
  }

  private realUri({ ssh, realUri }: Task, { uuid }: Job): string {
    if (realUri !== undefined) return realUri;
    return ssh ? `ssh root@127.0.0.1 -p${this.addresses.sshPort}` : `http://${this.addresses.host}/apps/${uuid}`;
  }

  private provider(provider: Provider): object {
    return {
      beneficiary: provider.owner,
      cp_account_address: provider.account,
      created_at: 1_722_488_518,
      freeze_online: null,
      id: provider.id,
      lat: provider.latitude,
      lon: provider.longitude,
      multi_address: [`/ip4/127.0.0.1/tcp/${8080 + provider.id}`],
      name: this.malice.name(provider.name),
      node_id: provider.nodeId,
      online: 1,
      owner_address: provider.owner,
      region: provider.region,
      task_types: '[1, 2, 3, 4]',
      updated_at: 1_726_604_646,
      version: '2.0',
      worker_address: provider.owner,
    };
  }
}

function detail({ amount, hardware, price, region, preferred, ...task }: Task): object {
  return {
    // A number, as inexact as the service's own.
    amount: amount === null ? null : Number(formatEther(amount)),
    bidder_limit: 3,
    created_at: task.createdAt,
    dcc_node_job_source_uri: null,
    dcc_selected_cp_list: null,
    duration: task.duration,
    end_at: task.startAt + task.duration,
    hardware: hardware.name,
    job_result_uri: null,
    job_source_uri: task.sourceUri,
    price_per_hour: price,
    requirements: {
      hardware: hardware.type === 'CPU' ? 'None' : hardware.model,
      hardware_type: hardware.type,
      memory: String(hardware.memory),
      preferred_cp_list: preferred.length === 0 ? null : preferred,
      region,
      storage: null,
      update_max_lag: null,
      vcpu: String(hardware.vcpu),
    },
    space: {
      activeOrder: {
        config: {
          description: hardware.description,
          hardware: hardware.model,
          hardware_id: hardware.id,
          hardware_type: hardware.type,
          memory: hardware.memory,
          name: hardware.name,
          price_per_hour: Number(price),
          vcpu: hardware.vcpu,
        },
      },
      name: '0',
      uuid: task.spaceUuid,
    },
    start_at: task.startAt,
    // So the service says, paid or not.
    status: 'paid',
    storage_source: 'swanhub',
    type: 'None',
    updated_at: task.updatedAt,
  };
}
