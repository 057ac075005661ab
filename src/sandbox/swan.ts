import { randomBytes } from 'node:crypto';
import { Apps } from './swan/apps.js';
import { catalogueRoutes } from './swan/catalogue.js';
import { Chain } from './swan/chain.js';
import { type Acts, Controls } from './swan/controls.js';
import { Faults } from './swan/faults.js';
import { catalogue } from './swan/hardware.js';
import { inventTasks } from './swan/invent.js';
import { Lifecycle, seconds } from './swan/lifecycle.js';
import { Malice } from './swan/malice.js';
import { Payments } from './swan/payments.js';
import { Records } from './swan/records.js';
import type { Route } from './swan/replies.js';
import { RpcProxy } from './swan/rpcProxy.js';
import { SwanServer } from './swan/server.js';
import { Sources } from './swan/sources.js';
import { SshServer } from './swan/ssh.js';
import { taskRoutes } from './swan/taskRoutes.js';
import { Tasks } from './swan/tasks.js';
import { Tokens } from './swan/tokens.js';

export interface SwanOptions {
  /** 20241133, the test network's, by default. */
  chainId?: number;
  /** How many tasks the wallet has from the start. */
  tasks?: number;
  /** How long a task takes from one state to the next; 1 s by default. */
  stepMs?: number;
  /** The program of the chain, instead of the installed package's. */
  chain?: string | undefined;
  /** Keys that are accepted, with a wallet of their own each; 1 by default. */
  accounts?: number;
}

/** Where it is, as it is printed. */
export interface SwanServices {
  url: string;
  apiKey: string;
  rpcUrl: string;
  chainId: number;
  swanToken: string;
  clientContract: string;
  wallet: { address: string; privateKey: string };
  /** Of the accounts beside the first. */
  others?: { apiKey: string; wallet: { address: string; privateKey: string } }[];
  /** Signs the contract info and gives the refunds. */
  signer: string;
}

export interface SwanSandbox {
  services: SwanServices;
  close(): Promise<void>;
}

/** A Swan of this machine's own, on its loopback: a real chain, and an orchestrator that believes the chain alone. */
export async function startSwanSandbox(options: SwanOptions = {}): Promise<SwanSandbox> {
  const apiKey = newKey();
  const otherKeys = Array.from({ length: Math.max(1, options.accounts ?? 1) - 1 }, () => newKey());
  const hardware = catalogue();
  const stepMs = options.stepMs ?? 1000;
  const server = new SwanServer();
  const ssh = new SshServer();
  const [host, sshPort] = await Promise.all([server.open(), ssh.serve()]);
  const unserve = () => {
    ssh.close();
    return server.close();
  };
  const chain = await Chain.start(options.chainId ?? 20241133, hardware, options.chain).catch(async error => {
    await unserve();
    throw error;
  });
  const url = `http://${host}`;
  const rpcUrl = `${url}/rpc`;

  const tasks = new Tasks();
  const apps = new Apps(tasks);
  const lifecycle = new Lifecycle(tasks, chain, stepMs);
  lifecycle.on('log', (job, kind, line) => apps.print(job, kind, line));
  const malice = new Malice();
  const sources = new Sources(url);
  const records = new Records({ host, sshPort }, malice);
  const tokens = new Tokens();
  const faults = new Faults();
  const proxy = new RpcProxy(chain.url);
  const payments = new Payments(chain, tasks);

  const routes: Record<string, Route> = {
    ...catalogueRoutes({ apiKeys: [apiKey, ...otherKeys], tokens, chain, hardware, sources, malice, rpcUrl }),
    ...taskRoutes({ tasks, payments, lifecycle, records, hardware, sources, malice }),
  };
  const acts: Acts = {
    fail: fault => {
      if (!Object.hasOwn(routes, fault.endpoint)) throw new Error(`There is no endpoint ${fault.endpoint}.`);
      faults.add(fault);
    },
    rpc: fault => proxy.add(fault),
    clear: () => {
      faults.clear();
      proxy.clear();
    },
    expire: () => tokens.expireAll(),
    drop: () => apps.drop(),
    task: ({ task_uuid, end_in, price, held, real_uri }) => {
      const task = tasks.find(task_uuid);
      if (task === undefined) throw new Error(`There is no task ${task_uuid}.`);
      if (end_in !== undefined) task.endAt = seconds() + end_in;
      if (price !== undefined) task.price = price;
      if (held !== undefined) task.held = held;
      if (real_uri !== undefined) task.realUri = real_uri;
      lifecycle.proceed(task);
    },
    hardware: async ({ name, available }) => {
      const machine = hardware.find(candidate => candidate.name === name);
      if (machine === undefined) throw new Error(`There is no hardware ${name}.`);
      machine.available = available;
      await chain.setHardware(machine);
    },
    malice: tricks => malice.use(tricks),
    deploys: on => {
      lifecycle.deploys = on;
    },
    mining: on => (on ? chain.startClock() : chain.stopClock()),
    otherMachine: () => ssh.replace(),
    stats: () => ({
      calls: Object.fromEntries(server.counts),
      last: Object.fromEntries(server.last),
      rpc: Object.fromEntries(proxy.counts),
    }),
  };
  server.serve({ routes, tokens, faults, proxy, apps, controls: new Controls(apiKey, acts) });
  const close = async () => {
    lifecycle.close();
    apps.drop();
    await Promise.all([unserve(), chain.close()]);
  };
  const others: SwanServices['others'] = [];
  try {
    for (const key of otherKeys) others.push({ apiKey: key, wallet: await chain.newWallet() });
    await inventTasks(options.tasks ?? 0, { tasks, chain, payments, lifecycle, sources, hardware });
    await chain.startClock();
  } catch (error) {
    await close();
    throw error;
  }

  const { chainId, swanToken, clientContract, wallet, owner } = chain;
  return {
    services: {
      url,
      apiKey,
      rpcUrl,
      chainId,
      swanToken,
      clientContract,
      wallet: { address: wallet.address, privateKey: wallet.privateKey },
      ...(others.length > 0 && { others }),
      signer: owner.address,
    },
    close,
  };
}

function newKey(): string {
  return randomBytes(24).toString('base64url');
}
