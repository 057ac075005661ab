// A window of VS Code beside a sandbox of its own.
import { type Sandbox, startSandbox } from '../../support/sandbox.mjs';
import { swanSettings } from '../../support/swan';
import { openWindow, type Window } from '../../support/vscode/window';

export interface Visit {
  window: Window;
  sandbox: Sandbox;
  end(): Promise<void>;
}

export interface VisitOptions {
  /** Of the sandbox. */
  flags?: string[];
  /** Nobody has to type the key. */
  signedIn?: boolean;
  settings?: Record<string, unknown>;
  /** Its Swan is set too. */
  swan?: boolean;
  /** That the window is displayed in, such as `zh-cn`. */
  language?: string;
  /** What is installed; this checkout unless a package is given. */
  extension?: string;
  /** The workspace folder; none opens an empty window. */
  folder?: string;
}

export async function startVisit(options: VisitOptions = {}): Promise<Visit> {
  const { flags = [], signedIn = false, swan = false, extension = process.cwd(), folder, language } = options;
  const sandbox = await startSandbox(flags);
  const { httpUrl, wsUrl } = sandbox.services.decthings;
  const settings = { ...(swan ? swanSettings(sandbox.services.swan) : {}) };
  try {
    const window = await openWindow({
      extensions: signedIn ? [extension, 'test/support/companion'] : [extension],
      settings: {
        'remoteCompute.decthings.httpUrl': httpUrl,
        'remoteCompute.decthings.wsUrl': wsUrl,
        ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [`remoteCompute.${name}`, value])),
        ...options.settings,
      },
      ...(folder === undefined ? {} : { folder }),
      ...(language === undefined ? {} : { language }),
      env: signedIn ? { REMOTE_COMPUTE_SANDBOX: JSON.stringify(sandbox.services) } : {},
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
