import * as vscode from 'vscode';
import { plainText } from '../core/plainText.js';

/** A hover of labelled lines. Whatever a service sent is a stranger's text: it is escaped, and never becomes a link. */
export class Hover {
  readonly markdown = new vscode.MarkdownString('', true);

  constructor(title: string) {
    this.markdown.isTrusted = false;
    this.markdown.supportHtml = false;
    this.markdown.appendMarkdown(`**${escaped(title)}**\n\n`);
  }

  field(label: string, value: string | undefined): this {
    if (value) this.markdown.appendMarkdown(`${escaped(label)}: ${escaped(value)}  \n`);
    return this;
  }

  /** @param url of ours, not a stranger's */
  link(label: string, text: string, url: string | undefined): this {
    if (url === undefined) return this.field(label, text);
    this.markdown.appendMarkdown(`${escaped(label)}: [${escaped(text)}](<${new URL(url).href}>)  \n`);
    return this;
  }

  /** @param svg drawn by us, of numbers alone */
  image(alt: string, svg: string): this {
    const data = Buffer.from(svg).toString('base64');
    this.markdown.appendMarkdown(`\n![${escaped(alt)}](data:image/svg+xml;base64,${data})\n\n`);
    return this;
  }
}

/** Shown in full in a hover; a name without end is cut. */
const MAX_TEXT = 300;

function escaped(text: string): string {
  return plainText(text, MAX_TEXT).replace(
    /[\\`*_{}[\]()#+\-.!~|<>&$:@"']/g,
    character => `&#${character.charCodeAt(0)};`,
  );
}
