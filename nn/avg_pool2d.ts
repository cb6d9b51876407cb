/**
 * The mean of each window, as a layer.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { avgPool2d as pool, type AvgPool2dOptions } from "../tensor/mod.ts";
import { AVG_POOL2D_OPTIONS } from "../tensor/ops/avg_pool2d.ts";
import type { Empty, Layer } from "./layer.ts";
import { poolLayer } from "./pool.ts";

/**
 * The mean of each window of rows and columns, as torch.nn.AvgPool2d: `[n, c, rows, columns]` to
 * `[n, c, rows', columns']` with `rows' = floor((rows + padding - window) / stride) + 1`. The window steps by
 * itself unless `strides` are given. It has no params.
 *
 * @throws {RangeError} If an option is out of range, or an input is smaller than the window.
 *
 * @example
 * ```ts
 * import { arange, random, reshape } from "@weft/weft";
 * import { avgPool2d } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = avgPool2d({ window: 2 });
 * const variables = layer.init(random.key(0), [1, 4, 4]);
 * const x = reshape(arange(16), [1, 1, 4, 4]);
 * assertEquals(layer.apply(variables, x).output.toArray(), [[[[2.5, 4.5], [10.5, 12.5]]]]);
 * ```
 */
export function avgPool2d(options: AvgPool2dOptions): Layer<Empty, Empty> {
  checkOptionNames("avgPool2d", options, AVG_POOL2D_OPTIONS);
  return poolLayer("avgPool2d", options, (x) => pool(x, options));
}
