import type { RpcError } from '../../decthings/frames.js';

/** An error to answer with, in place of carrying a call out. */
export interface InjectedFault {
  code: string;
  parameterName?: string | undefined;
  reason?: string | undefined;
  /** Over HTTP, answer with this status and no frame instead. */
  httpStatus?: number | undefined;
}

/** Errors that tests asked for, each used up in turn. */
export class Faults {
  private readonly waiting = new Map<string, InjectedFault[]>();

  add(api: string, method: string, injected: InjectedFault, times: number): void {
    const name = `${api}.${method}`;
    const list = this.waiting.get(name) ?? [];
    this.waiting.set(name, [...list, ...Array<InjectedFault>(times).fill(injected)]);
  }

  next(api: string, method: string): RpcError | undefined {
    const injected = this.waiting.get(`${api}.${method}`)?.shift();
    if (injected === undefined) return undefined;
    const { code, parameterName, reason } = injected;
    return {
      code,
      ...(parameterName === undefined ? {} : { parameterName }),
      ...(reason === undefined ? {} : { reason }),
    };
  }

  nextStatus(api: string, method: string): number | undefined {
    const list = this.waiting.get(`${api}.${method}`);
    const status = list?.[0]?.httpStatus;
    if (status !== undefined) list?.shift();
    return status;
  }
}
