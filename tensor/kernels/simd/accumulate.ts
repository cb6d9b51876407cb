/**
 * How vectors of values are combined, and what becomes of them at the end.
 *
 * @module
 */
import type { DType } from "../../dtype.ts";
import type { Reduction } from "../reduce_form.ts";
import type { FunctionBuilder, Local } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { f32x4, f64x2, i32x4, v128 } from "./vector.ts";

type Vector = Expression<"v128">;
type Combine = (a: Vector, b: Vector) => Vector;

/** What combines values of a type. */
export interface Accumulation {
  /** Whether values are float32 that are combined in double precision, two vectors of them for one of values. */
  readonly precise: boolean;
  /** The start of an accumulator. */
  readonly initial: Vector;
  /** Combines accumulators; and values with accumulators, unless precise. */
  readonly combine: Combine;
  /** Combines two float32 vectors before they are accumulated; null where that would lose digits. */
  readonly combineFirst: Combine | null;
  /** Whether it is the greatest or the least of float32, which `EXTREMES` find more quickly; null for others. */
  readonly greatest: boolean | null;
}

function splatWord(value: number): Vector {
  return v128.constI32x4(value);
}

const FLOAT_WORDS = { sum: 0, prod: 0x3ff0_0000, max: -0x80_0000, min: 0x7f80_0000 } as const;

/** What a reduction of values of `dtype` does; null where vectors do not cover it. */
export function accumulationOf(reduction: Reduction, dtype: DType, relaxed: boolean): Accumulation | null {
  if (dtype === "bool") {
    if (reduction !== "all" && reduction !== "any") return null;
    const all = reduction === "all";
    return plain(splatWord(all ? -1 : 0), all ? v128.and : v128.or);
  }
  if (reduction === "all" || reduction === "any") return null;
  if (dtype === "float32") {
    switch (reduction) {
      case "sum":
        return {
          precise: true,
          initial: splatWord(0),
          combine: f64x2.add,
          combineFirst: relaxed ? f32x4.add : null,
          greatest: null,
        };
      case "prod": {
        const one = v128.constI32x4(0, FLOAT_WORDS.prod, 0, FLOAT_WORDS.prod);
        return { precise: true, initial: one, combine: f64x2.mul, combineFirst: null, greatest: null };
      }
      default: {
        const greatest = reduction === "max";
        return { ...plain(splatWord(FLOAT_WORDS[reduction]), greatest ? f32x4.max : f32x4.min), greatest };
      }
    }
  }
  if (dtype !== "int32" && dtype !== "uint32") return null;
  const signed = dtype === "int32";
  switch (reduction) {
    case "sum":
      return plain(splatWord(0), i32x4.add);
    case "prod":
      return plain(splatWord(1), i32x4.mul);
    case "max":
      return plain(splatWord(signed ? -(2 ** 31) : 0), signed ? i32x4.maxS : i32x4.maxU);
    case "min":
      return plain(splatWord(signed ? 2 ** 31 - 1 : -1), signed ? i32x4.minS : i32x4.minU);
  }
}

function plain(initial: Vector, combine: Combine): Accumulation {
  return { precise: false, initial, combine, combineFirst: combine, greatest: null };
}

/** The lower and the upper two of four float32 as doubles. */
export function promoted(value: Vector): readonly [Vector, Vector] {
  const upper = f32x4.shuffle(value, value, [2, 3, 2, 3]);
  return [f64x2.promoteLowF32x4(value), f64x2.promoteLowF32x4(upper)];
}

/** Vectors combined by twos. */
export function inPairs(
  f: FunctionBuilder,
  vectors: readonly Local<"v128">[],
  combine: Combine,
): Local<"v128"> {
  let list = vectors;
  while (list.length > 1) {
    list = list.flatMap((a, i) =>
      i % 2 === 1 ? [] : i + 1 === list.length ? [a] : [f.local("v128", combine(a, list[i + 1]))]
    );
  }
  return list[0];
}

/** The four lanes of a plain accumulator combined; the result is in all of them. */
export function combineLanes(
  f: FunctionBuilder,
  accumulation: Accumulation,
  value: Local<"v128">,
): Local<"v128"> {
  const half = f.local("v128", accumulation.combine(value, f32x4.shuffle(value, value, [2, 3, 0, 1])));
  return f.local("v128", accumulation.combine(half, f32x4.shuffle(half, half, [1, 0, 3, 2])));
}
