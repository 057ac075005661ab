import assert from 'node:assert/strict';
import fc from 'fast-check';
import { freeLabel, newTasksJson, withTask } from '../../../src/core/tasksJson.js';
import { seed } from '../../support/random.js';

const task = { label: 'new' };
const START = '{\n  // of the team\n  "version": "2.0.0",\n';

describe('a task is added to tasks.json', () => {
  const item = '    {\n      "label": "new"\n    }\n';

  for (const [what, before, after] of [
    ['that is empty', '', newTasksJson(task)],
    ['that has a comment alone', '// mine\n', `// mine\n\n${newTasksJson(task)}`],
    ['that has no list of tasks', `${START}}\n`, `${START}  "tasks": [\n${item}  ]\n}\n`],
    ['whose list is empty', `${START}  "tasks": []\n}\n`, `${START}  "tasks": [\n${item}  ]\n}\n`],
    [
      'after those that it has, and after what is said of them',
      `${START}  "tasks": [\n    { "label": "a" } /* first */ // {[\n    // "tasks": [\n  ], // end\n  "inputs": []\n}\n`,
      `${START}  "tasks": [\n    { "label": "a" }, /* first */ // {[\n    // "tasks": [\n${item}  ], // end\n  "inputs": []\n}\n`,
    ],
    [
      'that has a comma too many already',
      `${START}  "tasks": [\n    { "label": "}]" },\n  ]\n}\n`,
      `${START}  "tasks": [\n    { "label": "}]" },\n${item}  ]\n}\n`,
    ],
    [
      'whose list is on one line, and none of another list',
      '{ "windows": { "tasks": [] }, "tasks": [{ "args": ["\\"]"] }] }',
      '{ "windows": { "tasks": [] }, "tasks": [{ "args": ["\\"]"] },\n\t\t{\n\t\t\t"label": "new"\n\t\t}\n\t] }',
    ],
  ] as const) {
    it(what, () => assert.equal(withTask(before, task), after));
  }

  for (const text of [
    '[]',
    '{',
    '{}}',
    '{ "tasks": null }',
    '{ "tasks": [} }',
    '{ "tasks": [{ ] }',
    '"tasks"',
    '{} {}',
  ]) {
    it(`but to nothing that is none: ${text}`, () => assert.equal(withTask(text, task), undefined));
  }

  it(`whatever it holds, and leaves every comment where it is (seed ${seed})`, () => {
    const key = fc.oneof(fc.string(), fc.constantFrom('tasks', 'label')).filter(each => !/~|__proto__/.test(each));
    const value = fc.jsonValue({ stringUnit: 'grapheme' }).filter(each => !JSON.stringify(each).includes('~'));
    const tasksOf = fc.option(fc.array(value));
    const file = fc.tuple(fc.dictionary(key, value), tasksOf);
    const comment = fc.constantFrom('', '', ' ', '\n', '/*~ { */', '//~ "tasks": [\n');
    fc.assert(
      fc.property(file, fc.infiniteStream(comment), ([{ tasks: _none, ...rest }, tasks], comments) => {
        const plain = JSON.stringify(tasks ? { ...rest, tasks } : rest);
        const between = () => comments.next().value ?? '';
        const tokens = plain.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^"{}[\],:]+/g) ?? [];
        const text = between() + tokens.map(token => token + between()).join('');
        const result = withTask(text, task) ?? '';
        const stripped = result.replace(/\/\*~ \{ \*\/|\/\/~ "tasks": \[\n/g, '');
        const content = JSON.parse(plain);
        assert.deepEqual(JSON.parse(stripped), { ...content, tasks: [...(content.tasks ?? []), task] });
        assert.deepEqual(result.match(/~/g), text.match(/~/g));
      }),
      { seed, numRuns: 300 },
    );
  });

  it('whose lines end as on Windows', () => {
    assert.equal(
      withTask(`${START}}\n`.replaceAll('\n', '\r\n'), task),
      withTask(`${START}}\n`, task)?.replaceAll('\n', '\r\n'),
    );
  });

  it('with a label that no other has', () => {
    assert.equal(freeLabel('', 'train'), 'train');
    assert.equal(freeLabel('{ "label": "train" } { "label" : "train (2)" }', 'train'), 'train (3)');
    assert.equal(freeLabel('{ "label": "say \\"a\\"" }', 'say "a"'), 'say "a" (2)');
    assert.equal(freeLabel('{ "label": "\\x" }', 'x'), 'x');
  });
});
