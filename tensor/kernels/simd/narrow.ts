/**
 * Work on a few neighbouring elements whose number is known, written out without loops.
 *
 * @module
 */
import type { FunctionBuilder } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { i32, i64 } from "./scalar.ts";
import { i32x4, i64x2, v128 } from "./vector.ts";

type Word = Expression<"i32">;
type Vector = Expression<"v128">;

/** The most bytes that are written out. */
export const NARROW = 128;

/** Neighbouring bytes that one instruction reads or writes. */
export interface Piece {
  /** The first, from the start on. */
  readonly offset: number;
  /** How many: 16, 8, 4 or 1. */
  readonly bytes: 16 | 8 | 4 | 1;
}

const WIDTHS = [16, 8, 4, 1] as const;

/** The pieces of `bytes` bytes, each once. */
export function piecesOf(bytes: number): readonly Piece[] {
  const pieces: Piece[] = [];
  let offset = 0;
  for (const width of WIDTHS) {
    for (; bytes - offset >= width; offset += width) pieces.push({ offset, bytes: width });
  }
  return pieces;
}

/** The fewest pieces of `bytes` bytes; some bytes may be in two of them. */
export function coveringPieces(bytes: number): readonly Piece[] {
  const width = WIDTHS.find((width) => width <= bytes);
  if (width === undefined) return [];
  const count = Math.ceil(bytes / width);
  return Array.from({ length: count }, (_, i) => ({
    offset: Math.min(width * i, bytes - width),
    bytes: width,
  }));
}

/** The value of a piece at an address. */
export function loadPiece({ offset, bytes }: Piece, at: Word): Expression {
  if (bytes === 16) return v128.load(at, offset);
  return bytes === 8 ? i64.load(at, offset) : bytes === 4 ? i32.load(at, offset) : i32.load8U(at, offset);
}

/** Stores the value of a piece. */
export function storePiece(f: FunctionBuilder, { offset, bytes }: Piece, at: Word, value: Expression): void {
  if (bytes === 1) f.store8(at, value as Word, offset);
  else f.store(value.type, at, value, offset);
}

/** The first bytes of a vector, as many as a piece has. */
export function startOf({ bytes }: Piece, vector: Vector): Expression {
  if (bytes === 16) return vector;
  return bytes === 8
    ? i64x2.extractLane(vector, 0)
    : bytes === 4
    ? i32x4.extractLane(vector, 0)
    : i32.and(i32x4.extractLane(vector, 0), 255);
}

/** The number of elements of `1 << shift` bytes that code is written out for: 0 where they have too many bytes. */
export function narrowSize(size: number, shift: number): number {
  return size << shift > NARROW ? 0 : size;
}
