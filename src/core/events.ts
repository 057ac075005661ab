export interface Disposable {
  dispose(): void;
}

/** Structurally VS Code's `Event`, so that views can subscribe to the core without the core knowing them. */
export type Listen<T> = (listener: (value: T) => void) => Disposable;

export class Emitter<T> {
  private readonly listeners = new Set<(value: T) => void>();

  readonly event: Listen<T> = listener => {
    // A wrapper, so that one function subscribed twice is called twice.
    const entry = (value: T) => listener(value);
    this.listeners.add(entry);
    return { dispose: () => this.listeners.delete(entry) };
  };

  fire(value: T): void {
    for (const listener of [...this.listeners]) listener(value);
  }
}
