import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import * as v from 'valibot';
import { type Envelope, failure } from './replies.js';

const times = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1);
const text = v.optional(v.string(), 'Something went wrong.');

/** How the next calls of an endpoint go wrong. What is done `after` has done what it was asked to. */
export const faultParams = v.intersect([
  /** Such as `POST /v2/extend_task`, or `GET /v2/task_deployment` for a task's deployment. */
  v.object({ endpoint: v.string(), times }),
  v.variant('kind', [
    v.object({ kind: v.literal('status'), status: v.number(), after: v.optional(v.boolean(), false) }),
    v.object({ kind: v.literal('failed'), message: text, after: v.optional(v.boolean(), false) }),
    v.object({ kind: v.literal('delay'), ms: v.number() }),
    // Done and never answered, and done and cut off.
    v.object({ kind: v.picklist(['silent', 'cut']) }),
    // An answer for another task.
    v.object({ kind: v.literal('otherTask') }),
  ]),
]);
export type Fault = v.InferOutput<typeof faultParams>;

export class Faults {
  private readonly waiting = new Map<string, Fault[]>();

  add(fault: Fault): void {
    const list = this.waiting.get(fault.endpoint) ?? [];
    this.waiting.set(fault.endpoint, [...list, ...Array<Fault>(fault.times).fill(fault)]);
  }

  clear(): void {
    this.waiting.clear();
  }

  next(endpoint: string): Fault | undefined {
    return this.waiting.get(endpoint)?.shift();
  }
}

/** Answers as a fault says, having done the work or not. */
export async function answerFaulty(
  fault: Fault,
  response: ServerResponse,
  work: () => Promise<{ httpStatus: number; envelope: Envelope }>,
): Promise<void> {
  const skips = (fault.kind === 'status' || fault.kind === 'failed') && !fault.after;
  const { httpStatus, envelope } = skips ? { httpStatus: 200, envelope: failure('') } : await work();
  switch (fault.kind) {
    case 'status':
      response.writeHead(fault.status, { 'Content-Type': 'text/html' }).end('<h1>Bad gateway</h1>');
      break;
    case 'failed':
      send(response, 200, JSON.stringify(failure(fault.message)));
      break;
    case 'delay':
      setTimeout(() => send(response, httpStatus, JSON.stringify(envelope)), fault.ms).unref();
      break;
    case 'cut':
      response.destroy();
      break;
    case 'silent':
      break;
    case 'otherTask':
      send(response, httpStatus, JSON.stringify(envelope).replaceAll(UUIDS, sameOther()));
  }
}

export function send(response: ServerResponse, status: number, json: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(json);
}

const UUIDS = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Each uuid becomes another, the same one wherever it stands. */
function sameOther(): (uuid: string) => string {
  const others = new Map<string, string>();
  return uuid => {
    const other = others.get(uuid) ?? randomUUID();
    others.set(uuid, other);
    return other;
  };
}
