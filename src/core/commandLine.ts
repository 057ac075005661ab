const SHELL = '\'"\\\\|&;<>()$`*?[\\]#~!{}\\n';
const QUOTED = `'[^'\\n]*'|"[^"\\\\$\`!\\n]*"`;
/** What means the same with a shell and without: plain words, and quotes in which nothing is replaced. */
const PLAIN = new RegExp(`^(?:${QUOTED}|[^${SHELL}])*$`);
const WORD = new RegExp(`(?:${QUOTED}|[^\\s${SHELL}])+`, 'g');

/**
 * A command line as a program and its arguments, which no shell reads. Where it takes a shell to understand it (pipes,
 * variables, patterns), that is the program: `sh -c` with the line as it is.
 */
export function parseCommandLine(line: string): { command: string; args: string[] } {
  const words = line.match(WORD) ?? [];
  const [command = '', ...args] = words.map(word => word.replace(new RegExp(QUOTED, 'g'), each => each.slice(1, -1)));
  // The first word can also set a variable for the rest.
  if (!PLAIN.test(line) || command === '' || command.includes('=')) return { command: 'sh', args: ['-c', line] };
  return { command, args };
}
