/**
 * Loops over a range of whole numbers.
 *
 * @module
 */
import { checkOptionNames } from "../check_option_names.ts";
import { isTracedNumber } from "../host.ts";
import { add } from "../ops/arithmetic.ts";
import { cast } from "../ops/cast.ts";
import { less } from "../ops/comparison.ts";
import { arange } from "../ops/ranges.ts";
import { isInteger } from "../dtype.ts";
import { constantTensor } from "../make_tensor.ts";
import { describe, Tensor } from "../tensor.ts";
import * as tree from "../tree.ts";
import { scan, type ScanOptions } from "./scan.ts";
import { whileLoop } from "./while_loop.ts";

/** Options of `forLoop`. */
export interface ForOptions extends Pick<ScanOptions, "checkpoint" | "unroll"> {
  /** Where a bound is a tensor: the greatest number of steps, which reverse mode needs. */
  readonly maxSteps?: number;
}

const FOR_OPTIONS = { maxSteps: true, checkpoint: true, unroll: true } as const;

/**
 * `carry = body(i, carry)` for each whole number `i` from `lower` up to but without `upper`, an int32 scalar, as
 * `jax.lax.fori_loop`. With numbers as bounds it is a `scan`, with tensors a `whileLoop`.
 *
 * @throws {TypeError} If a bound is not a whole number or an integer scalar, or a step changes the carry's structure, a
 * shape or a dtype.
 *
 * @example Factorials
 * ```ts
 * import { forLoop, multiply, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(forLoop(1, 6, (i, product) => multiply(product, i), tensor(1)).item(), 120);
 * ```
 */
export function forLoop<C>(
  lower: number | Tensor,
  upper: number | Tensor,
  body: (i: Tensor, carry: C) => C,
  init: C,
  options: ForOptions = {},
): C {
  checkOptionNames("forLoop", options, FOR_OPTIONS);
  if (typeof body !== "function") {
    throw new TypeError(`forLoop expects a function but got ${tree.describe(body)}`);
  }
  const { maxSteps, ...rest } = options;
  const named = { [body.name || "forLoop"]: (carry: C, i: Tensor) => [body(i, carry), null] as const };
  const step = Object.values(named)[0];
  if (isWhole(lower) && isWhole(upper)) {
    const indices = arange(Math.max(lower, upper), { start: lower, dtype: "int32" });
    return scan(step, init, indices, rest)[0];
  }
  const [first, end] = [bound(lower), bound(upper)];
  const last = whileLoop(
    ({ i }) => less(i, end),
    ({ i, carry }) => ({ i: add(i, 1), carry: body(i, carry) }),
    { i: first, carry: init },
    maxSteps === undefined ? {} : { maxSteps },
  );
  return last.carry;
}

function isWhole(value: number | Tensor): value is number {
  return typeof value === "number" && Number.isInteger(value);
}

/** A bound as an int32 scalar. */
function bound(value: number | Tensor): Tensor {
  if (isWhole(value)) return constantTensor("int32", [], value);
  const given: unknown = value;
  if (isTracedNumber(given)) return given.recorder.recordScalar(given, "int32");
  if (given instanceof Tensor && given.rank === 0 && isInteger(given.dtype)) return cast(given, "int32");
  throw new TypeError(
    `forLoop expects bounds as whole numbers or integer scalars but got ${
      given instanceof Tensor ? describe(given) : String(given)
    }`,
  );
}
