/** What one figure found, as it stands in the report. */
export interface Figure {
  title: string;
  /** How it was measured, in a sentence or two. */
  how: string;
  tables: Table[];
  /** What issue was taken on, and whether it came out so. */
  targets: Target[];
}

export interface Table {
  head: string[];
  rows: string[][];
}

export interface Target {
  what: string;
  measured: string;
  met: boolean;
}

/** Runs as a process of its own, so that no figure disturbs another's memory. */
export function measure(run: () => Promise<Figure>): void {
  run().then(
    figure => {
      process.send?.(figure, () => process.exit(0));
    },
    error => {
      console.error(error);
      process.exit(1);
    },
  );
}
