/** A chain and whom to trust on it. */
export interface Network {
  name: string;
  /** Checked before anything is signed. */
  chainId: number;
  rpcUrl: string;
  /** Where a person can look a transaction up. */
  explorerUrl: string | undefined;
  orchestratorUrl: string;
  /** The address that signs the orchestrator's contract info. */
  signer: string | undefined;
}

export const NETWORKS = {
  mainnet: {
    name: 'Swan Chain Mainnet',
    chainId: 254,
    rpcUrl: 'https://mainnet-rpc.swanchain.org',
    explorerUrl: 'https://swanscan.io',
    orchestratorUrl: 'https://orchestrator-mainnet-api.swanchain.io',
    signer: '0x4B98086A20f3C19530AF32D21F85Bc6399358e20',
  },
  testnet: {
    name: 'Swan Chain Proxima Testnet',
    chainId: 20_241_133,
    rpcUrl: 'https://rpc-proxima.swanchain.io',
    explorerUrl: 'https://proxima-explorer.swanchain.io',
    orchestratorUrl: 'https://swanhub-cali.swanchain.io',
    signer: '0x29eD49c8E973696D07E7927f748F6E5Eacd5516D',
  },
} as const satisfies Record<string, Network>;
