import assert from 'node:assert/strict';
import type { Page } from '../../src/core/backend.js';
import { PollingStore, type Source } from '../../src/core/pollingStore.js';
import { type Deferred, deferred } from './assertions.js';
import { FakeClock, settled } from './fakeClock.js';

export interface Row {
  id: string;
  busy?: boolean;
}

interface Request {
  offset: number;
  limit: number;
  signal: AbortSignal;
  answer: Deferred<Page<Row>>;
}

/** A store of rows over a clock of the test's own. */
export function store() {
  const clock = new FakeClock();
  const rows = new PollingStore<Row>({ clock, inTransition: row => row.busy === true });
  const phases: string[] = [];
  rows.onDidChange(state => phases.push(state.phase));
  return { clock, rows, phases };
}

/** A service whose answers a test gives by hand, and that is never asked two things at a time. */
export function byHand() {
  const requests: Request[] = [];
  const source: Source<Row> = ({ offset, limit }, signal) => {
    const answer = deferred<Page<Row>>();
    requests.push({ offset, limit, signal, answer });
    return answer.promise;
  };
  const last = () => requests.at(-1) ?? assert.fail('Nothing was asked.');
  const give = async (...ids: string[]) => {
    last().answer.resolve({ rows: ids.map(id => ({ id })), total: ids.length });
    await settled();
  };
  return { requests, source, last, give };
}

export const ids = (rows: PollingStore<Row>) => rows.state.rows.map(row => row.id);
