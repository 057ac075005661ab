import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import type { PaymentKind, Quote } from '../../../src/core/payments.js';
import type { SwanServices } from '../../../src/sandbox/swan.js';

/** What a process does before it ends, or is ended. */
export type Act =
  | { type: 'pay'; quote: Quote }
  | { type: 'resume' | 'cancel'; id: string; signs: boolean }
  | { type: 'speedUp'; id: string }
  | { type: 'validate'; payment: { task: string; kind: PaymentKind; hash: string } }
  | { type: 'reconcile' };

export interface Stop {
  name: string;
  when: 'before' | 'after';
}

export interface Doom {
  services: SwanServices;
  folder: string;
  privateKey: string;
  /** The key's own. */
  wallet: string;
  act: Act;
  /** Where it is killed. */
  stop?: Stop | undefined;
  /** Its time passes faster. */
  hurried?: boolean | undefined;
  /** Whoever listens to its payments throws. */
  heardBadly?: boolean | undefined;
}

export interface Fate {
  /** The steps that it took. */
  steps: string[];
  killed: boolean;
  /** Why it did not do what it was to do, where it was not killed. */
  failure: { kind: string; code?: string; message: string; stack: string } | undefined;
}

/** Lets a process of its own live until it has done its act, or reaches its stop. */
export function doom(what: Doom): Promise<Fate> {
  const script = join(__dirname, 'doomedPayer.js');
  const argument = serialize(what).toString('base64');
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [script, argument], (error, stdout, stderr) => {
      const killed = error?.signal === 'SIGKILL';
      const steps = [...new Set(stdout.split('\n').filter(name => name !== ''))];
      if (error && !killed && !stderr.startsWith('{')) reject(new Error(`The payer crashed by itself: ${stderr}`));
      else resolve({ steps, killed, failure: error && !killed ? JSON.parse(stderr) : undefined });
    });
  });
}
