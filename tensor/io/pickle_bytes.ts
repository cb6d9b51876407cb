/**
 * The numbers and texts in the bytes of a pickle.
 *
 * @module
 */

const LONGEST_INTEGER = 256;

/** A place in the bytes of a pickle, which moves on with every read. Reading beyond the end is an error. */
export class PickleBytes {
  readonly #operation: string;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  /** At the start. */
  constructor(operation: string, bytes: Uint8Array) {
    this.#operation = operation;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** Throws unless there are so many bytes left. */
  checkLeft(count: number): void {
    if (count > this.left) {
      throw new SyntaxError(
        `${this.#operation} expects ${count} bytes more in the pickle but got ${this.left}`,
      );
    }
  }

  #take(count: number): number {
    this.checkLeft(count);
    this.#at += count;
    return this.#at - count;
  }

  /** A whole number of one byte. */
  uint8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  /** A whole number of two bytes. */
  uint16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  /** A whole number of four bytes. */
  uint32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  /** A whole number of four bytes with its sign. */
  int32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  /** A length of eight bytes. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#take(8), true));
  }

  /** A double, the highest byte first. */
  float64(): number {
    return this.#view.getFloat64(this.#take(8), false);
  }

  /** A whole number of any size: a bigint where a number would not hold it. */
  integer(size: number): number | bigint {
    if (size > LONGEST_INTEGER) {
      throw new RangeError(
        `${this.#operation} expects whole numbers of at most ${LONGEST_INTEGER} bytes but got ${size}`,
      );
    }
    const bytes = this.bytes(size);
    let value = 0n;
    for (let i = size - 1; i >= 0; i--) value = value << 8n | BigInt(bytes[i]);
    const signed = BigInt.asIntN(size * 8, value);
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
  }

  /** Bytes, in memory of their own. */
  bytes(count: number): Uint8Array {
    const start = this.#take(count);
    return this.#bytes.slice(start, start + count);
  }

  /** A text of so many bytes. */
  text(count: number): string {
    return this.#decode(this.bytes(count));
  }

  /** A text up to the end of the line. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) throw new SyntaxError(`${this.#operation} expects a name in the pickle but got its end`);
    const text = this.#decode(this.bytes(end - this.#at));
    this.#at++;
    return text;
  }

  #decode(bytes: Uint8Array): string {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
        bytes as Uint8Array<ArrayBuffer>,
      );
    } catch {
      throw new SyntaxError(`${this.#operation} expects texts in UTF-8 in the pickle but got other bytes`);
    }
  }
}
