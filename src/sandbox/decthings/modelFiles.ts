/** The models of the sandbox's account, and the files that are in their folders. */

export interface InventedModel {
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** What the model runs in. Only scripts can be debugged. */
  readonly executor: 'script' | 'container';
  readonly ageDays: number;
  readonly files: Readonly<Record<string, string>>;
}

export const DEBUG_SCRIPT = 'main.js';

export const MODELS: readonly InventedModel[] = [
  {
    name: 'mnist-classifier',
    description: 'Recognises handwritten digits',
    tags: ['vision', 'classification'],
    executor: 'script',
    ageDays: 210,
    files: files('mnist-classifier', 'Recognises handwritten digits.', debugScript('mnist-classifier', 2000)),
  },
  {
    name: 'sentiment-lstm',
    description: 'Tells kind reviews from unkind ones',
    tags: ['text', 'classification'],
    executor: 'script',
    ageDays: 93,
    files: files('sentiment-lstm', 'Tells kind reviews from unkind ones.', debugScript('sentiment-lstm', 5000)),
  },
  {
    name: 'demand-forecast',
    description: 'Forecasts the demand of the week to come',
    tags: ['tabular'],
    executor: 'script',
    ageDays: 34,
    files: files(
      'demand-forecast',
      'Forecasts the demand of the week to come. Its debug script trains 20 steps and ends.',
      debugScript('demand-forecast', 200, 20),
    ),
  },
  {
    name: 'image-upscaler',
    description: 'Doubles the size of an image; runs in a container of its own',
    tags: ['vision'],
    executor: 'container',
    ageDays: 5,
    files: {
      'README.md': readme('image-upscaler', 'Doubles the size of an image.'),
      Dockerfile: 'FROM python:3.12-slim\nCOPY . /model\nCMD ["python", "/model/train.py"]\n',
      'train.py': trainScript(),
    },
  },
];

function files(name: string, text: string, script: string): Record<string, string> {
  return {
    'README.md': readme(name, text),
    'train.py': trainScript(),
    [DEBUG_SCRIPT]: script,
    'data/labels.csv': 'id,label\n1,0\n2,1\n3,1\n4,0\n',
  };
}

function readme(name: string, text: string): string {
  return `# ${name}\n\n${text}\n\n    python3 train.py --epochs 3\n`;
}

function debugScript(name: string, everyMs: number, steps = Number.POSITIVE_INFINITY): string {
  return `'use strict';

let loss = 2.3;

function step(number) {
  loss *= 0.98;
  console.log(\`step \${number}: loss \${loss.toFixed(4)}\`);
  if (number % 5 === 0) console.error(\`warning: learning rate lowered after step \${number}\`);
}

console.log('${name}: ready');
let number = 0;
const timer = setInterval(() => {
  step(++number);
  if (number >= ${steps}) clearInterval(timer);
}, ${everyMs});
`;
}

function trainScript(): string {
  return `import argparse
import random
import time

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=10)
args = parser.parse_args()

random.seed(7)
loss = 2.3
for epoch in range(1, args.epochs + 1):
    time.sleep(0.5)
    loss *= 0.8 + 0.05 * random.random()
    print(f"epoch {epoch}/{args.epochs}  loss {loss:.4f}", flush=True)
`;
}
