/** One of the person's accounts with a service, as they are told of it. */
export interface AccountInfo {
  id: string;
  name: string;
}

/** What `use` has to know besides the key. */
export interface UseQuestions {
  /** Of a new account beside others. */
  name(): Promise<string>;
  /** Whether the key is to take the place of that of an account whose own one the service refuses. */
  replace(account: AccountInfo): Promise<boolean>;
}
