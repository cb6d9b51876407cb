/**
 * Four rows of one, two or three elements that follow each other, as vectors of what stands at the same place of each, and
 * back. Each shuffle takes two lanes of either vector, for which processors have an instruction.
 *
 * @module
 */
import type { FunctionBuilder, Local } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { f32x4 } from "./vector.ts";

type Vector = Expression<"v128">;

/** Two lanes of a vector, and two of another one. */
type Pick = (a: Vector, b: Vector, order: readonly [number, number, number, number]) => Local<"v128">;

function picking(f: FunctionBuilder): Pick {
  return (a, b, [i, j, k, l]) => f.local("v128", f32x4.shuffle(a, b, [i, j, 4 + k, 4 + l]));
}

/** A vector for each place of four rows, from as many vectors of their elements. */
export function splitRows(f: FunctionBuilder, [a, b, c]: readonly Vector[]): readonly Local<"v128">[] {
  const pick = picking(f);
  if (b === undefined) return [f.local("v128", a)];
  if (c === undefined) return [pick(a, b, [0, 2, 0, 2]), pick(a, b, [1, 3, 1, 3])];
  const every: readonly [number, number, number, number] = [0, 2, 0, 2];
  return [
    pick(a, pick(b, c, [2, 2, 1, 1]), [0, 3, 0, 2]),
    pick(pick(a, b, [1, 1, 0, 0]), pick(b, c, [3, 3, 2, 2]), every),
    pick(pick(a, b, [2, 2, 1, 1]), c, [0, 2, 0, 3]),
  ];
}

/** The vectors of the elements of four rows, from a vector for each of their places. */
export function joinRows(f: FunctionBuilder, [x, y, z]: readonly Vector[]): readonly Local<"v128">[] {
  const pick = picking(f);
  if (y === undefined) return [f.local("v128", x)];
  const first = f.local("v128", f32x4.shuffle(x, y, [0, 4, 1, 5]));
  if (z === undefined) return [first, f.local("v128", f32x4.shuffle(x, y, [2, 6, 3, 7]))];
  const every: readonly [number, number, number, number] = [0, 2, 0, 2];
  return [
    pick(first, pick(z, x, [0, 0, 1, 1]), [0, 1, 0, 2]),
    pick(pick(y, z, [1, 1, 1, 1]), pick(x, y, [2, 2, 2, 2]), every),
    pick(pick(z, x, [2, 2, 3, 3]), pick(y, z, [3, 3, 3, 3]), every),
  ];
}
