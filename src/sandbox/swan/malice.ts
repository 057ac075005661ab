import { randomUUID } from 'node:crypto';

/** What an orchestrator that means harm may do. */
export const MALICE = [
  'sshOptions',
  'sshShell',
  'javascriptUrl',
  'fileUrl',
  'commandUrl',
  'markdownName',
  'commandLinkName',
  'hugeName',
  'changedContract',
  'forgedSignature',
  'endlessList',
] as const;
export type Trick = (typeof MALICE)[number];

const URIS: Partial<Record<Trick, string>> = {
  sshOptions: 'ssh -oProxyCommand=touch$IFS/tmp/swan-sandbox-was-here root@127.0.0.1 -p22',
  sshShell: 'ssh root@127.0.0.1 -p22; touch /tmp/swan-sandbox-was-here',
  javascriptUrl: 'javascript:alert(document.domain)',
  fileUrl: 'file:///etc/passwd',
  commandUrl: 'command:workbench.action.closeWindow',
};
const NAMES: Partial<Record<Trick, string>> = {
  markdownName: '[Pay here](https://example.invalid) ![](https://example.invalid/seen.png) **<b>name</b>** $(trash)',
  commandLinkName: '[Renew](command:workbench.action.closeWindow "Renew")',
};
const HUGE = 10 * 1024 * 1024;
const ENDLESS_PAGES = 1_000_000_000;

export class Malice {
  private tricks: ReadonlySet<Trick> = new Set();

  use(tricks: readonly Trick[]): void {
    this.tricks = new Set(tricks);
  }

  does(trick: Trick): boolean {
    return this.tricks.has(trick);
  }

  uri(honest: string): string {
    return this.first(URIS) ?? honest;
  }

  name<T>(honest: T): T | string {
    return this.first(NAMES) ?? honest;
  }

  taskName(honest: string | null): string | null {
    return this.does('hugeName') ? 'A'.repeat(HUGE) : this.name(honest);
  }

  contract(honest: string): string {
    return this.does('changedContract') ? `0x${'ee'.repeat(20)}` : honest;
  }

  /** A page like the one before, whatever its number: its tasks have uuids that nobody saw. */
  pages(page: readonly object[], honest: number): { page: readonly object[]; pages: number } {
    if (!this.does('endlessList')) return { page, pages: honest };
    return { page: page.map(withNewUuid), pages: ENDLESS_PAGES };
  }

  private first(texts: Partial<Record<Trick, string>>): string | undefined {
    return [...this.tricks].map(trick => texts[trick]).find(text => text !== undefined);
  }
}

function withNewUuid(record: object): object {
  const task: unknown = Reflect.get(record, 'task');
  return { ...record, task: { ...Object(task), uuid: randomUUID() } };
}
