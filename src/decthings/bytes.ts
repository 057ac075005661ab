import { RemoteError } from '../core/errors.js';
import { t } from '../core/l10n.js';

/**
 * The bytes that frames are made of. All integers are big-endian; a varint is one byte up to 252, or a marker and then 2,
 * 4 or 8 bytes. A reader never trusts a length: it checks it against the bytes at hand before it touches them.
 */

const utf8Decoder = new TextDecoder('utf-8', { fatal: true });

/** Of a whole number from 0 to `Number.MAX_SAFE_INTEGER`, in its shortest encoding. */
export function varintSize(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`Not a varint: ${value}`);
  if (value <= 252) return 1;
  if (value <= 0xffff) return 3;
  return value <= 0xffffffff ? 5 : 9;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function malformed(what: string, cause?: unknown): RemoteError {
  return new RemoteError('protocol', t('The service sent a malformed message ({0}).', what), { cause });
}

/** Fills a buffer whose size was computed beforehand. */
export class Writer {
  readonly bytes: Uint8Array;
  private readonly view: DataView;
  private offset = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
    this.view = new DataView(this.bytes.buffer);
  }

  at(offset: number): this {
    this.offset = offset;
    return this;
  }

  u8(value: number): this {
    this.view.setUint8(this.offset++, value);
    return this;
  }

  u32(value: number): this {
    this.view.setUint32(this.offset, value);
    this.offset += 4;
    return this;
  }

  varint(value: number): this {
    const size = varintSize(value);
    if (size === 1) return this.u8(value);
    if (size === 3) {
      this.u8(253).view.setUint16(this.offset, value);
      this.offset += 2;
      return this;
    }
    if (size === 5) return this.u8(254).u32(value);
    this.u8(255).view.setBigUint64(this.offset, BigInt(value));
    this.offset += 8;
    return this;
  }

  raw(bytes: Uint8Array): this {
    this.bytes.set(bytes, this.offset);
    this.offset += bytes.length;
    return this;
  }
}

export class Reader {
  private readonly view: DataView;

  /** @param offset where to begin, within `bytes` */
  constructor(
    private readonly bytes: Uint8Array,
    private offset: number = 0,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get position(): number {
    return this.offset;
  }

  get remaining(): number {
    return this.bytes.length - this.offset;
  }

  u8(): number {
    return this.view.getUint8(this.take(1));
  }

  u32(): number {
    return this.view.getUint32(this.take(4));
  }

  varint(): number {
    const first = this.u8();
    if (first <= 252) return first;
    if (first === 253) return this.view.getUint16(this.take(2));
    if (first === 254) return this.u32();
    const value = this.view.getBigUint64(this.take(8));
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed(t('absurd length'));
    return Number(value);
  }

  raw(length: number): Uint8Array {
    const start = this.take(length);
    return this.bytes.subarray(start, start + length);
  }

  text(length: number): string {
    try {
      return utf8Decoder.decode(this.raw(length));
    } catch (error) {
      throw error instanceof RemoteError ? error : malformed(t('text that is not UTF-8'), error);
    }
  }

  json(length: number): Record<string, unknown> {
    const text = this.text(length);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      // The parser's message quotes the text, which may be somebody's work: it is not passed on.
      throw malformed(t('JSON that does not parse'));
    }
    if (!isObject(value)) throw malformed(t('JSON that is no object'));
    return value;
  }

  end(): void {
    if (this.remaining > 0) throw malformed(t('{0} bytes too many', this.remaining));
  }

  private take(length: number): number {
    if (length > this.remaining) throw malformed(t('{0} bytes too few', length - this.remaining));
    const start = this.offset;
    this.offset += length;
    return start;
  }
}
