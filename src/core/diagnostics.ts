import type { Failure } from './failureLog.js';
import type { PaymentStage } from './payments.js';
import type { StoreState } from './pollingStore.js';
import type { Watch } from './taskWatch.js';

/**
 * What whoever helps wants to know, as it was found. Whatever its texts hold, those alone get into the diagnostics that
 * the extension itself could have written: see `version`, `oneOf` and `settingText`.
 */
export interface Findings {
  at: number;
  versions: { extension: string; vscode: string; node: string; system: string };
  platform: string;
  arch: string;
  /** `desktop`, or the web server's own name. */
  app: string;
  /** Such as `wsl`; some are the name of a host. */
  remote: string | undefined;
  language: string;
  /** Whether it runs where the window is, or where the workspace is. */
  runsIn: 'window' | 'workspace';
  trusted: boolean;
  settings: readonly SettingFound[];
  accounts: { decthings: AccountFound; swan: AccountFound; wallet: 'key' | 'keystore' | 'address' | undefined };
  sandbox: { visited: boolean; running: boolean };
  views: { launchers: ViewFound; debugSessions: ViewFound; terminals: ViewFound; tasks: ViewFound };
  /** How each of this window's is. */
  terminals: readonly string[];
  watched: readonly Watch['phase'][];
  /** Missing where nobody is signed in. */
  payments: readonly { stage: PaymentStage; refunded: boolean }[] | undefined;
  damaged: number;
  failures: readonly Failure[];
}

export interface AccountFound {
  signedIn: boolean;
  /** Of the error, where there is no connection. */
  problem: string | undefined;
}

export interface ViewFound {
  phase: StoreState<unknown>['phase'];
  rows: number;
  total: number;
  visible: boolean;
}

/** As package.json has it, and what it is. */
export interface SettingFound {
  name: string;
  type: string;
  enum?: readonly string[] | undefined;
  default: unknown;
  value: unknown;
}

const PLATFORMS = ['linux', 'darwin', 'win32'];
const ARCHES = ['x64', 'arm64', 'arm', 'ia32'];
const REMOTES = ['ssh-remote', 'wsl', 'dev-container', 'attached-container', 'codespaces', 'tunnel'];
const LANGUAGES = 'cs de en es fr it ja ko pl pt-br ru tr zh-cn zh-tw'.split(' ');

/** Markdown in English, since it is for whoever helps. */
export function diagnosticsText(found: Findings): string {
  const { versions, accounts, views } = found;
  const sections: [title: string, lines: string[]][] = [
    [
      'Versions',
      [
        `Remote Compute ${version(versions.extension)}, which runs where the ${found.runsIn} is`,
        `VS Code ${version(versions.vscode)}, ${oneOf(['desktop', 'web'], found.app)}, ${oneOf(LANGUAGES, found.language)}`,
        `Node.js ${version(versions.node)}`,
        `${oneOf(PLATFORMS, found.platform)} ${version(versions.system)}, ${oneOf(ARCHES, found.arch)}`,
        `Remote: ${found.remote === undefined ? 'none' : oneOf(REMOTES, found.remote)}`,
        `Workspace: ${found.trusted ? 'trusted' : 'not trusted'}`,
      ],
    ],
    ['Settings that are not the default', found.settings.filter(isChanged).map(settingText)],
    [
      'State',
      [
        `Decthings: ${accountText(accounts.decthings)}`,
        `Swan: ${accountText(accounts.swan)}, ${accounts.wallet === undefined ? 'no wallet' : `wallet: ${accounts.wallet}`}`,
        `Sandbox: ${found.sandbox.visited ? (found.sandbox.running ? 'visited' : 'ended') : 'not visited'}`,
        `Launchers: ${viewText(views.launchers)}`,
        `Debug sessions: ${viewText(views.debugSessions)}`,
        `Terminals: ${viewText(views.terminals)}`,
        `Swan tasks: ${viewText(views.tasks)}`,
        `Terminals of this window: ${counted(found.terminals.map(word))}`,
        `Watched tasks: ${counted(found.watched)}`,
        `Payments: ${found.payments ? counted(found.payments.map(paymentText)) : 'not looked up'}`,
        `Damaged records of payments: ${found.damaged}`,
      ],
    ],
    ['Failed lately, the latest first', found.failures.map(failureText)],
  ];
  const parts = sections.map(([title, lines]) => `## ${title}\n\n${list(lines)}`);
  const intro = `# Remote Compute: diagnostics\n\nTaken on ${time(found.at)}, without keys, addresses, names, ids and paths`;
  return `${[intro, ...parts].join('\n\n')}\n`;
}

function list(lines: readonly string[]): string {
  return lines.length === 0 ? 'None' : lines.map(line => `- ${line}`).join('\n');
}

/** Numbers with points between, and a word such as `insider` after them. */
function version(text: string): string {
  return /^v?(\d{1,5}(?:\.\d{1,5}){1,2}(?:-(?:insider|dev|exploration))?)(?![\w.])/.exec(text)?.[1] ?? '(unknown)';
}

function oneOf(known: readonly string[], text: string): string {
  return known.includes(text) ? text : '(other)';
}

function isChanged(setting: SettingFound): boolean {
  return setting.value !== setting.default;
}

/** A text that anybody can write into a setting is not told, only that there is one. */
function settingText({ name, type, enum: choices, value }: SettingFound): string {
  const told = () => {
    if (choices) return choices.some(choice => choice === value) ? String(value) : '(not one of its values)';
    if (type === 'string') return typeof value === 'string' ? '(set, and not told)' : '(no text)';
    if (type === 'boolean') return typeof value === 'boolean' ? String(value) : '(neither true nor false)';
    return typeof value === 'number' ? String(value) : '(no number)';
  };
  return `\`${name}\`: ${told()}`;
}

function accountText({ signedIn, problem }: AccountFound): string {
  if (problem !== undefined) return `no connection (${word(problem)})`;
  return signedIn ? 'signed in' : 'signed out';
}

function paymentText({ stage, refunded }: { stage: PaymentStage; refunded: boolean }): string {
  return refunded ? `${stage} and refunded` : stage;
}

function viewText({ phase, rows, total, visible }: ViewFound): string {
  return `${phase}, ${rows} of ${total} rows, ${visible ? 'visible' : 'hidden'}`;
}

/** `2 live, 1 waiting`. */
function counted(states: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const state of states) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${state}`).join(', ') || 'none';
}

function failureText({ what, kind, code, at, times }: Failure): string {
  const often = times > 1 ? `, the last of ${times} times` : '';
  return `${time(at)}${often}: \`${what}\`: ${kind}${code === undefined ? '' : ` (${word(code)})`}`;
}

/** A code is of the service: what is more than a few words of a code is not told. */
function word(code: string): string {
  return /^(?:(?:http|close)_\d{3,4}|[a-z]{1,14}(?:_[a-z]{1,14}){0,4})$/.test(code) ? code : 'other';
}

/** UTC. */
function time(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
