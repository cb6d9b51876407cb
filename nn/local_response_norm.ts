/**
 * Normalization by neighbouring channels, as a layer.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { localResponseNorm as normalize, type LocalResponseNormOptions } from "../tensor/mod.ts";
import { LOCAL_RESPONSE_NORM_OPTIONS } from "../tensor/ops/spatial/local_response_norm.ts";
import { checkPositiveInteger } from "./check.ts";
import type { Empty, Layer } from "./layer.ts";
import { operationLayer } from "./operation_layer.ts";

/**
 * `x / (k + alpha mean(x^2))^beta` with the mean over `size` neighbouring channels of `[n, channels, ...]`, as
 * torch.nn.LocalResponseNorm (Krizhevsky et al., 2012). It has no params.
 *
 * @throws {RangeError} If `size` is not a positive integer, or an input has no axes behind its channels.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { localResponseNorm } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(localResponseNorm({ size: 5 }).init(random.key(0), [6, 2, 2]).outputShape, [6, 2, 2]);
 * ```
 */
export function localResponseNorm(options: LocalResponseNormOptions): Layer<Empty, Empty> {
  checkOptionNames("localResponseNorm", options, LOCAL_RESPONSE_NORM_OPTIONS);
  checkPositiveInteger("localResponseNorm", "size", options.size);
  return operationLayer("localResponseNorm", (x) => normalize(x, options));
}
