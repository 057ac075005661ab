/**
 * What is watched of paid tasks, and what is told of them and when. Times are Unix milliseconds. A watch is remembered
 * across reloads, so it is JSON alone: prices are wei of SWAN as decimal text.
 */
export type Watch = Deploying | Running | Refunding | Over;

interface Named {
  /** The task's. */
  id: string;
  name: string;
}

/** Paid, and not seen running yet. */
export interface Deploying extends Named {
  phase: 'deploying';
  paidAt: number;
  /** The person waits until then, and is told after that. */
  waitUntil?: number | undefined;
  /** They were told that it is late. */
  told?: boolean | undefined;
}

export interface Running extends Named {
  phase: 'running';
  endAt: number;
  pricePerHour?: string | undefined;
  snoozedUntil?: number | undefined;
  /** The person was warned of this end. */
  told?: boolean | undefined;
}

/** Over, and something of its payment is to come back. */
export interface Refunding extends Named {
  phase: 'refunding';
  since: number;
}

/** Nothing more is to come. It is kept for a day, so that nothing of it is told anew. */
export interface Over extends Named {
  phase: 'over';
  at: number;
}

/** A task as the service tells it. */
export interface Seen extends Named {
  stage: 'unpaid' | 'pending' | 'running' | 'over' | 'unknown';
  /** Over without having done what it was paid for. */
  failed: boolean;
  /** Its status, for people. */
  words: string;
  endAt?: number | undefined;
  pricePerHour?: bigint | undefined;
  /** Looked up where a refund is awaited. `amount`: wei that came back so far. */
  refund?: { hash: string; state: 'unknown' | 'mined' | 'reverted'; amount: bigint } | undefined;
}

/** Milliseconds; 0 for never. */
export interface Limits {
  /** How long before its end a task is warned of. */
  warning: number;
  /** How long after its payment a task is to run. */
  deadline: number;
}

/** What a person is told. The same thing has the same `key` in every window. */
export type Notice = Named & { key: string } & (
    | { type: 'ending'; endAt: number }
    | { type: 'ended'; endAt: number }
    | { type: 'late'; paidAt: number; words: string }
    | { type: 'failed'; words: string }
    | { type: 'refunded'; hash: string; amount: bigint }
    | { type: 'refundReverted'; hash: string }
    | { type: 'refundMissing' }
  );

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
export const DAY = 24 * 60 * MINUTE;
const FIRST_DEPLOYING_LOOK = 15 * SECOND;
const FIRST_REFUND_LOOK = 30 * SECOND;
const SLOWEST_LOOK = 30 * MINUTE;
const SHORTEST_SNOOZE = 5 * MINUTE;

export function watchPaid({ id, name }: Named, paidAt: number): Deploying {
  return { id, name, phase: 'deploying', paidAt };
}

/** @param since from when on it is looked up */
export function watchRefund({ id, name }: Named, since: number): Refunding {
  return { id, name, phase: 'refunding', since };
}

export function over({ id, name }: Named, at: number): Over {
  return { id, name, phase: 'over', at };
}

/** What was remembered, at a start. Whether something was told is not a window's memory, but that of all. */
export function recalled(watch: Watch): Watch {
  return 'told' in watch ? { ...watch, told: undefined } : watch;
}

/** When the service is to be asked about a task. @param lookedAt when it told of it last, if it did */
export function dueAt(watch: Watch, limits: Limits, lookedAt?: number): number | undefined {
  if (watch.phase === 'running') return Math.min(warningAt(watch, limits) ?? watch.endAt, watch.endAt);
  if (watch.phase === 'refunding') return paced(watch.since, lookedAt, FIRST_REFUND_LOOK);
  if (watch.phase === 'over' || limits.deadline === 0) return undefined;
  const next = paced(watch.paidAt, lookedAt, FIRST_DEPLOYING_LOOK);
  return Math.min(lateAt(watch, limits) ?? next, next);
}

/** What is known after a list told of a task. Lists can be a moment old: they correct, and nothing is told by them. */
export function listed(watch: Watch | undefined, seen: Seen, now: number): Watch | undefined {
  if (watch?.phase === 'refunding') return watch;
  if (seen.stage === 'running') return running(watch, seen) ?? watch;
  // One that ended at its time is looked up when that is due, and one that never ran at once.
  if (seen.stage === 'over' && watch?.phase === 'running' && watch.endAt > now) return over(seen, now);
  return watch;
}

/** What is known, and what is to be told, after a task was looked up by itself. */
export function looked(watch: Watch, seen: Seen, now: number, limits: Limits): { watch: Watch; notice?: Notice } {
  if (watch.phase === 'running') return lookedRunning(watch, seen, now, limits);
  if (watch.phase === 'deploying') return lookedDeploying(watch, seen, now, limits);
  return watch.phase === 'refunding' ? lookedRefunding(watch, seen, now) : { watch };
}

