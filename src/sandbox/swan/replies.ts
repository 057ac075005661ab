/** Every answer of the service has these three. */
export interface Envelope {
  data: unknown;
  message: string;
  status: 'success' | 'failed';
}

/** What the service says when it does not do what it was asked; sometimes with HTTP 200. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly httpStatus = 200,
  ) {
    super(message);
  }
}

export function success(message: string, data: unknown): Envelope {
  return { data, message, status: 'success' };
}

export function failure(message: string): Envelope {
  return { data: null, message, status: 'failed' };
}

/** The fields of a form or of a query. An empty one counts as absent. */
export class Fields {
  constructor(private readonly values: URLSearchParams) {}

  optional(name: string): string | undefined {
    return this.values.get(name) || undefined;
  }

  /** @throws Refusal */
  text(name: string): string {
    const value = this.optional(name);
    if (value === undefined) throw new Refusal(`${name} is required.`, 400);
    return value;
  }

  /** @throws Refusal for anything but a whole number */
  whole(name: string, otherwise?: number): number {
    if (otherwise !== undefined && this.optional(name) === undefined) return otherwise;
    const value = this.text(name);
    if (!/^\d{1,10}$/.test(value)) throw new Refusal(`${name} is not a whole number: ${value}`, 400);
    return Number(value);
  }

  /** The items of a list joined by commas. */
  list(name: string): string[] {
    return (
      this.optional(name)
        ?.split(',')
        .map(item => item.trim()) ?? []
    );
  }

  toJSON(): Record<string, string> {
    return Object.fromEntries(this.values);
  }
}

/** @throws Refusal */
export type Route = (fields: Fields, uuid: string) => Envelope | Promise<Envelope>;
