// VS Code's secrets and its global state, as several windows share them.
import type * as vscode from 'vscode';

/** The system's key store. */
export class Keychain {
  readonly secrets = new Map<string, string>();
  /** What VS Code keeps for the extension besides, as one value: of two windows the later overwrites all of it. */
  state: Record<string, unknown> = {};
  private readonly windows: ((key: string) => Promise<void>)[] = [];

  /** @param pass is awaited before each call is carried out, and before a change is heard of; without it they are at once */
  window(pass?: (what: string) => Promise<unknown>): {
    secrets: vscode.SecretStorage;
    state: vscode.Memento;
  } {
    const changed = (key: string) => {
      for (const hear of this.windows) void hear(key);
    };
    const listeners: ((event: vscode.SecretStorageChangeEvent) => void)[] = [];
    this.windows.push(async key => {
      if (pass) await pass(`hear of ${key}`);
      for (const hear of listeners) hear({ key });
    });
    const secrets = {
      get: async (key: string) => {
        if (pass) await pass(`get ${key}`);
        return this.secrets.get(key);
      },
      store: async (key: string, value: string) => {
        if (pass) await pass(`store ${key}`);
        this.secrets.set(key, value);
        changed(key);
      },
      delete: async (key: string) => {
        if (pass) await pass(`delete ${key}`);
        if (this.secrets.delete(key)) changed(key);
      },
      onDidChange: (listener: (event: vscode.SecretStorageChangeEvent) => void) => {
        listeners.push(listener);
        return { dispose() {} };
      },
    } as vscode.SecretStorage;
    const own: Record<string, unknown> = { ...this.state };
    const state = {
      keys: () => Object.keys(own),
      get: (key: string, fallback?: unknown) => own[key] ?? fallback,
      update: async (key: string, value: unknown) => {
        own[key] = value;
        if (pass) await pass(`update ${key}`);
        this.state = { ...own };
      },
    } as vscode.Memento;
    return { secrets, state };
  }
}
