// A remote terminal and VS Code's own one in the same panel, of the same size and with the same shell, driven alike.
import type { Locator, Page } from 'playwright-core';
import { shell } from '../../../src/sandbox/decthings/environment';
import { until } from '../until';
import { inputTo, stateOf, textOf } from './realTerminal';
import { visibleTerminal } from './terminal';
import { runCommand } from './workbench';

export type Side = 'remote' | 'native';

export const SIDES: readonly Side[] = ['remote', 'native'];
/** Of the remote one's tab, and before each prompt. */
export const NAME = 'mnist-classifier';
export const PROMPT = /\$ $/;
const MOST_TOLD = 6;

/** With which VS Code's own terminal has the shell that the sandbox has. */
export function nativeSettings(): Record<string, unknown> {
  const { file: path, args } = shell();
  const env = {
    PS1: `${NAME}$ `,
    INPUTRC: '/dev/null',
    HISTFILE: '/dev/null',
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
  };
  return {
    ...Object.fromEntries(
      ['linux', 'osx'].flatMap(system => [
        [`terminal.integrated.profiles.${system}`, { bare: { path, args } }],
        [`terminal.integrated.defaultProfile.${system}`, 'bare'],
        [`terminal.integrated.env.${system}`, env],
      ]),
    ),
    'terminal.integrated.shellIntegration.enabled': false,
    'terminal.integrated.tabs.hideCondition': 'never',
  };
}

export class BesideNative {
  private readonly terminals = new Map<Side, Locator>();

  private constructor(readonly page: Page) {}

  /** The remote one is shown: VS Code's own is opened beside it. */
  static async open(page: Page): Promise<BesideNative> {
    const beside = new BesideNative(page);
    await runCommand(page, 'Terminal: Create New Terminal');
    await beside.find();
    for (const side of SIDES) await beside.shows(side, PROMPT);
    return beside;
  }

  /** Finds them in a page that was loaded. */
  async find(): Promise<void> {
    await until('both tabs', async () => (await this.tabs().count()) === SIDES.length);
    for (const side of SIDES) {
      await this.show(side);
      const id = `beside-${side}`;
      await visibleTerminal(this.page).evaluate(
        (each, id) => each.closest('.terminal-wrapper')?.setAttribute('id', id),
        id,
      );
      this.terminals.set(side, this.page.locator(`#${id}`));
    }
  }

  /** The remote one's tab says that it is connected… */
  async connected(): Promise<void> {
    await until('the connection', async () => !(await this.waits()));
  }

  /** …or that it is not. */
  async lost(): Promise<void> {
    await until('the loss', () => this.waits());
  }

  /** Does the same in both, and waits until each shows what is to come of it. */
  async both(shown: RegExp, act: (side: Side) => Promise<void>): Promise<void> {
    for (const side of SIDES) await act(side);
    for (const side of SIDES) await this.shows(side, shown);
  }

  /** Types into both, as fast as can be, though one is hidden. */
  async type(text: string, shown: RegExp): Promise<void> {
    await this.both(shown, side => this.input(side, text));
  }

  async input(side: Side, text: string): Promise<void> {
    await this.terminal(side).evaluate(inputTo, text);
  }

  /** Waits until all that can be known of both is the same. @throws with what differs */
  async same(but: readonly string[] = []): Promise<void> {
    let told = '';
    await until('the same cells', async () => {
      const [remote = [], native = []] = await Promise.all(SIDES.map(side => this.state(side)));
      const differing = Array.from({ length: Math.max(remote.length, native.length) }, (_, at) => at).filter(
        at => remote[at] !== native[at] && !but.some(each => native[at]?.startsWith(each)),
      );
      told = differing
        .slice(0, MOST_TOLD)
        .map(at => `${at}: ${remote[at]}\n   ${native[at]}`)
        .join('\n');
      told = `${differing.length} differ, the remote terminal above, VS Code's own below:\n${told}`;
      return differing.length === 0;
    }).catch(error => {
      throw new Error(`${error.message} ${told}`);
    });
  }

  async state(side: Side): Promise<string[]> {
    return await this.terminal(side).evaluate(stateOf);
  }

  async shows(side: Side, pattern: RegExp): Promise<string> {
    let text = '';
    return await until(`${pattern} in the ${side} terminal`, async () => {
      text = await this.text(side);
      return pattern.test(text) && text;
    }).catch(error => {
      throw new Error(`${error.message} It shows:\n${text}`);
    });
  }

  /** What is in view, without the blank rows at its end. */
  async text(side: Side): Promise<string> {
    return await this.terminal(side).evaluate(textOf);
  }

  async show(side: Side): Promise<void> {
    const remote = this.tabs().filter({ hasText: NAME });
    const tab = side === 'remote' ? remote : this.tabs().filter({ hasNotText: NAME });
    await tab.first().click();
    await visibleTerminal(this.page).locator('textarea').focus();
  }

  /** Where it is on the page. */
  async place(side: Side): Promise<{ x: number; y: number; width: number }> {
    const box = await this.terminal(side).locator('.xterm-screen').boundingBox();
    if (!box) throw new Error('It is not shown.');
    return box;
  }

  private async waits(): Promise<boolean> {
    return (await this.tabs().allTextContents()).some(name => name.includes('…)'));
  }

  private terminal(side: Side): Locator {
    const terminal = this.terminals.get(side);
    if (!terminal) throw new Error('It was not looked for.');
    return terminal;
  }

  private tabs(): Locator {
    return this.page.locator('.tabs-list .monaco-list-row');
  }
}
