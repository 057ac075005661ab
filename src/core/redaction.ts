/** What looks like something that is nobody else's business, and what stands in its place. The order counts. */
const NETS: readonly [RegExp, string][] = [
  [/[A-Za-z][A-Za-z0-9+.-]*:\/\/[^\s"<>]*/g, '<address>'],
  [/[^\s"<>@]+@[^\s"<>@]+/g, '<user>'],
  // Files below somebody's home, of any system.
  [/(?:\/home|\/Users|\/root|~|(?<![A-Za-z])[A-Za-z]:)(?:[\\/][^\s"<>]*)+/g, '<path>'],
  [/\b(?:\d{1,3}\.){3}\d{1,3}\b(?::\d+)?/g, '<host>'],
  [/(?:[0-9A-Fa-f]{0,4}:){4,}[0-9A-Fa-f]{0,4}/g, '<host>'],
  [/\b(?=[\w.-]*[A-Za-z])[\w-]+(?:\.[\w-]+)*:\d{2,5}\b/g, '<host>'],
  [
    /\b(?:[\w-]+\.)+(?:ai|app|cloud|co|com|corp|dev|example|home|internal|intranet|invalid|io|lan|local|localhost|net|org|test|xyz)\b/gi,
    '<host>',
  ],
  [/\bBearer\s+\S+/gi, '<token>'],
  [/(?<![\w-])(?:sk|pk|ghp|xox[a-z])[-_][\w-]{6,}/gi, '<token>'],
  [/\b[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\b/g, '<id>'],
  // Long, and of more than words: letters of both cases with digits, or where no slash is among them, of one case.
  [/(?=[\w+/=.~-]*\d)(?=[\w+/=.~-]*[a-z])(?=[\w+/=.~-]*[A-Z])[\w+/=.~-]{20,}/g, '<token>'],
  [/(?=[\w+=~-]*\d)(?=[\w+=~-]*[A-Za-z])[\w+=~-]{20,}/g, '<token>'],
  [/0x[0-9A-Fa-f]{6,}|[0-9A-Fa-f]{16,}/g, '<hex>'],
];

/**
 * The second net under a text that is meant for others: whatever looks like an address, a key, an id or a path of a
 * person's own is taken out, whoever put it there. The first is to put nothing of the kind there.
 * @param home the person's home folder, which may have any name
 */
export function redact(text: string, home: string): string {
  const start = home.length > 1 ? text.replaceAll(home, '~') : text;
  return NETS.reduce((clean, [pattern, stand]) => clean.replace(pattern, stand), start);
}
