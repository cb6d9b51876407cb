/**
 * How numbers are written in a WebAssembly module.
 *
 * @module
 */

/** Bytes of a module, in pieces that are joined at the end. */
export type Code = readonly (number | Uint8Array | Code)[];

/** What small numbers are written as; most numbers of a module are small. */
const SMALL: readonly (readonly number[])[] = Array.from({ length: 128 }, (_, value) => [value]);

/** A whole number from 0 to 2^53 as unsigned LEB128. */
export function unsigned(value: number): readonly number[] {
  if (value < 128) return SMALL[value];
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push(rest % 128 + 128);
  bytes.push(rest);
  return bytes;
}

/** A whole number of at most 64 bits as signed LEB128; a `number` must fit in 32 bits. */
export function signed(value: number | bigint): number[] {
  const bytes: number[] = [];
  if (typeof value === "number") {
    let rest = value | 0;
    for (; rest < -64 || rest > 63; rest >>= 7) bytes.push(rest & 127 | 128);
    bytes.push(rest & 127);
  } else {
    let rest = value;
    for (; rest < -64n || rest > 63n; rest >>= 7n) bytes.push(Number(rest & 127n) + 128);
    bytes.push(Number(rest & 127n));
  }
  return bytes;
}

const floating = new DataView(new ArrayBuffer(8));

/** The four bytes of a float32. */
export function float32Bytes(value: number): Uint8Array {
  floating.setFloat32(0, value, true);
  return new Uint8Array(floating.buffer.slice(0, 4));
}

/** The eight bytes of a float64. */
export function float64Bytes(value: number): Uint8Array {
  floating.setFloat64(0, value, true);
  return new Uint8Array(floating.buffer.slice(0));
}

/** A name: its length and its bytes, which must be ASCII. */
export function name(text: string): number[] {
  const bytes = [text.length];
  for (let i = 0; i < text.length; i++) bytes.push(text.charCodeAt(i));
  return bytes;
}

/** Writes pieces at `at`, if they fit; where they end. */
function write(pieces: Code, bytes: Uint8Array, at: number): number {
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i];
    if (typeof piece === "number") bytes[at++] = piece;
    else if (Array.isArray(piece)) at = write(piece, bytes, at);
    else {
      if (at + piece.length <= bytes.length) bytes.set(piece as Uint8Array, at);
      at += piece.length;
    }
  }
  return at;
}

let room = new Uint8Array(1 << 14);

/** The pieces joined. */
export function flatten(code: Code): Uint8Array<ArrayBuffer> {
  let length = write(code, room, 0);
  if (length > room.length) {
    room = new Uint8Array(2 * length);
    length = write(code, room, 0);
  }
  return room.slice(0, length);
}

/** The length of the pieces in bytes, then the pieces. */
export function sized(code: Code): Code {
  const bytes = flatten(code);
  return [unsigned(bytes.length), bytes];
}
