import { statfs } from 'node:fs/promises';
import os from 'node:os';
import type { SysinfoSample } from '../../core/resources.js';
import type { Spec } from './params.js';

/** How much of the machine is in use, each from 0 to 1. */
interface Reading {
  timestamp: number;
  cpu: number;
  memory: number;
  disk: number;
}

const EVERY_MS = 10_000;
const MOST_READINGS = 360;
const FRESH_MS = 1000;

/**
 * What this machine is doing, read every now and then. A launcher shows these real figures in proportion to its spec:
 * half the machine's memory in use is half of the launcher's.
 */
export class Sysinfo {
  private readonly readings: Reading[] = [];
  private times = cpuTimes();
  private takenAt: number | undefined;
  private readonly timer = setInterval(() => void this.take(), EVERY_MS).unref();

  constructor(private readonly folder: string) {}

  async read(spec: Spec, fromTimestamp = 0): Promise<SysinfoSample[]> {
    if (this.takenAt === undefined || performance.now() - this.takenAt >= FRESH_MS) await this.take();
    return this.readings
      .filter(({ timestamp }) => timestamp > fromTimestamp)
      .map(({ timestamp, cpu, memory, disk }) => ({
        timestamp,
        cpus: cpu * spec.cpus,
        memory: Math.round(memory * spec.memoryMebibytes),
        ...(spec.diskMebibytes === undefined ? {} : { disk: Math.round(disk * spec.diskMebibytes) }),
      }));
  }

  dispose(): void {
    clearInterval(this.timer);
  }

  private async take(): Promise<void> {
    const { blocks, bavail } = await statfs(this.folder);
    const times = cpuTimes();
    const total = times.total - this.times.total;
    const busy = times.busy - this.times.busy;
    this.times = times;
    this.takenAt = performance.now();
    this.readings.push({
      timestamp: Date.now(),
      cpu: total > 0 ? busy / total : Math.min(1, (os.loadavg()[0] ?? 0) / os.availableParallelism()),
      memory: 1 - os.freemem() / os.totalmem(),
      disk: blocks > 0 ? 1 - bavail / blocks : 0,
    });
    if (this.readings.length > MOST_READINGS) this.readings.shift();
  }
}

function cpuTimes(): { busy: number; total: number } {
  let busy = 0;
  let total = 0;
  for (const { times } of os.cpus()) {
    const all = times.user + times.nice + times.sys + times.idle + times.irq;
    total += all;
    busy += all - times.idle;
  }
  return { busy, total };
}
