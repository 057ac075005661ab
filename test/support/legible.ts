/** With all controls spelled out, so that a test's title does nothing to the terminal that shows it. */
export function legible(output: string): string {
  return JSON.stringify(output).replace(/[\x7f-\x9f]/g, each => `\\x${each.charCodeAt(0).toString(16)}`);
}
