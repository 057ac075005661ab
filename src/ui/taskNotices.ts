import * as vscode from 'vscode';
import { durationText, timeLeftText, timeOfDay } from '../core/format.js';
import { roundedText } from '../core/money.js';
import { canSnooze, type Notice } from '../core/taskWatch.js';
import { inert } from './strangers.js';
import { taskLook } from './taskRows.js';

/** What the person can do about it. */
export type NoticeAct = keyof typeof labels;

const labels = {
  renew: 'Renew',
  snooze: 'Snooze',
  wait: 'Wait',
  terminate: 'Terminate with Refund',
  claimReview: 'Claim Review',
};

/** Tells the person, and resolves with what they chose, if anything. */
export async function showNotice(notice: Notice, now: number): Promise<NoticeAct | undefined> {
  const text = inert(noticeText(notice, now));
  const acts = noticeActs(notice, now);
  const good = notice.type === 'refunded' || notice.type === 'ended';
  const offered = acts.map(act => labels[act]);
  const answer = await (good
    ? vscode.window.showInformationMessage(text, ...offered)
    : vscode.window.showWarningMessage(text, ...offered));
  return acts.find(act => labels[act] === answer);
}

function noticeActs(notice: Notice, now: number): NoticeAct[] {
  switch (notice.type) {
    case 'ending':
      return canSnooze(notice.endAt, now) ? ['renew', 'snooze'] : ['renew'];
    case 'late':
      return ['wait', 'terminate', 'claimReview'];
    case 'refundReverted':
    case 'refundMissing':
      return ['claimReview'];
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
      return notice.words === taskLook({ status: 'failed' }).words
        ? `${name} failed after it was paid. You are told when its refund is on the chain.`
        : `${name} was ${notice.words} after it was paid. You are told when its refund is on the chain.`;
    case 'refunded':
      return `The refund of ${name} is on the chain: ${roundedText(notice.amount)} SWAN came back with the transaction ${notice.hash}.`;
    case 'refundReverted':
      return `The refund of ${name} failed on the chain: its transaction ${notice.hash} was reverted. A review asks Swan Chain for it.`;
    case 'refundMissing':
      return `The refund of ${name} is not on the chain after a day. A review asks Swan Chain for it.`;
  }
}
