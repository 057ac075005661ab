import * as vscode from 'vscode';
import type { Clock } from '../core/clock.js';
import { timeLeftText, timeOfDay } from '../core/format.js';
import { t } from '../core/l10n.js';
import { roundedText, unitsText } from '../core/money.js';
import type { PollingStore } from '../core/pollingStore.js';
import type { Launcher } from '../core/resources.js';
import type { Running } from '../core/taskWatch.js';
import { Hover } from './hover.js';
import { cannotShow, isolated } from './isolated.js';
import type { TaskWatch } from './taskWatch.js';

/**
 * The status bar's item: when the next task ends, and what all that runs costs. Launchers are counted as their view read
 * them last; what they cost in money Decthings does not tell.
 */
export class TimeLeft implements vscode.Disposable {
  readonly item = vscode.window.createStatusBarItem('remoteCompute.timeLeft', vscode.StatusBarAlignment.Right, 100);
  private readonly subscriptions: { dispose(): void }[];
  private launchersReadAt: number | undefined;
  /** What is drawn: setting it anew would redraw an open hover. */
  private drawn = '';

  constructor(
    private readonly watch: TaskWatch,
    private readonly launchers: PollingStore<Launcher>,
    private readonly clock: Clock,
  ) {
    this.item.name = t('Remote Compute: Time Left');
    this.subscriptions = [
      this.item,
      watch.onDidChange(() => this.draw()),
      launchers.onDidChange(({ phase }) => {
        if (phase === 'ready') this.launchersReadAt = clock.now();
        this.draw();
      }),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private draw(): void {
    const { item, watch, clock } = this;
    const { running } = watch;
    const [soonest] = running;
    const launchers = this.launcherText();
    const left = soonest ? soonest.endAt - clock.now() : Number.POSITIVE_INFINITY;
    const facts = [soonest && timeLeftText(left), costText(running), launchers].filter(Boolean);
    const urgent = left <= watch.limits().warning;
    const tooltip = this.tooltip(running, launchers);
    const drawn = JSON.stringify([facts, urgent, tooltip.value]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    item.text = `$(${soonest ? 'clock' : 'vm-active'}) ${facts.join(' · ')}`;
    item.tooltip = tooltip;
    item.command = `remoteCompute.${soonest ? 'tasks' : 'launchers'}.focus`;
    item.backgroundColor = urgent ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    const label = soonest
      ? t('Remote Compute: the next task ends in {0}', facts.join(', '))
      : t('Remote Compute: {0} running', launchers);
    item.accessibilityInformation = { label, role: 'button' };
    if (facts.length > 0) item.show();
    else item.hide();
  }

  private tooltip(running: readonly Running[], launchers: string): vscode.MarkdownString {
    const hover = new Hover(t('Running now'));
    for (const { name, endAt, pricePerHour } of running) {
      const facts = isolated(() => {
        const end = t('ends in {0} ({1})', timeLeftText(endAt - this.clock.now()), timeOfDay(endAt));
        const price =
          pricePerHour === undefined ? t('price not told') : t('{0} SWAN/h', unitsText(BigInt(pricePerHour)));
        return `${end} · ${price}`;
      }, cannotShow);
      hover.field(name, facts);
    }
    if (launchers && this.launchersReadAt !== undefined) {
      hover.field('Decthings', t('{0}, as read at {1}', launchers, timeOfDay(this.launchersReadAt)));
    }
    return hover.markdown;
  }

  /** `3 launchers`; empty where none runs, or none is known. */
  private launcherText(): string {
    const { rows, total } = this.launchers.state;
    const active = rows.filter(({ state }) => state.type === 'active').length;
    if (active === 0) return '';
    // The view may not have read all of them.
    if (rows.length < total) return t('{0} or more launchers', active);
    return active === 1 ? t('1 launcher') : t('{0} launchers', active);
  }
}

function costText(running: readonly Running[]): string {
  const prices = running.flatMap(({ pricePerHour }) =>
    pricePerHour === undefined
      ? []
      : isolated(
          () => [BigInt(pricePerHour)],
          () => [],
        ),
  );
  if (prices.length === 0) return '';
  const sum = t('{0} SWAN/h', roundedText(prices.reduce((total, each) => total + each, 0n)));
  return prices.length < running.length ? t('at least {0}', sum) : sum;
}
