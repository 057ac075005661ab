import * as vscode from 'vscode';
import { durationText, timeLeftText, timeOfDay } from '../core/format.js';
import { t } from '../core/l10n.js';
import { roundedText } from '../core/money.js';
import { canSnooze, type Notice } from '../core/taskWatch.js';
import { taskLook } from './taskRows.js';

/** What the person can do about it. */
export type NoticeAct = keyof typeof labels;

const labels = {
  renew: t('Renew'),
  snooze: t('Snooze'),
  wait: t('Wait'),
  terminate: t('Terminate with Refund'),
  claimReview: t('Claim Review'),
};

/** Tells the person, and resolves with what they chose, if anything. */
export async function showNotice(notice: Notice, now: number): Promise<NoticeAct | undefined> {
  const text = noticeText(notice, now);
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
      return t('{0} ends in {1} ({2}).', name, timeLeftText(notice.endAt - now), timeOfDay(notice.endAt));
    case 'ended':
      return t('{0} ended {1} ago ({2}).', name, durationText(now - notice.endAt), timeOfDay(notice.endAt));
    case 'late':
      return t(
        '{0} was paid {1} ago and is not running yet ({2}).',
        name,
        durationText(now - notice.paidAt),
        notice.words,
      );
    case 'failed':
      return notice.words === taskLook({ status: 'failed' }).words
        ? t('{0} failed after it was paid. You are told when its refund is on the chain.', name)
        : t('{0} was {1} after it was paid. You are told when its refund is on the chain.', name, notice.words);
    case 'refunded':
      return t(
        'The refund of {0} is on the chain: {1} SWAN came back with the transaction {2}.',
        name,
        roundedText(notice.amount),
        notice.hash,
      );
    case 'refundReverted':
      return t(
        'The refund of {0} failed on the chain: its transaction {1} was reverted. A review asks Swan Chain for it.',
        name,
        notice.hash,
      );
    case 'refundMissing':
      return t('The refund of {0} is not on the chain after a day. A review asks Swan Chain for it.', name);
  }
}
