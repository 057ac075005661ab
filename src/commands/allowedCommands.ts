import type * as vscode from 'vscode';

const KEY = 'allowedCommands';
const MAX = 200;

/**
 * Which commands of a workspace's tasks the person allowed. What they allow while the sandbox is visited costs nothing
 * there: it holds for that visit, and what they allowed before does not hold in it.
 */
export class AllowedCommands {
  private visited: string[] = [];

  /** @param state of the workspace */
  constructor(
    private readonly state: vscode.Memento,
    private visiting: boolean,
  ) {}

  setVisiting(visiting: boolean): void {
    if (!visiting) this.visited = [];
    this.visiting = visiting;
  }

  has(key: string): boolean {
    return this.all.includes(key);
  }

  async add(key: string): Promise<void> {
    const all = [...this.all, key].slice(-MAX);
    if (this.visiting) this.visited = all;
    else await this.state.update(KEY, all);
  }

  private get all(): string[] {
    return this.visiting ? this.visited : this.state.get<string[]>(KEY, []);
  }
}
