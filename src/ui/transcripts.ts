import { createHash } from 'node:crypto';
import { type Dirent, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as vscode from 'vscode';
import type { Log } from '../core/log.js';
import { codeOf, patientlySync, removeSync, replaceSync } from '../files/patience.js';
import { Transcript } from '../terminal/transcript.js';
import { setting } from './settings.js';

/** Output is written to disk this long after it came, at the latest. Milliseconds. */
const SAVE_AFTER_MS = 2_000;

/**
 * What was seen in terminals, kept on this machine where the person has asked for it: one file per session, readable by
 * them alone, gone when the session is. Nothing is read or written before there is a terminal to keep.
 */
export class Transcripts implements vscode.Disposable {
  private readonly open = new Map<string, Transcript>();
  private readonly unsaved = new Set<string>();
  /** What is kept of them could not be read, and is not overwritten. */
  private readonly unread = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private readonly accounts = new Map<string, Transcripts>();

  /** @param folder where they are kept; made when needed */
  constructor(
    private readonly folder: string,
    private readonly log: Log,
  ) {}

  /** Those of one account: each has a folder of its own, but for the first one. */
  of(scope: string): Transcripts {
    if (scope === '') return this;
    const known = this.accounts.get(scope) ?? new Transcripts(join(this.folder, scope), this.log);
    this.accounts.set(scope, known);
    return known;
  }

  /** Forgets accounts that are no more. @param scopes of all there are */
  keepAccounts(scopes: readonly string[]): void {
    for (const { name } of entries(this.folder).filter(each => each.isDirectory() && !scopes.includes(each.name))) {
      this.of(name).forgetAll();
    }
    if (scopes.includes('')) return;
    this.open.clear();
    this.unsaved.clear();
    this.removeFiles(() => true);
  }

  /** What was kept of a session, to be shown again; empty where there is nothing. */
  recall(sessionId: string): string {
    return setting('terminal.transcript', false) ? this.transcriptOf(sessionId).contents : '';
  }

  record(sessionId: string, text: string): void {
    if (!setting('terminal.transcript', false)) return;
    this.transcriptOf(sessionId).append(text);
    if (this.unread.has(sessionId)) return;
    this.unsaved.add(sessionId);
    this.timer ??= setTimeout(() => this.save(), SAVE_AFTER_MS);
  }

  /** No tab shows it any more: what was kept of it stays until the session ends. */
  release(sessionId: string): void {
    this.save();
    // Where it could not be written, the next try needs it.
    if (!this.unsaved.has(sessionId)) this.open.delete(sessionId);
  }

  /** The session has ended: nobody can come back to it. */
  forget(sessionId: string): void {
    this.unsaved.delete(sessionId);
    if (this.open.delete(sessionId)) this.remove(this.path(sessionId));
  }

  /** Forgets sessions that ended while no tab showed them. @param running the ids of all that run */
  keepOnly(running: readonly string[]): void {
    if (!setting('terminal.transcript', false)) return;
    const wanted = new Set([...running, ...this.open.keys()].map(id => this.path(id)));
    // What is being written has its final name before another.
    this.removeFiles(path => !wanted.has(path.replace(/\.txt\..*$/, '.txt')));
  }

  /** To be called when the person switches transcripts off. */
  forgetAll(): void {
    this.open.clear();
    this.unsaved.clear();
    for (const each of this.accounts.values()) each.forgetAll();
    this.remove(this.folder);
  }

  /** Writes what is not written yet, before the window goes. */
  dispose(): void {
    for (const each of this.accounts.values()) each.dispose();
    this.save();
  }

  /** Of this account alone; what is of others lies in folders below. */
  private removeFiles(unwanted: (path: string) => boolean): void {
    const files = entries(this.folder).filter(each => each.isFile());
    const paths = files.map(({ name }) => join(this.folder, name));
    for (const path of paths.filter(unwanted)) this.remove(path);
  }

  /** Where something else has it open for long, it is removed at the next occasion. */
  private remove(path: string): void {
    try {
      removeSync(path);
    } catch (error) {
      this.log.failed('Removing a transcript', error);
    }
  }

  private save(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const id of this.unsaved) {
      try {
        mkdirSync(this.folder, { recursive: true, mode: 0o700 });
        replaceSync(this.path(id), this.transcriptOf(id).raw);
        this.unsaved.delete(id);
      } catch (error) {
        // The terminals go on; the next output is another try.
        this.log.failed('Writing a transcript', error);
      }
    }
  }

  private transcriptOf(sessionId: string): Transcript {
    let transcript = this.open.get(sessionId);
    if (!transcript) {
      transcript = new Transcript(this.read(sessionId));
      this.open.set(sessionId, transcript);
    }
    return transcript;
  }

  private read(sessionId: string): string {
    this.unread.delete(sessionId);
    try {
      return patientlySync(() => readFileSync(this.path(sessionId), 'utf8'));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return '';
      this.unread.add(sessionId);
      this.log.failed('Reading a transcript', error);
      return '';
    }
  }

  /** An id is the service's text, and no file name. */
  private path(sessionId: string): string {
    return join(this.folder, `${createHash('sha256').update(sessionId).digest('hex')}.txt`);
  }
}

function entries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
