import * as vscode from 'vscode';
import { durationText, timeLeftText, timeOfDay } from '../core/format.js';
import { roundedText } from '../core/money.js';
import { canSnooze, type Notice } from '../core/taskWatch.js';
import { inert } from './strangers.js';

/** What the person can do about it. */
export type NoticeAct = 'Renew' | 'Snooze' | 'Wait' | 'Terminate with Refund' | 'Claim Review';

/** Tells the person, and resolves with what they chose, if anything. */
export async function showNotice(notice: Notice, now: number): Promise<NoticeAct | undefined> {
  const text = inert(noticeText(notice, now));
  const acts = noticeActs(notice, now);
  const good = notice.type === 'refunded' || notice.type === 'ended';
  return good ? vscode.window.showInformationMessage(text, ...acts) : vscode.window.showWarningMessage(text, ...acts);
}

function noticeActs(notice: Notice, now: number): NoticeAct[] {
  switch (notice.type) {
    case 'ending':
      return canSnooze(notice.endAt, now) ? ['Renew', 'Snooze'] : ['Renew'];
    case 'late':
      return ['Wait', 'Terminate with Refund', 'Claim Review'];
    case 'refundReverted':
    case 'refundMissing':
      return ['Claim Review'];
    default:
      return [];
  }
}

function noticeText(notice: Notice, now: number): string {
  const name = `“${notice.name}”`;
  switch (notice.type) {
    case 'ending':
      return `${name} ends in ${timeLeftText(notice.endAt - now)} (${timeOfDay(notice.endAt)}).`;
    case 'ended':
      return `${name} ended ${durationText(now - notice.endAt)} ago (${timeOfDay(notice.endAt)}).`;
    case 'late':
      return `${name} was paid ${durationText(now - notice.paidAt)} ago and is not running yet (${notice.words}).`;
    case 'failed':
      return `${name} ${notice.words === 'failed' ? 'failed' : `was ${notice.words}`} after it was paid. You are told when its refund is on the chain.`;
    case 'refunded':
      return `The refund of ${name} is on the chain: ${roundedText(notice.amount)} SWAN came back with the transaction ${notice.hash}.`;
    case 'refundReverted':
      return `The refund of ${name} failed on the chain: its transaction ${notice.hash} was reverted. A review asks Swan Chain for it.`;
    case 'refundMissing':
      return `The refund of ${name} is not on the chain after a day. A review asks Swan Chain for it.`;
  }
}
