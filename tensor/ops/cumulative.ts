/**
 * Sums, products, extremes and logarithms of sums that run along an axis.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { runningLoopOf } from "../kernel_choice.ts";
import type { Running } from "../kernels/cumulative.ts";
import { contiguousOperand } from "../operand.ts";
import { batchInFront } from "../rules.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { normalizeAxis, sizeOf } from "../shape.ts";
import { constantTensor } from "../make_tensor.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { multiply, subtract } from "./arithmetic.ts";
import { cast } from "./cast.ts";
import { equal, isFinite, logicalAnd, logicalNot } from "./comparison.ts";
import { floating, numbers, numeric } from "./convert.ts";
import { exp } from "./exponential.ts";
import { linearRecurrence, shifted } from "./linear_recurrence.ts";
import { where } from "./selection.ts";
import { concatenate } from "./concatenate.ts";
import { swapAxes } from "./transpose.ts";

/** Work of a chunk, in elements. */
const CHUNK = 32768;

interface Cumulative {
  readonly reverse: boolean;
}

/** A primitive that runs along the last axis, by its name, with the cotangent of its input. */
function defineCumulative(
  name: string,
  running: Running,
  pullback: (g: Tensor, x: Tensor, y: Tensor, reverse: boolean) => Tensor,
): Primitive<Cumulative> {
  return definePrimitive<Cumulative>({
    name,
    flops: ([x]) => sizeOf(x.shape),
    infer: ([x]) => [{ dtype: x.dtype, shape: x.shape }],
    execute([x], [output], { reverse }, machine) {
      const length = x.shape[x.shape.length - 1];
      machine.launch(
        runningLoopOf(running, x.dtype, reverse, length),
        [contiguousOperand(x, machine), output],
        [length],
        length === 0 ? 0 : sizeOf(x.shape.slice(0, -1)),
        Math.max(1, Math.round(CHUNK / Math.max(1, length))),
      );
    },
    pullback: {
      rule: ([g], { inputs: [x], outputs: [y], attributes: { reverse } }) => [pullback(g, x, y, reverse)],
    },
    batch: batchInFront,
  });
}

const cumsumPrimitive: Primitive<Cumulative> = defineCumulative(
  "cumsum",
  "sum",
  (g, _, __, reverse) => apply(cumsumPrimitive, [g], { reverse: !reverse }),
);

// The product before the element times the cotangents after it, each with the factors in between.
const cumprodPrimitive: Primitive<Cumulative> = defineCumulative("cumprod", "prod", (g, x, y, reverse) => {
  const after = linearRecurrence(shifted(x, reverse), g, { reverse: !reverse });
  return multiply(shifted(y, !reverse, 1), after);
});

/** Zeros but for ones at the place where the lines along the last axis start. */
function starts(x: Tensor, reverse: boolean): Tensor {
  const length = x.shape[x.rank - 1];
  const zeros = (count: number): Tensor => constantTensor("bool", [count], 0);
  const one = constantTensor("bool", [1], 1);
  if (length < 2) return constantTensor("bool", [length], 1);
  return concatenate(reverse ? [zeros(length - 1), one] : [one, zeros(length - 1)]);
}

/** Each step passes its cotangent to the element, to what came before, or in halves to both where they tie. */
function extreme(g: Tensor, x: Tensor, y: Tensor, reverse: boolean): Tensor {
  const [own, past] = [equal(x, y), equal(shifted(y, !reverse), y)];
  const first = starts(x, reverse);
  const half = where(logicalAnd(own, past), 0.5, 1);
  const passed = cast(where(logicalAnd(past, logicalNot(first)), half, 0), g.dtype);
  const kept = cast(where(first, 1, where(own, half, 0)), g.dtype);
  const ahead = shifted(passed, reverse);
  return multiply(kept, linearRecurrence(ahead, g, { reverse: !reverse }));
}

const cummaxPrimitive: Primitive<Cumulative> = defineCumulative("cummax", "max", extreme);
const cumminPrimitive: Primitive<Cumulative> = defineCumulative("cummin", "min", extreme);

const cumLogSumExpPrimitive: Primitive<Cumulative> = defineCumulative(
  "cumLogSumExp",
  "logSumExp",
  (g, x, y, reverse) => {
    // e^(x - y) of the sum that the element entered, which fades by e^(y - y') at each later step.
    const share = (a: Tensor, b: Tensor): Tensor => {
      const infinite = logicalAnd(equal(a, b), logicalNot(isFinite(a)));
      return exp(where(infinite, 0, subtract(a, b)));
    };
    const fading = share(y, shifted(y, reverse));
    return multiply(share(x, y), linearRecurrence(fading, g, { reverse: !reverse }));
  },
);

