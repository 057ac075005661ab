import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Shape } from '../support/proxy/lane.js';
import type { Service } from './typed.js';

/** The service through a proxy in a process of its own, whose work is not the client's. */
export class Proxied {
  private constructor(
    private readonly child: ChildProcess,
    readonly service: Service,
  ) {}

  static async before(service: Service): Promise<Proxied> {
    const child = fork(join(__dirname, 'proxyProcess.js'), [service.wsUrl]);
    const [port]: [string] = (await once(child, 'message')) as [string];
    const through = (address: string) => address.replace(/:\d+\//, `:${port}/`);
    return new Proxied(child, { ...service, httpUrl: through(service.httpUrl), wsUrl: through(service.wsUrl) });
  }

  shape(shape: Partial<Shape>): void {
    this.child.send(shape);
  }

  stop(): void {
    this.child.kill();
  }
}
