import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import type { Methods } from '../../decthings/methods.js';
import { type Handlers, method } from './dispatch.js';
import { fault } from './errors.js';
import { type InventedModel, MODELS } from './modelFiles.js';
import { listing } from './params.js';
import { nameMatches, type Row, Rows } from './rows.js';

export interface Model extends Row {
  readonly description: string;
  readonly tags: readonly string[];
  readonly owner: string;
  readonly executor: InventedModel['executor'];
  readonly folder: string;
}

const OWNER = 'sandbox';
const DAY_MS = 24 * 3600 * 1000;

/** The account's models. Each is a folder on this disk. */
export class Models {
  private readonly rows = new Rows<Model>();

  /** @param root an empty folder, which the models fill */
  constructor(root: string, now: number) {
    for (const { name, description, tags, executor, ageDays, files } of MODELS) {
      const folder = join(root, name);
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
      const createdAt = now - ageDays * DAY_MS;
      this.rows.add({ id: randomUUID(), name, description, tags, executor, createdAt, owner: OWNER, folder });
    }
  }

  get ids(): string[] {
    return [...this.rows].map(({ id }) => id);
  }

  /** @throws ApiError `model_not_found` */
  get(modelId: string): Model {
    const model = this.rows.get(modelId);
    if (model === undefined) throw fault('model_not_found');
    return model;
  }

  list(params: v.InferOutput<typeof listParams>): object {
    const { owners, tags, ids, names, searchName } = params.filter ?? {};
    const { rows, ...page } = this.rows.list(
      params,
      model =>
        (owners?.includes(model.owner) ?? true) &&
        (tags?.some(tag => model.tags.includes(tag)) ?? true) &&
        (ids?.includes(model.id) ?? true) &&
        (names?.includes(model.name) ?? true) &&
        nameMatches(model.name, searchName),
    );
    const models = rows.map(({ id, name, description, createdAt, tags, owner }) => ({
      id,
      name,
      description,
      createdAt,
      tags,
      owner,
    }));
    return { models, ...page };
  }
}

const strings = v.optional(v.array(v.string()));
const listParams = v.object({
  ...listing,
  filter: v.optional(
    v.object({ owners: strings, tags: strings, ids: strings, names: strings, searchName: v.optional(v.string()) }),
  ),
});

export function modelMethods(models: Models): Handlers<keyof Methods['Model']> {
  return { getModels: method(listParams, params => models.list(params)) };
}
