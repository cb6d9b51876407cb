/**
 * The value of the objective among the extras of a step.
 *
 * @module
 */

import { cast, type DType, full, Tensor, tree } from "../tensor/mod.ts";
import { isTracedNumber } from "../tensor/host.ts";

/**
 * The value that was given beside the gradients, as a scalar of a dtype.
 *
 * @throws {TypeError} If there is none, or it is not a number or a scalar.
 */
export function checkValue(operation: string, extra: unknown, dtype: DType): Tensor {
  const value: unknown = (extra as { readonly value?: unknown } | null | undefined)?.value;
  if (typeof value === "number" || isTracedNumber(value)) return full([], value as number, { dtype });
  if (value instanceof Tensor && value.rank === 0 && value.dtype !== "key") return cast(value, dtype);
  throw new TypeError(
    `${operation} expects extra.value to be the value of the objective, a number or a scalar, but got ${
      value instanceof Tensor ? `${value.dtype}[${value.shape}]` : tree.describe(value)
    }`,
  );
}
