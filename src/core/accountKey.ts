import { RemoteError } from './errors.js';
import { t } from './l10n.js';
import { isLoopback } from './loopback.js';

/** What a key belongs to: an origin, such as `wss://api.example:8443`, or a chain, such as `eip155:254`. */
export type Place = string;

/** Code of the error of a key that was entered for another place. */
export const OTHER_PLACE = 'other_place';
const CHAIN = 'eip155:';

export function originOf(address: string): Place {
  return new URL(address).origin;
}

export function chainOf(id: number): Place {
  return `${CHAIN}${id}`;
}

/** Those that a new key is sent to on a person's word alone: neither of the service's public ones, nor this very machine. */
export function foreignPlaces(places: readonly Place[], publicPlaces: readonly Place[]): Place[] {
  // A chain gets no key.
  const origins = places.filter(each => !each.startsWith(CHAIN) && !publicPlaces.includes(each));
  return origins.filter(each => !isLoopback(new URL(each).hostname));
}

export function placesText(places: readonly Place[]): string {
  const words = places.map(each => (each.startsWith(CHAIN) ? t('the chain {0}', each.slice(CHAIN.length)) : each));
  return words.join(', ');
}

/**
 * A key, and the places that it was entered for. A client is given this and never the key by itself, so that no address,
 * wherever it comes from, is sent a key that was not entered for it.
 */
export class AccountKey {
  /** Private to the class: nothing that prints or copies an object comes across it. */
  readonly #secret: string;

  constructor(
    secret: string,
    readonly places: readonly Place[],
  ) {
    this.#secret = secret;
  }

  /** The key itself, for this address. @throws RemoteError with `OTHER_PLACE` */
  for(address: string): string {
    this.require([originOf(address)]);
    return this.#secret;
  }

  /** @throws RemoteError with `OTHER_PLACE`, unless the key was entered for all of them */
  require(wanted: readonly Place[]): void {
    const others = wanted.filter(place => !this.places.includes(place));
    if (others.length === 0) return;
    const text = t(
      'The settings name {0}. The key of this account was entered for {1}, and is sent nowhere else unless you allow it.',
      placesText(others),
      placesText(this.places),
    );
    throw new RemoteError('invalid', text, { code: OTHER_PLACE });
  }
}
