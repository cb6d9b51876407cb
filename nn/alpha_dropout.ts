/**
 * Dropout for networks that normalize themselves.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, multiply, type Shape, where } from "../tensor/mod.ts";
import { dropping } from "./dropping.ts";
import { channelShape, DROPOUT_RATE_OPTIONS, type DropoutRateOptions } from "./dropout.ts";
import type { Empty, Layer } from "./layer.ts";

/** What `selu` makes of the smallest elements. */
const LEAST = -1.7580993408473766;

function alpha(
  name: string,
  { rate }: DropoutRateOptions,
  shape: (shape: Shape, at: string) => Shape,
): Layer<Empty, Empty> {
  const factor = 1 / Math.sqrt((1 - rate) * (1 + rate * LEAST ** 2));
  const offset = -factor * LEAST * rate;
  return dropping(name, {
    rate,
    shape,
    drop: (x, kept) => add(multiply(where(kept, x, LEAST), factor), offset),
  });
}

/**
 * In training, each element becomes the limit of `selu`, a = -1.7581, with probability `rate`, and all are scaled and
 * moved so that a mean of 0 and a variance of 1 stay, as torch.nn.AlphaDropout (Klambauer et al., 2017):
 * `f * x + m` with `f = ((1 - rate) (1 + rate a^2))^(-1/2)` and `m = -f a rate`. In evaluation, the input as it is.
 *
 * @throws {RangeError} If `rate` is not between 0 and 1.
 * @throws {TypeError} If a key is missing in training, unless the rate is 0 or 1.
 *
 * @example
 * ```ts
 * import { mean, random } from "@weft/weft";
 * import { alphaDropout } from "@weft/weft/nn";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const layer = alphaDropout({ rate: 0.3 });
 * const x = random.normal(random.key(0), [1, 10_000]);
 * const { output } = layer.apply({ params: {}, state: {} }, x, { training: true, key: random.key(1) });
 * assertAlmostEquals(mean(output).item(), 0, 0.05);
 * ```
 */
export function alphaDropout(options: DropoutRateOptions): Layer<Empty, Empty> {
  checkOptionNames("alphaDropout", options, DROPOUT_RATE_OPTIONS);
  return alpha("alphaDropout", options, (shape) => shape);
}

/**
 * `alphaDropout` of whole channels of `[n, channels, ...]`, as torch.nn.FeatureAlphaDropout.
 *
 * @throws {RangeError} If `rate` is not between 0 and 1, or an input has no channels.
 * @throws {TypeError} If a key is missing in training, unless the rate is 0 or 1.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { featureAlphaDropout } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(featureAlphaDropout({ rate: 0.3 }).init(random.key(0), [2, 3]).outputShape, [2, 3]);
 * ```
 */
export function featureAlphaDropout(options: DropoutRateOptions): Layer<Empty, Empty> {
  checkOptionNames("featureAlphaDropout", options, DROPOUT_RATE_OPTIONS);
  return alpha("featureAlphaDropout", options, channelShape);
}
