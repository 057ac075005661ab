// What a person gets to see or is led to while something is under way.
import * as vscode from 'vscode';

/** The addresses that were opened outside VS Code. */
export function opening(act: () => Promise<unknown>): Promise<string[]> {
  const opened: string[] = [];
  return replacing(
    vscode.env,
    {
      async openExternal(uri: vscode.Uri) {
        opened.push(uri.toString(true));
        return true;
      },
    },
    act,
    opened,
  );
}

/** What the person was told. */
export function saying(act: () => Promise<unknown>): Promise<string[]> {
  const said: string[] = [];
  return replacing(
    vscode.window,
    {
      async showInformationMessage(message: string) {
        said.push(message);
      },
    },
    act,
    said,
  );
}

async function replacing(
  target: object,
  stand: Record<string, unknown>,
  act: () => Promise<unknown>,
  seen: string[],
): Promise<string[]> {
  const former = Object.fromEntries(Object.keys(stand).map(name => [name, Reflect.get(target, name)]));
  Object.assign(target, stand);
  try {
    await act();
  } finally {
    Object.assign(target, former);
  }
  return seen;
}
