import { plainText } from '../../core/plainText.js';
import type { TrainingSession } from '../../core/resources.js';

/** What a debug session's model takes and gives, and the trainings that were started in it. */

function parameter(name: string, shape: number[], allowedTypes: string[], required = true): object {
  return { name, required, rules: { shape, allowedTypes, annotations: [] } };
}

export const PARAMETERS = {
  createState: [parameter('seed', [], ['i32'], false)],
  train: [
    parameter('inputs', [-1, 28, 28], ['f32']),
    parameter('labels', [-1], ['u8']),
    parameter('learningRate', [], ['f32'], false),
  ],
  evaluateInput: [parameter('input', [28, 28], ['f32'])],
  evaluateOutput: [parameter('scores', [10], ['f32'])],
};

const FIRST_AFTER_MS = 2000;
const EVERY_MS = 90_000;
const STARTING_MS = 5000;
const RUNNING_MS = 60_000;
const MOST = 4;

/** One after the other, each starts, runs and completes; every third fails. */
export function trainingsAfter(sessionId: string, startedAt: number, now: number): TrainingSession[] {
  const trainings: TrainingSession[] = [];
  for (let index = 0; index < MOST; index++) {
    const createdAt = startedAt + FIRST_AFTER_MS + index * EVERY_MS;
    if (createdAt > now) break;
    trainings.push({
      id: plainText(`${sessionId}-${index + 1}`),
      createdAt,
      state: stateAfter(now - createdAt, index),
    });
  }
  return trainings;
}

function stateAfter(ageMs: number, index: number): TrainingSession['state'] {
  if (ageMs < STARTING_MS) return 'starting';
  if (ageMs < STARTING_MS + RUNNING_MS) return 'running';
  return index % 3 === 2 ? 'failed' : 'completed';
}