/** Options of the functions that run along an axis. */
export interface CumulativeOptions {
  /** The axis along which it runs, negative from the end; the last by default. */
  readonly axis?: number;
  /** Whether it runs from the end of the axis to its start; false by default. */
  readonly reverse?: boolean;
}

/** The names of `CumulativeOptions`. */
export const CUMULATIVE_OPTIONS = { axis: true, reverse: true } as const;

function along(primitive: Primitive<Cumulative>, x: Tensor, options: CumulativeOptions): Tensor {
  const { axis = -1, reverse = false } = options;
  const at = normalizeAxis(primitive.name, axis, x.rank);
  return swapAxes(apply(primitive, [swapAxes(x, at, -1)], { reverse }), at, -1);
}

/** Numbers to add up or multiply: bools become int32 and bytes uint32, as in JAX. */
function widened(operation: string, x: TensorLike): Tensor {
  const tensor = numeric(operation, x);
  return tensor.dtype === "uint8" ? cast(tensor, "uint32") : tensor;
}

/**
 * The sums of the elements up to each place along an axis, as `jnp.cumsum` and, in reverse, `jax.lax.cumsum`. Bools
 * count as int32 and bytes as uint32. Floats are accumulated in double precision.
 *
 * @throws {RangeError} If `x` has no such axis.
 *
 * @example
 * ```ts
 * import { cumsum, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(cumsum(tensor([1, 2, 3])).toArray(), [1, 3, 6]);
 * assertEquals(cumsum(tensor([[1, 2], [3, 4]]), { axis: 0, reverse: true }).toArray(), [[4, 6], [3, 4]]);
 * ```
 */
export function cumsum(x: TensorLike, options: CumulativeOptions = NO_OPTIONS): Tensor {
  checkOptionNames("cumsum", options, CUMULATIVE_OPTIONS);
  return along(cumsumPrimitive, widened("cumsum", x), options);
}

/**
 * The products of the elements up to each place along an axis. Bools count as int32 and bytes as uint32. Floats are
 * accumulated in double precision.
 *
 * @throws {RangeError} If `x` has no such axis.
 *
 * @example
 * ```ts
 * import { cumprod, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(cumprod(tensor([1, 2, 3])).toArray(), [1, 2, 6]);
 * ```
 */
export function cumprod(x: TensorLike, options: CumulativeOptions = NO_OPTIONS): Tensor {
  checkOptionNames("cumprod", options, CUMULATIVE_OPTIONS);
  return along(cumprodPrimitive, widened("cumprod", x), options);
}

/**
 * The greatest element up to each place along an axis; NaN wins. Where an element equals the greatest before it, both
 * share the gradient in halves, as in JAX.
 *
 * @throws {RangeError} If `x` has no such axis.
 *
 * @example
 * ```ts
 * import { cummax, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(cummax(tensor([1, 3, 2])).toArray(), [1, 3, 3]);
 * ```
 */
export function cummax(x: TensorLike, options: CumulativeOptions = NO_OPTIONS): Tensor {
  checkOptionNames("cummax", options, CUMULATIVE_OPTIONS);
  return along(cummaxPrimitive, numbers("cummax", x), options);
}

/**
 * The least element up to each place along an axis, as `cummax` gives the greatest.
 *
 * @throws {RangeError} If `x` has no such axis.
 */
export function cummin(x: TensorLike, options: CumulativeOptions = NO_OPTIONS): Tensor {
  checkOptionNames("cummin", options, CUMULATIVE_OPTIONS);
  return along(cumminPrimitive, numbers("cummin", x), options);
}

/**
 * The logarithms of the sums of exponentials of the elements up to each place along an axis, without overflow.
 *
 * @throws {RangeError} If `x` has no such axis.
 *
 * @example
 * ```ts
 * import { cumLogSumExp, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(cumLogSumExp(tensor([1000, -1000])).toArray(), [1000, 1000]);
 * ```
 */
export function cumLogSumExp(x: TensorLike, options: CumulativeOptions = NO_OPTIONS): Tensor {
  checkOptionNames("cumLogSumExp", options, CUMULATIVE_OPTIONS);
  return along(cumLogSumExpPrimitive, floating("cumLogSumExp", x), options);
}
