/** Where frames stand in one direction of a WebSocket's bytes, so that exactly a header or exactly a payload is harmed. */
export class FrameEdges {
  private inHandshake = true;
  /** The last bytes of the handshake that were seen, or those of a header that is not whole yet. */
  private seen: number[] = [];
  private payload = 0;

  /** @returns offsets in `chunk` at which a frame begins, and at which a payload begins; to be called for every chunk */
  find(chunk: Uint8Array): { frames: number[]; payloads: number[] } {
    const frames: number[] = [];
    const payloads: number[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (this.payload > 0) {
        const skipped = Math.min(this.payload, chunk.length - at);
        this.payload -= skipped;
        at += skipped;
        continue;
      }
      this.seen.push(chunk[at] ?? 0);
      if (this.inHandshake) {
        this.seen = this.seen.slice(-4);
        if (String.fromCharCode(...this.seen) === '\r\n\r\n') {
          this.inHandshake = false;
          this.seen = [];
        }
      } else {
        if (this.seen.length === 1) frames.push(at);
        const length = payloadLength(this.seen);
        if (length !== undefined) {
          this.payload = length;
          this.seen = [];
          if (length > 0 && at + 1 < chunk.length) payloads.push(at + 1);
        }
      }
      at++;
    }
    return { frames, payloads };
  }
}

/** RFC 6455, section 5.2. @returns undefined while the header is not whole */
function payloadLength(header: number[]): number | undefined {
  const [, second] = header;
  if (second === undefined) return undefined;
  const short = second & 0x7f;
  const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
  const mask = second & 0x80 ? 4 : 0;
  if (header.length < 2 + extra + mask) return undefined;
  if (extra === 0) return short;
  return header.slice(2, 2 + extra).reduce((sum, byte) => sum * 256 + byte, 0);
}
