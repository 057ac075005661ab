import { AccountKey, chainOf, originOf } from '../../src/core/accountKey';

/** A key that was entered for these addresses. */
export function keyFor(secret: string, addresses: readonly string[]): AccountKey {
  return new AccountKey(secret, addresses.map(originOf));
}

/** The same, for a network of Swan. */
export function keyOn(network: { orchestratorUrl: string; chainId: number }, secret: string): AccountKey {
  return new AccountKey(secret, [originOf(network.orchestratorUrl), chainOf(network.chainId)]);
}
