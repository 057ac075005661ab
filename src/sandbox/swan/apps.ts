import type { ServerResponse } from 'node:http';
import type { WebSocket } from 'ws';
import type { Job, Task, Tasks } from './tasks.js';

const MOST_LINES = 1000;
/** As the providers' software does. */
const PING_MS = 3_000;
const SAMPLES = 3;
const LOG_PATH = '/api/v1/computing/lagrange/spaces/log';

export type LogKind = 'build' | 'container';

/** What running jobs answer with: a web page each, and their logs. */
export class Apps {
  private readonly lines = new Map<string, string[]>();
  private readonly followers = new Set<WebSocket>();
  private samples = 0;

  constructor(private readonly tasks: Tasks) {}

  show(jobUuid: string, response: ServerResponse): void {
    const found = this.tasks.job(jobUuid);
    if (found?.job.status !== 'Running') {
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end('Nothing runs here.\n');
      return;
    }
    this.print(found.job, 'container', `GET /apps/${jobUuid} 200`);
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(page(found.task, found.job));
  }

  hasLog(url: URL): boolean {
    return keyOf(url) !== undefined && this.tasks.job(url.searchParams.get('job_uuid') ?? '') !== undefined;
  }

  /** Sends what a log holds, a line in each message, and then signs of life: it ends nothing, and what comes later it keeps. */
  follow(url: URL, ws: WebSocket): void {
    const key = keyOf(url);
    if (key === undefined) {
      ws.terminate();
      return;
    }
    this.beat(url);
    for (const line of this.lines.get(key) ?? []) ws.send(line);
    this.followers.add(ws);
    const pings = setInterval(() => ws.send('ping'), PING_MS).unref();
    ws.on('close', () => {
      clearInterval(pings);
      this.followers.delete(ws);
    });
    ws.on('error', () => {});
  }

  print({ uuid }: Job, kind: LogKind, text: string): void {
    const key = `${uuid} ${kind}`;
    const line = `${new Date().toISOString()} ${text}`;
    const lines = this.lines.get(key) ?? [];
    lines.push(line);
    this.lines.set(key, lines.slice(-MOST_LINES));
  }

  /** Something that a running job says whenever it is listened to. */
  private beat(url: URL): void {
    const { job } = this.tasks.job(url.searchParams.get('job_uuid') ?? '') ?? {};
    if (job?.status !== 'Running' || url.searchParams.get('type') !== 'container') return;
    for (let count = 0; count < SAMPLES; count++) {
      this.print(
        job,
        'container',
        `sample ${++this.samples}: memory ${Math.round(process.memoryUsage.rss() / 1024)} KiB`,
      );
    }
  }

  /** Cuts every follower off. */
  drop(): void {
    for (const ws of this.followers) ws.terminate();
  }
}

function keyOf(url: URL): string | undefined {
  const kind = url.searchParams.get('type');
  if (url.pathname !== LOG_PATH || (kind !== 'build' && kind !== 'container')) return undefined;
  return `${url.searchParams.get('job_uuid')} ${kind}`;
}

function page(task: Task, job: Job): string {
  const name = escapeHtml(task.name ?? task.uuid);
  return `<!doctype html>
<meta charset="utf-8">
<title>${name}</title>
<h1>${name}</h1>
<p>Task ${task.uuid} runs on ${escapeHtml(task.hardware.name)} at ${escapeHtml(job.provider.name)}.</p>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}
