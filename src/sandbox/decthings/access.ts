import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Model } from './models.js';

/** Shows a model's folder in another folder, by the model's name. */
export function linkModel(model: Model, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const link = join(folder, model.name);
  rmSync(link, { force: true });
  symlinkSync(model.folder, link);
}
