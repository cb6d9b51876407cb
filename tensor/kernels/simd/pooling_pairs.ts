/**
 * Rows of three windows of two columns each, which go along with a fourth that is not there: its lane is 0, and nothing
 * beyond the row is read or written.
 *
 * @module
 */
import type { FunctionBuilder, Local } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import type { PoolArguments, PoolForm } from "./pooling_window.ts";
import { f32, i32 } from "./scalar.ts";
import { f32x4, v128 } from "./vector.ts";

type Word = Expression<"i32">;
type Vector = Expression<"v128">;

/** Whether each window is two by two elements of its own. */
export function isPaired({ window, strides }: Pick<PoolForm, "window" | "strides">): boolean {
  return [...window, ...strides].every((extent) => extent === 2);
}

/** Three elements, `step` bytes from each other, and 0. */
export function loadThree(f: FunctionBuilder, address: Word, step: Word): Local<"v128"> {
  const at = f.local("i32", address);
  const result = f.local("v128", v128.load32Zero(at));
  for (const lane of [1, 2]) {
    f.advance(at, step);
    f.set(result, f32x4.replaceLane(result, lane, f32.load(at)));
  }
  return result;
}

/** The left and the right columns of three pairs in a row of six or seven; the fourth lane is of any of them. */
export function loadPairsOfThree(
  f: FunctionBuilder,
  { columns }: PoolArguments,
  address: Local<"i32">,
): readonly [Local<"v128">, Local<"v128">] {
  const low = f.local("v128", v128.load(address));
  const [left, right] = [f.local("v128"), f.local("v128")];
  const take = (offset: number, lanes: readonly [readonly number[], readonly number[]]) => (): void => {
    const high = f.local("v128", v128.load(address, offset));
    [left, right].forEach((side, i) => f.set(side, f32x4.shuffle(low, high, lanes[i])));
  };
  f.if(i32.eq(columns, 6), take(8, [[0, 2, 6, 6], [1, 3, 7, 7]]), take(12, [[0, 2, 5, 5], [1, 3, 6, 6]]));
  return [left, right];
}

/** Stores the left and the right columns of three pairs, and 0 in a seventh column, where the fourth lanes are 0. */
export function storeThree(
  f: FunctionBuilder,
  { columns }: PoolArguments,
  address: Word,
  left: Vector,
  right: Vector,
): void {
  f.store("v128", address, f32x4.shuffle(left, right, [0, 4, 1, 5]));
  f.if(
    i32.eq(columns, 6),
    () => f.storeLane64(address, f.local("v128", f32x4.shuffle(left, right, [2, 6, 2, 6])), 0, 16),
    () => f.store("v128", address, f32x4.shuffle(left, right, [5, 2, 6, 3]), 12),
  );
}