/** Halves what is left, at least five minutes; a task that ends sooner is not warned of again. */
export function snoozed(watch: Running, now: number): Running {
  return { ...watch, told: undefined, snoozedUntil: now + Math.max(SHORTEST_SNOOZE, (watch.endAt - now) / 2) };
}

export function canSnooze(endAt: number, now: number): boolean {
  return endAt - now > SHORTEST_SNOOZE;
}

/** The person waits for one that is late, as long as they did before. */
export function awaited(watch: Deploying, now: number, { deadline }: Limits): Deploying {
  return { ...watch, told: undefined, waitUntil: now + deadline };
}

/** Whether nothing more can be learnt of it, or it is long known. */
export function expired(watch: Watch, now: number): boolean {
  if (watch.phase === 'running') return now - watch.endAt > DAY;
  if (watch.phase === 'deploying') return now - watch.paidAt > DAY;
  // The last look at a refund, after a day, may have to be tried for a while.
  return watch.phase === 'refunding' ? now - watch.since > 2 * DAY : now - watch.at > DAY;
}

function lookedRunning(watch: Running, seen: Seen, now: number, limits: Limits): { watch: Watch; notice?: Notice } {
  const { id, name } = seen;
  const next = seen.stage === 'running' ? running(watch, seen) : undefined;
  if (next) {
    const at = warningAt(next, limits);
    if (at === undefined || at > now || next.endAt <= now) return { watch: next };
    const { endAt, snoozedUntil = '' } = next;
    return {
      watch: { ...next, told: true },
      notice: { id, name, key: `${id} ends ${endAt} ${snoozedUntil}`, type: 'ending', endAt },
    };
  }
  if (seen.stage !== 'over') return { watch };
  const warning = warningAt(watch, limits);
  const endAt = Math.min(seen.endAt ?? watch.endAt, now);
  // Nobody was warned of this end, since the machine was asleep or nothing could be reached.
  const missed = warning !== undefined && warning <= now && watch.endAt <= now && now - endAt < DAY;
  return {
    watch: over(seen, now),
    ...(missed ? { notice: { id, name, key: `${id} ended ${watch.endAt}`, type: 'ended', endAt } } : {}),
  };
}

function lookedDeploying(watch: Deploying, seen: Seen, now: number, limits: Limits): { watch: Watch; notice?: Notice } {
  const { id, name, words } = seen;
  if (seen.stage === 'running') return { watch: running(watch, seen) ?? over(seen, now) };
  if (seen.stage === 'over') {
    if (!seen.failed) return { watch: over(seen, now) };
    return { watch: watchRefund(seen, now), notice: { id, name, key: `${id} failed`, type: 'failed', words } };
  }
  const at = lateAt(watch, limits);
  if (at === undefined || at > now) return { watch: { ...watch, name } };
  const { paidAt, waitUntil = '' } = watch;
  return {
    watch: { ...watch, name, told: true },
    notice: { id, name, key: `${id} late ${paidAt} ${waitUntil}`, type: 'late', paidAt, words },
  };
}

function lookedRefunding(watch: Refunding, { refund, ...seen }: Seen, now: number): { watch: Watch; notice?: Notice } {
  const { id, name } = seen;
  const told = { id, name, key: `${id} refund ${watch.since}` };
  if (refund?.state === 'mined' && refund.amount > 0n) {
    const { hash, amount } = refund;
    return { watch: over(seen, now), notice: { ...told, key: `${id} refund ${hash}`, type: 'refunded', hash, amount } };
  }
  if (refund?.state === 'reverted') {
    const { hash } = refund;
    return { watch: over(seen, now), notice: { ...told, key: `${id} refund ${hash}`, type: 'refundReverted', hash } };
  }
  if (now - watch.since < DAY) return { watch };
  return { watch: over(seen, now), notice: { ...told, type: 'refundMissing' } };
}

/** Of a task that runs; what was told of another end says nothing of this one. */
function running(watch: Watch | undefined, { id, name, endAt, pricePerHour }: Seen): Running | undefined {
  if (endAt === undefined) return undefined;
  const same = watch?.phase === 'running' && watch.endAt === endAt ? watch : undefined;
  return { ...same, id, name, phase: 'running', endAt, pricePerHour: pricePerHour?.toString() };
}

/** When the person is to be warned of the end, if they still are. */
function warningAt({ endAt, told, snoozedUntil }: Running, { warning }: Limits): number | undefined {
  return told || warning === 0 ? undefined : (snoozedUntil ?? endAt - warning);
}

function lateAt({ paidAt, told, waitUntil }: Deploying, { deadline }: Limits): number | undefined {
  return told ? undefined : (waitUntil ?? paidAt + deadline);
}

/** At `first` after the start, then twice as long after it each time. */
function paced(start: number, lookedAt = start, first: number): number {
  return lookedAt + Math.min(SLOWEST_LOOK, Math.max(first, lookedAt - start));
}
