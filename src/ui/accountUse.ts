import type { AccountInfo } from './accountInfo.js';
import type { SecretAccount } from './secretAccount.js';

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
  apiKey: string,
  ask: UseQuestions,
  beside: boolean,
): Promise<void> {
  await account.ready();
  account.stayAtHome();
  const same = account.withKey(apiKey);
  if (same) return await account.switchTo(same.id);
  const { current } = account;
  // The service refuses a key too that is of the network that was set before: nothing is replaced without a word.
  const replaces = !beside && current && (await account.refusesCurrent()) && (await ask.replace(current));
  const plain = account.accounts.length === 0 && !beside;
  const name = replaces || plain ? undefined : await ask.name();
  // Another window may have signed in with it while a question was open.
  const meanwhile = account.withKey(apiKey);
  if (meanwhile) return await account.switchTo(meanwhile.id);
  await (replaces ? account.replaceKey(current.id, apiKey) : account.add(apiKey, name));
}
