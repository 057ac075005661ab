import type { ServerResponse } from 'node:http';
import type { WebSocket } from 'ws';
import type { Job, Task, Tasks } from './tasks.js';

const MOST_LINES = 1000;
const LOG_PATH = '/api/v1/computing/lagrange/spaces/log';

export type LogKind = 'build' | 'container';

/** What running jobs answer with: a web page each, and their logs, which go on. */
export class Apps {
  private readonly lines = new Map<string, string[]>();
  private readonly followers = new Map<string, Set<WebSocket>>();

  /** @param beatMs how often a running job that is listened to says something */
  constructor(
    private readonly tasks: Tasks,
    private readonly beatMs: number,
  ) {}

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

  /** Streams a log from its beginning on, a line in each message. */
  follow(url: URL, ws: WebSocket): void {
    const key = keyOf(url);
    if (key === undefined) {
      ws.terminate();
      return;
    }
    for (const line of this.lines.get(key) ?? []) ws.send(`${line}\n`);
    const followers = this.followers.get(key) ?? new Set();
    this.followers.set(key, followers.add(ws));
    const beat = setInterval(() => this.beat(url), this.beatMs).unref();
    ws.on('close', () => {
      clearInterval(beat);
      followers.delete(ws);
    });
    ws.on('error', () => {});
  }

  print({ uuid }: Job, kind: LogKind, text: string): void {
    const key = `${uuid} ${kind}`;
    const line = `${new Date().toISOString()} ${text}`;
    const lines = this.lines.get(key) ?? [];
    lines.push(line);
    this.lines.set(key, lines.slice(-MOST_LINES));
    for (const ws of this.followers.get(key) ?? []) ws.send(`${line}\n`);
  }

  /** Something that goes on for as long as the job runs. */
  private beat(url: URL): void {
    const { job } = this.tasks.job(url.searchParams.get('job_uuid') ?? '') ?? {};
    if (job?.status !== 'Running' || url.searchParams.get('type') !== 'container') return;
    this.print(job, 'container', `memory ${Math.round(process.memoryUsage.rss() / 1024)} KiB`);
  }

  /** Cuts every follower off. */
  drop(): void {
    for (const followers of this.followers.values()) for (const ws of followers) ws.terminate();
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
