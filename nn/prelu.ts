/**
 * A rectifier whose slope is learned.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { full, greater, multiply, reshape, type Tensor, where } from "../tensor/mod.ts";
import { checkShape } from "../tensor/shape.ts";
import { checkTensor, placeOf, placeOfApply, shapeError, variable } from "./check.ts";
import type { Empty, Layer } from "./layer.ts";
import { torchEntries } from "./torch_form.ts";

/** Options of `prelu`. */
export interface PreluOptions {
  /** Whether each channel, axis 1 with the batch axis, has a slope of its own; false by default. */
  readonly perChannel?: boolean;
  /** The slopes at first; 0.25 by default, as in torch (flax has 0.01). */
  readonly negativeSlope?: number;
}

const PRELU_OPTIONS = { perChannel: true, negativeSlope: true } as const;

/** Params of `prelu`. */
export type PreluParams = {
  /** The slopes below 0, of shape [1] or [channels]. */
  readonly slope: Tensor;
};

/**
 * `x` above 0 and `slope x` elsewhere with a learned slope, as torch.nn.PReLU (He et al., 2015).
 *
 * @throws {RangeError} If an input has other channels than there are slopes.
 *
 * @example
 * ```ts
 * import { random, tensor } from "@weft/weft";
 * import { prelu } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = prelu();
 * assertEquals(layer.apply(layer.init(random.key(0), [2]), tensor([[-4, 2]])).output.toArray(), [[-1, 2]]);
 * ```
 */
export function prelu(options: PreluOptions = {}): Layer<PreluParams, Empty> {
  checkOptionNames("prelu", options, PRELU_OPTIONS);
  const { perChannel = false, negativeSlope = 0.25 } = options;
  return {
    name: "prelu",
    torch: torchEntries([{ kind: "params", key: "slope", name: "weight" }]),
    init(_key, inputShape, context = {}) {
      const at = placeOf("prelu", context);
      checkShape(at, inputShape);
      if (perChannel && inputShape.length === 0) {
        throw shapeError(at, "an input shape with channels", inputShape);
      }
      const slope = full([perChannel ? inputShape[0] : 1], negativeSlope);
      return { params: { slope }, state: {}, outputShape: inputShape };
    },
    apply({ params, state }, x, context = {}) {
      const at = placeOfApply("prelu", context);
      checkTensor(at, x);
      const slope = variable(at, "params", params, "slope");
      if (slope.size !== 1 && x.shape[1] !== slope.size) {
        throw shapeError(at, `inputs of ${slope.size} channels`, x.shape);
      }
      const spread = slope.size === 1
        ? slope
        : reshape(slope, [slope.size, ...x.shape.slice(2).map(() => 1)]);
      return { output: where(greater(x, 0), x, multiply(x, spread)), state };
    },
  };
}
