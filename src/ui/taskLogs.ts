import * as vscode from 'vscode';
import { t } from '../core/l10n.js';
import type { FollowedLog, Job, LogKind, TaskBackend } from '../core/tasks.js';

/** What a log is called. */
export const logWords: Record<LogKind, string> = { build: t('build log'), container: t('container log') };

/** Logs of jobs, followed live, each in an output channel of its own. */
export class TaskLogs implements vscode.Disposable {
  private readonly channels = new Map<string, vscode.OutputChannel>();
  private readonly followed = new Map<string, { owner: string | undefined; log: FollowedLog }>();

  /** @param owner of what is shown now */
  constructor(private readonly owner: () => string | undefined) {}

  /** Shows the log's channel, and follows the log; of one that is followed already it asks for what is new. */
  show(backend: TaskBackend, job: Job, kind: LogKind, name: string): void {
    const key = `${job.id}/${kind}`;
    let channel = this.channels.get(key);
    if (!channel) {
      channel = vscode.window.createOutputChannel(t('{0} ({1})', name, logWords[kind]));
      this.channels.set(key, channel);
    }
    channel.show(true);
    const followed = this.followed.get(key);
    if (followed) followed.log.refresh();
    else this.followed.set(key, { owner: this.owner(), log: this.follow(backend, job, kind, key, channel) });
  }

  /** Nobody is signed in any more, or another account is in use: nothing is followed of the former one. */
  keepOnly(owner: string | undefined): void {
    const why =
      owner === undefined
        ? t('Signed out of Swan Chain. Sign in and show the log again to follow it further.')
        : t('Another account is in use. Switch back and show the log again to follow it further.');
    for (const [key, followed] of this.followed) {
      if (followed.owner === owner) continue;
      followed.log.dispose();
      this.followed.delete(key);
      this.channels.get(key)?.appendLine(`— ${why} —`);
    }
  }

  dispose(): void {
    for (const { log } of this.followed.values()) log.dispose();
    for (const channel of this.channels.values()) channel.dispose();
    this.followed.clear();
    this.channels.clear();
  }

  private follow(
    backend: TaskBackend,
    job: Job,
    kind: LogKind,
    key: string,
    channel: vscode.OutputChannel,
  ): FollowedLog {
    return backend.followLog(job, kind, {
      lines: lines => channel.append(`${lines.join('\n')}\n`),
      reconnecting: () => channel.appendLine(t('— The connection was lost. Reconnecting; lines may be missing. —')),
      closed: error => {
        this.followed.delete(key);
        const end = error ? t('{0} Show the log again to follow it further.', error.message) : t('The log has ended.');
        channel.appendLine(`— ${end} —`);
      },
    });
  }
}
