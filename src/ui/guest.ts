/** What an account is for a while, instead of what is kept: nothing of it is kept. */
export interface Guest<Backend> {
  secrets: Record<string, string>;
  connect(): Promise<Backend | undefined>;
}

/** Whose things are the sandbox's, where those of an account are told apart by its id. */
export const VISITOR = 'sandbox';
