/**
 * Labels that are less sure.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { add, cast, divide, multiply, sum, type Tensor } from "../../tensor/mod.ts";
import { normalizeAxes } from "../../tensor/shape.ts";
import { checkFloats } from "./check.ts";
import { MASK_OPTIONS, type MaskOptions } from "./masked.ts";

/**
 * `(1 - alpha) labels + alpha / classes`, as `optax.losses.smooth_labels`, where `classes` is the extent of the axis or,
 * with a mask, how many classes take part; after Müller et al., "When Does Label Smoothing Help?" (2019).
 *
 * @param labels Distributions over the classes.
 * @param alpha How much of a label is spread over all classes, from 0 to 1.
 * @param options The axis of the classes, and which of them take part.
 * @returns Labels of the same shape.
 * @throws {TypeError} If labels are not floating point.
 * @throws {RangeError} If `alpha` is not from 0 to 1, or there is no such axis.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { smoothLabels } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(smoothLabels(tensor([1, 0]), 0.5).toArray(), [0.75, 0.25]);
 * ```
 */
export function smoothLabels(labels: Tensor, alpha: number, options: MaskOptions = {}): Tensor {
  checkOptionNames("smoothLabels", options, MASK_OPTIONS);
  checkFloats("smoothLabels", { labels });
  if (!(alpha >= 0 && alpha <= 1)) {
    throw new RangeError(`smoothLabels expects alpha from 0 to 1 but got ${String(alpha)}`);
  }
  const { axis = -1, where: mask } = options;
  const kept = multiply(labels, 1 - alpha);
  if (mask !== undefined) {
    return add(kept, divide(alpha, sum(cast(mask, labels.dtype), { axes: axis, keepDims: true })));
  }
  const axes = normalizeAxes("smoothLabels", axis, labels.rank);
  return add(kept, alpha / axes.reduce((size, at) => size * labels.shape[at], 1));
}
