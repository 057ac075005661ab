/** A local Decthings and Swan, in a process of their own that ends with this one. */
export interface RunningSandbox {
  decthings: { httpUrl: string; wsUrl: string; apiKey: string };
  /** Missing where its chain does not run on this machine. */
  swan?: {
    url: string;
    apiKey: string;
    rpcUrl: string;
    chainId: number;
    signer: string;
    wallet: { address: string; privateKey: string };
  };
  /** Why it has no Swan. */
  withoutSwan?: string;
  /** All that is kept of it, gone with it. */
  folder: string;
  /** Fulfilled with how it ended. */
  ended: Promise<string>;
  stop(): Promise<void>;
}
