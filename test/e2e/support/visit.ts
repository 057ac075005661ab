// A window of VS Code beside a sandbox of its own.
import { type Sandbox, startSandbox } from '../../support/sandbox.mjs';
import { swanSettings } from '../../support/swan';
import type { Window } from '../../support/vscode/window';
import { openWindow } from './shared';

export interface Visit {
  window: Window;
  sandbox: Sandbox;
  end(): Promise<void>;
}

export interface VisitOptions {
  /** Of the sandbox. */
  flags?: string[];
  /** Swan Chain too is that of the sandbox. */
  swan?: boolean;
  /** Nobody has to type the key. */
  signedIn?: boolean;
  settings?: Record<string, unknown>;
  /** That the window is displayed in, such as `zh-cn`. */
  language?: string;
  /** What is installed instead of this checkout: a package. */
  extension?: string;
  /** The workspace folder; none opens an empty window. */
  folder?: string;
}

export async function startVisit(options: VisitOptions = {}): Promise<Visit> {
  const { flags = [], swan = false, signedIn = false, settings = {}, extension, folder, language } = options;
  const sandbox = await startSandbox(flags);
  const { httpUrl, wsUrl } = sandbox.services.decthings;
  try {
    const window = await openWindow({
      extension,
      settings: {
        'remoteCompute.decthings.httpUrl': httpUrl,
        'remoteCompute.decthings.wsUrl': wsUrl,
        ...(swan ? prefixed(swanSettings(sandbox.services.swan)) : {}),
        ...settings,
      },
      ...(folder === undefined ? {} : { folder }),
      ...(language === undefined ? {} : { language }),
      ...(signedIn ? { errand: sandbox.services } : {}),
    });
    const end = async () => {
      await window.close();
      await sandbox.stop();
    };
    return { window, sandbox, end };
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}

function prefixed(settings: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [`remoteCompute.${name}`, value]));
}
