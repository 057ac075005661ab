import type { Place } from '../core/accountKey.js';
import { type RemoteError, toRemoteError } from '../core/errors.js';
import type { AccountStoreOptions } from './accountStore.js';

export interface SecretAccountOptions extends AccountStoreOptions {
  /** What an account is called that nobody has named: as its service. */
  title: string;
  /** The settings that the connection depends on. */
  settings: readonly string[];
  /** What to say to somebody who is not signed in. */
  signInFirst: string;
  /** Where the keys belong that an earlier version has kept, which did not say: the service's public addresses. */
  publicPlaces: readonly Place[];
}

/** What came of connecting: a connection or why there is none; neither while something is missing. */
export async function outcomeOf<Backend>(
  connect: () => Promise<Backend | undefined> | undefined,
): Promise<{ connection: Backend | undefined; problem: RemoteError | undefined }> {
  try {
    return { connection: await connect(), problem: undefined };
  } catch (error) {
    return { connection: undefined, problem: toRemoteError(error) };
  }
}
