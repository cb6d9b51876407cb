/**
 * The first elements of a vector in memory, where those behind them must be left alone.
 *
 * @module
 */
import type { FunctionBuilder, Local } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { f32 } from "./scalar.ts";
import { f32x4, v128 } from "./vector.ts";

/** The first `count` elements, of one to three, with zeros behind them. */
export function loadFirst(address: Expression<"i32">, offset: number, count: number): Expression<"v128"> {
  if (count === 1) return v128.load32Zero(address, offset);
  const two = v128.load64Zero(address, offset);
  return count === 2 ? two : f32x4.replaceLane(two, 2, f32.load(address, offset + 8));
}

/** Stores the first `count` elements of a vector, one to four. */
export function storeFirst(
  f: FunctionBuilder,
  address: Expression<"i32">,
  offset: number,
  value: Local<"v128">,
  count: number,
): void {
  if (count === 4) return f.store("v128", address, value, offset);
  if (count > 1) f.storeLane64(address, value, 0, offset);
  if (count !== 2) f.storeLane32(address, value, count - 1, offset + 4 * (count - 1));
}
