/**
 * Vectors of one floating type, for kernels that are written once for both.
 *
 * @module
 */
import type { FloatingDType } from "../plan.ts";
import type { FunctionBuilder, Local } from "./assembler.ts";
import type { Expression, Load } from "./expression.ts";
import { transpose } from "./turn.ts";
import { f32x4, f64x2, v128 } from "./vector.ts";

type Vector = Expression<"v128">;
type Float = "f32" | "f64";

/** The vectors of a floating type. */
export interface FloatLanes {
  /** The type of a lane. */
  readonly type: Float;
  /** Bytes of a lane. */
  readonly size: 4 | 8;
  /** Lanes of a vector. */
  readonly width: 4 | 2;
  /** `a + b` */
  readonly add: (a: Vector, b: Vector) => Vector;
  /** `a - b` */
  readonly sub: (a: Vector, b: Vector) => Vector;
  /** `a b` */
  readonly mul: (a: Vector, b: Vector) => Vector;
  /** `a b + c` */
  readonly madd: (a: Vector, b: Vector, c: Vector) => Vector;
  /** `c - a b` */
  readonly nmadd: (a: Vector, b: Vector, c: Vector) => Vector;
  /** A number in all lanes. */
  readonly splat: (value: number) => Vector;
  /** A number from memory in all lanes. */
  readonly loadSplat: Load<"v128">;
  /** A number from memory in the first lane. */
  readonly loadFirst: Load<"v128">;
  /** Stores the first lane. */
  readonly storeFirst: (f: FunctionBuilder, address: Expression<"i32">, value: Vector) => void;
  /** The lanes in reverse. */
  readonly reverse: (a: Local<"v128">) => Vector;
  /** The columns of a square of rows. */
  readonly transpose: (f: FunctionBuilder, rows: readonly Vector[]) => readonly Vector[];
  /** Every second lane of two vectors, from the first or the second on. */
  readonly every: (a: Vector, b: Vector, first: 0 | 1) => Vector;
  /** The lanes of two vectors in turns: the lower or upper half of these. */
  readonly weave: (a: Vector, b: Vector, half: 0 | 1) => Vector;
}

/** The vectors of a type; multiply-add is fused where relaxed. */
export function floatLanes(dtype: FloatingDType, relaxed: boolean): FloatLanes {
  const single = dtype === "float32";
  const { add, sub, mul, relaxedMadd, relaxedNmadd } = single ? f32x4 : f64x2;
  return {
    ...(single ? { type: "f32", size: 4, width: 4 } : { type: "f64", size: 8, width: 2 }),
    ...{ add, sub, mul },
    madd: relaxed ? relaxedMadd : (a, b, c) => add(mul(a, b), c),
    nmadd: relaxed ? relaxedNmadd : (a, b, c) => sub(c, mul(a, b)),
    splat: (value) => single ? f32x4.splat(value) : f64x2.splat(value),
    loadSplat: single ? v128.load32Splat : v128.load64Splat,
    loadFirst: single ? v128.load32Zero : v128.load64Zero,
    storeFirst: (f, address, value) => (single ? f.storeLane32 : f.storeLane64)(address, value, 0),
    reverse: (a) => single ? f32x4.shuffle(a, a, [3, 2, 1, 0]) : f64x2.shuffle(a, a, [1, 0]),
    transpose: single ? transpose : (_, [a, b]) => [f64x2.shuffle(a, b, [0, 2]), f64x2.shuffle(a, b, [1, 3])],
    every: (a, b, first) =>
      single
        ? f32x4.shuffle(a, b, [first, 2 + first, 4 + first, 6 + first])
        : f64x2.shuffle(a, b, [first, 2 + first]),
    weave: (a, b, half) =>
      single
        ? f32x4.shuffle(a, b, half === 0 ? [0, 4, 1, 5] : [2, 6, 3, 7])
        : f64x2.shuffle(a, b, [half, 2 + half]),
  };
}
