/**
 * A stranger's text where VS Code would make more of it: links in notifications and inputs, which may run commands, of
 * `[text](address)`, and icons in picks of `$(name)`.
 */
export function inert(text: string): string {
  return text.replaceAll('](', '] (').replaceAll('$(', '$\u2060(');
}
