export interface Disposable {
  dispose(): void;
}

/** Structurally VS Code's `Event`, so that views can subscribe to the core without the core knowing them. */
export type Listen<T> = (listener: (value: T) => void) => Disposable;

export class Emitter<T> {
  private readonly listeners = new Set<(value: T) => void>();

  readonly event: Listen<T> = listener => {
    // A wrapper, so that one function subscribed twice is called twice.
    const entry = (value: T) => tell(listener, value);
    this.listeners.add(entry);
    return { dispose: () => this.listeners.delete(entry) };
  };

  fire(value: T): void {
    for (const listener of [...this.listeners]) if (this.listeners.has(listener)) listener(value);
  }
}

/** Calls somebody who only listens: whatever goes wrong there stops neither what is told nor who else is to hear it. */
export function tell<T>(listener: (value: T) => void, value: T): void {
  try {
    const answer: unknown = listener(value);
    if (answer instanceof Promise) answer.catch(failed);
  } catch (error) {
    failed(error);
  }
}

type Failed = (error: unknown) => void;

/** What is loaded late is a bundle of its own, with a copy of this module: all of them find whom to tell here. */
const SLOT = Symbol.for('remoteCompute.listenerFailed');

/** @param failed is told what listeners throw */
export function onListenerFailed(failed: Failed | undefined): void {
  Reflect.set(globalThis, SLOT, failed);
}

function failed(error: unknown): void {
  const told: Failed = Reflect.get(globalThis, SLOT) ?? (each => console.error('A listener failed.', each));
  told(error);
}
