/**
 * The greatest element of each window, as a layer.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { maxPool2d as pool, type Pool2dOptions } from "../tensor/mod.ts";
import { POOL2D_OPTIONS } from "../tensor/ops/pool2d.ts";
import type { Empty, Layer } from "./layer.ts";
import { poolLayer } from "./pool.ts";

/**
 * The greatest element of each window of rows and columns, as torch.nn.MaxPool2d: `[n, c, rows, columns]` to
 * `[n, c, rows', columns']` with `rows' = floor((rows + padding - window) / stride) + 1`. The window steps by
 * itself unless `strides` are given. It has no params.
 *
 * @throws {RangeError} If an option is out of range, or an input is smaller than the window.
 *
 * @example
 * ```ts
 * import { arange, random, reshape } from "@weft/weft";
 * import { maxPool2d } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = maxPool2d({ window: 2 });
 * const variables = layer.init(random.key(0), [1, 4, 4]);
 * const x = reshape(arange(16), [1, 1, 4, 4]);
 * assertEquals(layer.apply(variables, x).output.toArray(), [[[[5, 7], [13, 15]]]]);
 * ```
 */
export function maxPool2d(options: Pool2dOptions): Layer<Empty, Empty> {
  checkOptionNames("maxPool2d", options, POOL2D_OPTIONS);
  return poolLayer("maxPool2d", options, (x) => pool(x, options));
}
