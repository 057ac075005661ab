/**
 * The text of a `tasks.json`, which is JSON with comments: a person's work, of which everything stays as it is. The
 * library for such texts, `jsonc-parser`, lays the neighbour out anew, and puts what is added before the neighbour's own
 * comment.
 */

/** The type of tasks in it that run a command on a rented machine. */
export const COMMAND_TASK = 'remoteCompute';

interface Token {
  text: string;
  at: number;
  end: number;
}

const TOKEN = /\/\/.*|\/\*[\s\S]*?(?:\*\/|$)|"(?:[^"\\\n]|\\.)*"|[{}[\],:]|[^\s{}[\],:"/]+|\S/g;
const CLOSED_BY: Record<string, string> = { '{': '}', '[': ']' };

/** What a file with this task alone holds. */
export function newTasksJson(task: object): string {
  return `${JSON.stringify({ version: '2.0.0', tasks: [task] }, null, '\t')}\n`;
}

/** A label that no task of the text has. */
export function freeLabel(text: string, wanted: string): string {
  const taken = new Set([...text.matchAll(/"label"\s*:\s*("(?:[^"\\\n]|\\.)*")/g)].map(([, label]) => label));
  let label = wanted;
  for (let number = 2; taken.has(JSON.stringify(label)); number++) label = `${wanted} (${number})`;
  return label;
}

/** Where that label stands in a text that is written here; -1 where it does not. */
export function indexOfLabel(text: string, label: string): number {
  return text.indexOf(`"label": ${JSON.stringify(label)}`);
}

/** The text with the task at the end of its `tasks`; nothing where it is not the object that it has to be. */
export function withTask(text: string, task: object): string | undefined {
  const tokens = tokensOf(text);
  if (tokens.length === 0) return text + (text.trim() === '' ? '' : '\n') + newTasksJson(task);
  const found = lists(tokens);
  if (!found) return undefined;
  const { root, tasks } = found;
  const unit = /\n([ \t]+)$/.exec(text.slice(0, tokens[1]?.at))?.[1] ?? '\t';
  const json = (value: object, depth: number) =>
    JSON.stringify(value, null, unit).replaceAll('\n', `\n${unit.repeat(depth)}`);
  return tasks === undefined
    ? appended(text, tokens, root, `\n${unit}"tasks": ${json([task], 1)}`, '\n')
    : appended(text, tokens, tasks, `\n${unit}${unit}${json(task, 2)}`, `\n${unit}`);
}

function tokensOf(text: string): Token[] {
  return [...text.matchAll(TOKEN)]
    .map(match => ({ text: match[0], at: match.index, end: match.index + match[0].length }))
    .filter(token => !/^\/[/*]/.test(token.text));
}

/** The last token of the text's object, and of the list that is its `tasks`, if there is one. */
function lists(tokens: readonly Token[]): { root: number; tasks?: number } | undefined {
  const open: number[] = [];
  let tasksAt: number | undefined;
  let tasks: number | undefined;
  for (const [index, { text }] of tokens.entries()) {
    if (text in CLOSED_BY) open.push(index);
    else if (text === '}' || text === ']') {
      const start = open.pop() ?? -1;
      if (CLOSED_BY[tokens[start]?.text ?? ''] !== text) return undefined;
      if (start === tasksAt) tasks = index;
    } else if (open.length === 1 && text === '"tasks"' && tokens[index + 1]?.text === ':') {
      tasksAt = index + 2;
      if (tokens[tasksAt]?.text !== '[') return undefined;
    }
    if (open.length === 0 && index < tokens.length - 1) return undefined;
  }
  if (tokens[0]?.text !== '{' || open.length > 0) return undefined;
  return { root: tokens.length - 1, ...(tasks === undefined ? {} : { tasks }) };
}

/**
 * With `item` after all that stands before the token `end`, comments too.
 * @param closing what has that token on a line of its own
 */
function appended(text: string, tokens: readonly Token[], end: number, item: string, closing: string): string {
  const [last, close] = tokens.slice(end - 1, end + 1);
  if (!last || !close) return text;
  const before = text.slice(0, close.at).trimEnd();
  const space = text.slice(before.length, close.at);
  const comma = last.text in CLOSED_BY || last.text === ',' ? '' : ',';
  const added =
    before.slice(0, last.end) + comma + before.slice(last.end) + item + (space.includes('\n') ? '' : closing);
  const lines = text.includes('\r\n') ? '\r\n' : '\n';
  return added.replace(/\r?\n/g, lines) + text.slice(before.length);
}
