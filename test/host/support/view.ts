import type { ResourceView } from '../../../src/ui/resourceView.js';
import type { RowTree } from '../../../src/ui/tree.js';

/** The words beside a view's title, as VS Code was given them. */
export function titleOf<T extends { id: string }>(view: ResourceView<T>): string | undefined {
  return view.view.description;
}

/** How often VS Code was told to draw something while `act` was under way. */
export async function redraws(tree: RowTree, act: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const subscription = tree.onDidChangeTreeData(() => count++);
  try {
    await act();
  } finally {
    subscription.dispose();
  }
  return count;
}
