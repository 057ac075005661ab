/** What of a request is used here. */
export interface FetchInit {
  method: string;
  headers: Record<string, string>;
  body?: string | Uint8Array;
  /** A redirect is an answer, and not followed. */
  redirect: 'manual';
  signal: AbortSignal;
}

export type Fetch = (url: string, init: FetchInit) => Promise<Response>;

/** What is loaded late is a bundle of its own, with a copy of this module: all of them find the one way out here. */
const SLOT = Symbol.for('remoteCompute.fetch');

/** As `fetch`, on the way that was set. */
export function fetchOut(url: string, init: FetchInit): Promise<Response> {
  const own: Fetch = Reflect.get(globalThis, SLOT) ?? fetch;
  return own(url, init);
}

export function setFetch(own: Fetch | undefined): void {
  Reflect.set(globalThis, SLOT, own);
}
