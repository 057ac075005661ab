import { RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';

interface Account {
  readonly owner: string | undefined;
  readonly current: { id: string } | undefined;
  /** What pays, where there is one. */
  readonly wallet?: { address: string } | undefined;
  require(): Promise<object>;
}

/** An account as it was when somebody began something with it. */
export interface Held<A extends Pick<Account, 'require'>> {
  account: A;
  /** To be used to the end: the account's own may be another's by then. */
  connection: Awaited<ReturnType<A['require']>>;
  /**
   * After each question, and before anything is created, paid or ended.
   * @throws RemoteError where another account, wallet or network is in use by now
   */
  check(): Promise<void>;
}

/** @throws RemoteError that says what to do, where nobody is signed in */
export async function hold<A extends Account>(account: A): Promise<Held<A>> {
  const connection = (await account.require()) as Held<A>['connection'];
  const before = identity(account, connection);
  return {
    account,
    connection,
    async check() {
      if (identity(account, await account.require()) === before) return;
      throw new RemoteError(
        'invalid',
        t(
          'You have switched to another account, wallet or network meanwhile. Nothing more was done: start again there.',
        ),
        { code: 'other_account' },
      );
    },
  };
}

/** A connection alone tells nothing: it is made anew for a setting that changes nothing of whose it is. */
function identity({ owner, current, wallet }: Account, connection: object): string {
  const network = 'network' in connection ? connection.network : undefined;
  return JSON.stringify([owner, current?.id, wallet?.address, network]);
}
