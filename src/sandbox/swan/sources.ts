import { randomUUID } from 'node:crypto';

/** The app images that are offered ready-made. The one whose name says so answers SSH. */
export const IMAGES: readonly { name: string; url: string }[] = [
  'hello-world',
  'tetris',
  'jupyter-notebook',
  'stable-diffusion-webui',
  'ssh-ubuntu-22.04',
].map(name => ({ name, url: `https://github.com/swan-sandbox/${name}` }));

export interface Source {
  repository: string;
  branch: string;
}

/** Repositories made ready to be deployed. */
export class Sources {
  private readonly byUri = new Map<string, Source>();

  constructor(private readonly origin: string) {}

  /** @returns the source's URI */
  add(source: Source): string {
    const uri = `${this.origin}/spaces/${randomUUID()}`;
    this.byUri.set(uri, source);
    return uri;
  }

  find(uri: string): Source | undefined {
    return this.byUri.get(uri);
  }

  /** Whether what runs from a source is reached by SSH. */
  isSsh(uri: string): boolean {
    return /\bssh\b/.test(this.find(uri)?.repository ?? uri);
  }
}
