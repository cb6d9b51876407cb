/**
 * Vectors of float32 that lie the same number of places apart.
 *
 * @module
 */
import type { FunctionBuilder, Local } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { i32 } from "./scalar.ts";
import { f32x4, v128 } from "./vector.ts";

/** How many places elements lie apart: a number for which there is a way of its own, or any. */
export type Spread = 1 | 2 | 3 | "any";

/** The way for elements that lie so many places apart. */
export function spreadOf(step: number): Spread {
  return step === 1 || step === 2 || step === 3 ? step : "any";
}

/** The byte where an element lies, of which `offset` is the byte if they were neighbours. */
export function placeApart(spread: Spread, offset: Local<"i32">, step: Local<"i32">): Expression<"i32"> {
  return spread === "any" ? i32.mul(i32.shrU(offset, 2), step) : i32.mul(offset, spread);
}

/**
 * Four elements from `address` on, and nothing that is not between them; `step`, in bytes, is what they lie apart of any
 * spread.
 */
export function loadApart(
  f: FunctionBuilder,
  spread: Spread,
  address: Expression<"i32">,
  step: Local<"i32">,
): Expression<"v128"> {
  if (spread === 1) return v128.load(address);
  const at = f.local("i32", address);
  // The second vector ends with the last element.
  if (spread === 2) return f32x4.shuffle(v128.load(at), v128.load(at, 12), [0, 2, 5, 7]);
  if (spread === 3) return f32x4.shuffle(v128.load(at), v128.load(at, 24), [0, 3, 4, 7]);
  const pair = (): Expression<"v128"> => {
    const first = f.local("v128", v128.load32Zero(at));
    f.advance(at, step);
    const both = f.local("v128", f32x4.shuffle(first, v128.load32Zero(at), [0, 4, 0, 4]));
    f.advance(at, step);
    return both;
  };
  const low = pair();
  return f32x4.shuffle(low, pair(), [0, 1, 4, 5]);
}
