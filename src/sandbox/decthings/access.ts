import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../../files/patience.js';
import type { Model } from './models.js';

/** Shows a model's folder in another folder, by the model's name. */
export function linkModel(model: Model, folder: string): void {
  mkdirSync(folder, { recursive: true });
  try {
    // On Windows a junction needs no privilege, where a link does.
    symlinkSync(model.folder, join(folder, model.name), 'junction');
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}
