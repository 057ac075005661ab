import { arch, homedir, platform, release } from 'node:os';
import * as v from 'valibot';
import * as vscode from 'vscode';
import {
  type AccountFound,
  diagnosticsText,
  type Findings,
  type SettingFound,
  type ViewFound,
} from '../core/diagnostics.js';
import type { RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';
import type { StoreState } from '../core/pollingStore.js';
import { redact } from '../core/redaction.js';
import type { DecthingsAccount } from '../ui/account.js';
import { setting } from '../ui/settings.js';
import type { SwanAccount } from '../ui/swanAccount.js';
import { EXTENSION_ID } from './links.js';
import type { Services } from './services.js';

/** What somebody who helps wants to know: a bundle of its own, loaded when it is asked for. */

const manifestSchema = v.object({
  version: v.string(),
  contributes: v.object({
    configuration: v.object({
      properties: v.record(
        v.string(),
        v.object({ type: v.string(), enum: v.optional(v.array(v.string())), default: v.unknown() }),
      ),
    }),
  }),
});

/** @returns the text, which is on the clipboard then */
export async function copyDiagnostics(services: Services): Promise<string> {
  const text = redact(diagnosticsText(await find(services)), homedir());
  await vscode.env.clipboard.writeText(text);
  return text;
}

const SHOW = t('Show');

export async function tellCopied(text: string): Promise<void> {
  const message = t('Diagnostics are on the clipboard, without keys, addresses, names, ids and paths.');
  if ((await vscode.window.showInformationMessage(message, SHOW)) !== SHOW) return;
  // A document of the person's own: they may want to change it before they give it to somebody.
  await vscode.window.showTextDocument(
    await vscode.workspace.openTextDocument({ language: 'markdown', content: text }),
  );
}

async function find(services: Services): Promise<Findings> {
  const { account, swan, sandbox, terminals, watch, log } = services;
  const extension = vscode.extensions.getExtension(EXTENSION_ID);
  const manifest = v.parse(manifestSchema, extension?.packageJSON);
  // They are wanted where something is broken: what cannot be read is left out.
  await Promise.allSettled([account.ready(), swan.ready()]);
  const ledger = await swan.backend?.backend.payments.list().catch(() => undefined);
  return {
    at: Date.now(),
    versions: { extension: manifest.version, vscode: vscode.version, node: process.version, system: release() },
    platform: platform(),
    arch: arch(),
    app: vscode.env.appHost,
    remote: vscode.env.remoteName,
    language: vscode.env.language,
    runsIn: extension?.extensionKind === vscode.ExtensionKind.UI ? 'window' : 'workspace',
    trusted: vscode.workspace.isTrusted,
    settings: settingsOf(manifest),
    accounts: { decthings: accountOf(account), swan: accountOf(swan), wallet: swan.wallet?.type },
    sandbox: { visited: sandbox.visiting, running: sandbox.running },
    views: viewsOf(services),
    terminals: terminals.phases,
    watched: watch.phases,
    payments: ledger?.payments.map(({ stage, refund }) => ({ stage, refunded: refund !== undefined })),
    damaged: ledger?.damaged.length ?? 0,
    failures: log.lately,
  };
}

function settingsOf({ contributes }: v.InferOutput<typeof manifestSchema>): SettingFound[] {
  return Object.entries(contributes.configuration.properties).map(([id, property]) => {
    const name = id.replace(/^remoteCompute\./, '');
    return { name, ...property, value: setting<unknown>(name, property.default) };
  });
}

function accountOf({ signedIn, error }: DecthingsAccount | SwanAccount): AccountFound {
  return { signedIn, problem: error && problemOf(error) };
}

function problemOf({ kind, code }: RemoteError): string {
  return code ?? kind;
}

function viewsOf({ views, tasks }: Services): Findings['views'] {
  return {
    launchers: viewOf(views.launcherStore.state, views.launchers.view),
    debugSessions: viewOf(views.debugStore.state, views.debugSessions.view),
    terminals: viewOf(views.terminalStore.state, views.terminals.view),
    tasks: viewOf(tasks.store.state, tasks.view.view),
  };
}

function viewOf({ phase, rows, total }: StoreState<unknown>, { visible }: { visible: boolean }): ViewFound {
  return { phase, rows: rows.length, total, visible };
}
