/**
 * What the tables of golden operations are made of.
 *
 * @module
 */
import type { DType } from "../../tensor/dtype.ts";
import * as t from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";

/** Options of a case, under the names of the function that made it. */
export type Options = Readonly<Record<string, unknown>>;

/** From the inputs and options of a case, and the dtype that came out, to its output or outputs. */
export type Call = (
  inputs: readonly Tensor[],
  options: Options,
  dtype?: string,
) => Tensor | readonly Tensor[];

/**
 * How closely an operation is compared: bit for bit with signs of zeros; by value; with a tolerance; as a long sum; or
 * within so many units in the last place of the exact value, signs of zeros too.
 */
export type Exactness = "bits" | "equal" | "close" | "sum" | 2 | 4;

/** An operation of the table. */
export interface Operation {
  /** What is called. */
  readonly call: Call;
  /** How closely its output is compared. */
  readonly exactness: Exactness;
  /** The options that it understands; a case with others is skipped. */
  readonly options: readonly string[];
  /** The distance that a float64 may have beside the relative one; what JAX flushes to zero by default. */
  readonly absolute?: number;
  /**
   * The size of the terms whose sum the output is, of elementwise operands: where they cancel, units in the last place
   * are those of the largest term.
   */
  readonly terms?: (operands: readonly number[]) => number;
  /** Whether the gradient is `e^(x - output)`, which has the rounding of the output for its relative error. */
  readonly exponentialGradient?: boolean;
}

/** An operation of the table. */
export function operation(
  call: Call,
  exactness: Exactness = "close",
  options: readonly string[] = [],
): Operation {
  return { call, exactness, options };
}

/** An operation of one operand. */
export function unary(f: (x: Tensor) => Tensor, exactness: Exactness = 2): Operation {
  return operation(([x]) => f(x), exactness);
}

/** An operation of two operands. */
export function binary(f: (x: Tensor, y: Tensor) => Tensor, exactness: Exactness = 2): Operation {
  return operation(([x, y]) => f(x, y), exactness);
}

/** Options of a reduction. */
export type Axes = { readonly axes?: number | readonly number[]; readonly keepDims?: boolean };

/** Options of a reduction: axis, keepdims and ddof of JAX. */
export function axesOf(options: Options): Axes & { readonly correction?: number } {
  return {
    ...(options.axis === undefined ? {} : { axes: options.axis as number | readonly number[] }),
    ...(options.keepdims === undefined ? {} : { keepDims: options.keepdims === true }),
    ...(options.ddof === undefined ? {} : { correction: options.ddof as number }),
  };
}

/** A reduction over axes. */
export function reduction(
  f: (x: Tensor, options: Axes) => Tensor,
  exactness: Exactness = "close",
  more: readonly string[] = [],
): Operation {
  return operation(([x], options) => f(x, axesOf(options)), exactness, ["axis", "keepdims", ...more]);
}

/** A position along an axis. */
export function position(f: (x: Tensor, options: t.ArgReduceOptions) => Tensor): Operation {
  return operation(
    ([x], options) =>
      f(x, {
        ...(options.axis === undefined ? {} : { axis: options.axis as number }),
        keepDims: options.keepdims === true,
      }),
    "equal",
    ["axis", "keepdims"],
  );
}

/** A distribution along axes. */
export function softmax(f: (x: Tensor, options: t.SoftmaxOptions) => Tensor): Operation {
  // Without an axis the functions of JAX were asked for one distribution over all.
  return operation(
    ([x], { axis }) => f(x, { axes: (axis ?? x.shape.map((_, i) => i)) as number[] }),
    "close",
    [
      "axis",
    ],
  );
}

/** The dtype that a case asks for. */
export function dtypeOf(options: Options): { readonly dtype?: DType } {
  return options.dtype === undefined ? {} : { dtype: options.dtype as DType };
}

/** A tensor of `count` equal values, written out. */
export function filled(options: Options): Tensor {
  return t.contiguous(t.full([options.count as number], options.value as number, dtypeOf(options)));
}

/** The numbers from 0 on that a case asks for. */
export function iota(options: Options): Tensor {
  return t.arange(options.count as number, dtypeOf(options));
}

/** Options of cases of many equal values. */
export const FILL: readonly string[] = ["count", "value", "dtype"];
