const SHELL = '\'"\\\\|&;<>()$`*?[\\]#~!{}\\n';
const QUOTED = `'[^'\\n]*'|"[^"\\\\$\`!\\n]*"`;
/** What means the same with a shell and without: plain words, and quotes in which nothing is replaced. */
const PLAIN = new RegExp(`^(?:${QUOTED}|[^${SHELL}])*$`);
/** A shell parts words at these and no others, however much something else looks like a space. */
const WORD = new RegExp(`(?:${QUOTED}|[^ \\t\\n${SHELL}])+`, 'g');
/** What a shell does itself, or begins something with: there is no such program, or it would do another thing. */
const OWN = new Set(
  '. : alias bg break case cd command continue do done elif else esac eval exec exit export fg fi for getopts hash if in jobs read readonly return set shift then times trap type ulimit umask unalias unset until wait while'.split(
    ' ',
  ),
);

/**
 * A command line as a program and its arguments, which no shell reads. Where it takes a shell to understand it (pipes,
 * variables, patterns), that is the program: `sh -c` with the line as it is.
 */
export function parseCommandLine(line: string): { command: string; args: string[] } {
  const words = line.match(WORD) ?? [];
  const [command = '', ...args] = words.map(word => word.replace(new RegExp(QUOTED, 'g'), each => each.slice(1, -1)));
  // The first word can also set a variable for the rest.
  const shells = command === '' || command.includes('=') || OWN.has(command);
  if (!PLAIN.test(line) || shells) return { command: 'sh', args: ['-c', line] };
  return { command, args };
}
