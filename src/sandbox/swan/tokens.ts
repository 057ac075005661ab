import { randomBytes } from 'node:crypto';

const LIFE_MS = 24 * 3_600_000;

/** The bearer tokens that were given for the API key. */
export class Tokens {
  private readonly expiry = new Map<string, number>();

  issue(): string {
    const token = randomBytes(32).toString('base64url');
    this.expiry.set(token, performance.now() + LIFE_MS);
    return token;
  }

  isValid(token: string | undefined): boolean {
    return token !== undefined && (this.expiry.get(token) ?? 0) > performance.now();
  }

  expireAll(): void {
    this.expiry.clear();
  }
}
