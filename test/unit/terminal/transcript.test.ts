import assert from 'node:assert/strict';
import { Transcript } from '../../../src/terminal/transcript.js';

/** Questions that a terminal would answer by typing. */
const queries = [
  ...['\x1b[c', '\x1b[>c', '\x1b[0c', '\x1b[6n', '\x1b[?6n', '\x1b[?21007$p', '\x1b[18t', '\x1b[>q', '\x1bZ', '\x05'],
  ...['\x1b]11;?\x07', '\x1b]4;1;?\x1b\\', '\x1bP+q544e\x1b\\', '\x1bP$qm\x1b\\'],
];

describe('a transcript', () => {
  it('is shown again without what a terminal would answer', () => {
    const transcript = new Transcript();
    for (const query of queries) transcript.append(`a${query}b`);
    const text = transcript.contents.slice(0, transcript.contents.indexOf('\x18'));
    assert.equal(text, 'ab'.repeat(queries.length));
  });

  it('keeps colours, cursor shapes, titles and modes', () => {
    const shown = '\x1b[1;31mred\x1b[0m \x1b[2 q \x1b]0;title\x07 \x1b[?2004h $ ';
    const transcript = new Transcript();
    transcript.append(shown);
    assert.ok(transcript.contents.startsWith(shown));
  });

  it('is bounded, and begins at a line', () => {
    const transcript = new Transcript();
    for (let line = 0; line < 50_000; line++) transcript.append(`line ${line}\r\n`);
    assert.ok(transcript.raw.length <= 256 * 1024);
    assert.match(transcript.raw, /^line \d+\r\n/);
    assert.ok(transcript.raw.endsWith('line 49999\r\n'));
  });

  it('leaves the alternate screen where it ends in it, and only there', () => {
    const editor = new Transcript();
    editor.append('$ vi\x1b[?1049hediting');
    assert.match(editor.contents, /editing\x18\x1b\[\?1049l/);
    editor.append('\x1b[?1049l$ ');
    assert.match(editor.contents, /\$ \x18\x1b\[\?1000l/);
  });

  it('that is empty shows nothing', () => {
    assert.equal(new Transcript().contents, '');
  });
});
