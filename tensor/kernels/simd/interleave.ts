/**
 * Four rows of two or three elements that follow each other, as vectors of what stands at the same place of each, and
 * back.
 *
 * @module
 */
import type { FunctionBuilder, Local } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { f32x4 } from "./vector.ts";

type Vector = Expression<"v128">;
type Orders = readonly (readonly (readonly number[])[])[];

/** For each place of a row: lanes of the first two vectors, and lanes of these and the third. */
const SPLIT: Readonly<Record<number, Orders>> = {
  2: [[[0, 2, 4, 6]], [[1, 3, 5, 7]]],
  3: [[[0, 3, 6, 0], [0, 1, 2, 5]], [[1, 4, 7, 0], [0, 1, 2, 6]], [[2, 5, 0, 0], [0, 1, 4, 7]]],
};

/** For each vector: lanes of its first place and the next one, and lanes of these and the one after. */
const JOIN: Readonly<Record<number, Orders>> = {
  2: [[[0, 4, 1, 5]], [[2, 6, 3, 7]]],
  3: [[[0, 4, 1, 0], [0, 1, 4, 2]], [[1, 5, 2, 0], [0, 1, 6, 2]], [[2, 7, 3, 0], [0, 1, 7, 2]]],
};

function shuffled(
  f: FunctionBuilder,
  [a, b, c]: readonly Vector[],
  [first, second]: readonly (readonly number[])[],
): Local<"v128"> {
  const pair = f32x4.shuffle(a, b, first);
  return f.local("v128", second === undefined ? pair : f32x4.shuffle(pair, c, second));
}

/** A vector for each place of four rows, from the two or three vectors of their elements. */
export function splitRows(f: FunctionBuilder, rows: readonly Vector[]): readonly Local<"v128">[] {
  return SPLIT[rows.length].map((orders) => shuffled(f, rows, orders));
}

/** The vectors of the elements of four rows, from a vector for each of their two or three places. */
export function joinRows(f: FunctionBuilder, places: readonly Vector[]): readonly Local<"v128">[] {
  return JOIN[places.length].map((orders, i) => {
    const turned = orders.length === 1 ? places : [...places.slice(i), ...places.slice(0, i)];
    return shuffled(f, turned, orders);
  });
}
