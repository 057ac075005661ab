import type { RemoteError } from '../core/errors.js';
import type { Connection } from './connection.js';
import type { State } from './state.js';

/** The person's wish that a session be kept running: told to the service as soon as it can be. */
export class KeepAlive {
  private wanted = false;

  constructor(
    private readonly connection: Connection,
    private readonly ends: { done(): void; failed(error: RemoteError): void },
  ) {}

  ask(state: State): void {
    this.wanted = true;
    this.send(state);
  }

  /** Counts as input for the service, and types nothing. */
  send({ phase, sessionId }: State): void {
    if (!this.wanted || phase !== 'live' || sessionId === undefined) return;
    this.connection.ask(
      link => link.write(sessionId, new Uint8Array(0)),
      () => {
        this.wanted = false;
        this.ends.done();
      },
      error => this.ends.failed(error),
    );
  }
}
