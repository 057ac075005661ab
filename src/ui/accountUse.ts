import type { Place } from '../core/accountKey.js';
import { hasKind } from '../core/errors.js';
import type { AccountInfo } from './accountInfo.js';
import type { SecretAccount } from './secretAccount.js';

export interface EnteredKey {
  apiKey: string;
  /** That the person was told of when they entered it. */
  places: readonly Place[];
}

/** What `useKey` has to know besides the key. */
export interface UseQuestions {
  /** Of a new account beside others. */
  name(): Promise<string>;
  /** Whether the key is to take the place of that of an account whose own one the service refuses. */
  replace(account: AccountInfo): Promise<boolean>;
}

/**
 * Uses the account of a key that the service accepts: the one that has it, the one in use where its own key is refused
 * and the person says so, or a new one.
 * @param beside whether it is to be a new one, whatever the others are
 */
export async function useKey(
  account: SecretAccount<unknown>,
  { apiKey, places }: EnteredKey,
  ask: UseQuestions,
  beside: boolean,
): Promise<void> {
  await account.ready();
  account.stayAtHome();
  const same = account.withKey(apiKey);
  if (same) return await account.switchTo(same.id);
  const { current } = account;
  // The service refuses a key too that is of the network that was set before: nothing is replaced without a word.
  const replaces = !beside && current && (await refusesCurrent(account)) && (await ask.replace(current));
  const plain = account.accounts.length === 0 && !beside;
  const name = replaces || plain ? undefined : await ask.name();
  // Another window may have signed in with it while a question was open.
  const meanwhile = account.withKey(apiKey);
  if (meanwhile) return await account.switchTo(meanwhile.id);
  await (replaces ? account.replaceKey(current.id, apiKey, places) : account.add(apiKey, name, places));
}

/** Whether the service does not accept the key of the account in use, such as a revoked one. */
async function refusesCurrent(account: SecretAccount<unknown>): Promise<boolean> {
  const key = account.currentKey;
  if (!key) return false;
  return await account.verify(key).then(
    () => false,
    error => hasKind(error, 'credentials'),
  );
}
