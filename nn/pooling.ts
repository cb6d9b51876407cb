/**
 * Pooling and resizing over any number of axes, as layers.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  adaptiveAvgPool as adaptiveAverage,
  adaptiveMaxPool as adaptiveMaximum,
  type AdaptivePoolOptions,
  avgPool as average,
  type AvgPoolOptions,
  interpolate,
  type InterpolateOptions,
  lpPool as lpNorm,
  type LpPoolOptions,
  max,
  maxPool as maximum,
  mean,
  minPool as minimum,
  type PoolOptions,
} from "../tensor/mod.ts";
import { ADAPTIVE_POOL_OPTIONS } from "../tensor/ops/spatial/adaptive_pool.ts";
import { AVG_POOL_OPTIONS } from "../tensor/ops/spatial/avg_pool.ts";
import { LP_POOL_OPTIONS } from "../tensor/ops/spatial/lp_pool.ts";
import { POOL_OPTIONS } from "../tensor/ops/spatial/pool_windows.ts";
import { INTERPOLATE_OPTIONS } from "../tensor/ops/spatial/interpolate.ts";
import type { Empty, Layer } from "./layer.ts";
import { operationLayer } from "./operation_layer.ts";

/**
 * The greatest element of each window over one, two or three axes, as torch.nn.MaxPool1d to 3d. It has no params.
 *
 * @throws {RangeError} If an option is out of range, or an input is smaller than the window.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { maxPool } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(maxPool({ window: 2 }).init(random.key(0), [3, 8]).outputShape, [3, 4]);
 * ```
 */
export function maxPool(options: PoolOptions): Layer<Empty, Empty> {
  checkOptionNames("maxPool", options, POOL_OPTIONS);
  return operationLayer("maxPool", (x) => maximum(x, options));
}

/**
 * The least element of each window over one, two or three axes, as flax.linen.pooling.min_pool. It has no params.
 *
 * @throws {RangeError} If an option is out of range, or an input is smaller than the window.
 *
 * @example
 * ```ts
 * import { random, tensor } from "@weft/weft";
 * import { minPool } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = minPool({ window: 2 });
 * assertEquals(layer.apply({ params: {}, state: {} }, tensor([[[3, 1, 2, 5]]])).output.toArray(), [[[1, 2]]]);
 * ```
 */
export function minPool(options: PoolOptions): Layer<Empty, Empty> {
  checkOptionNames("minPool", options, POOL_OPTIONS);
  return operationLayer("minPool", (x) => minimum(x, options));
}

/**
 * The mean of each window over one, two or three axes, as torch.nn.AvgPool1d to 3d. It has no params.
 *
 * @throws {RangeError} If an option is out of range, or an input is smaller than the window.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { avgPool } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(avgPool({ window: 2 }).init(random.key(0), [3, 8, 8, 8]).outputShape, [3, 4, 4, 4]);
 * ```
 */
export function avgPool(options: AvgPoolOptions): Layer<Empty, Empty> {
  checkOptionNames("avgPool", options, AVG_POOL_OPTIONS);
  return operationLayer("avgPool", (x) => average(x, options));
}

/**
 * The p-norm of each window, as torch.nn.LPPool1d and 2d. It has no params.
 *
 * @throws {RangeError} If an option is out of range, or an input is smaller than the window.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { lpPool } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(lpPool({ window: 2 }).init(random.key(0), [3, 8]).outputShape, [3, 4]);
 * ```
 */
export function lpPool(options: LpPoolOptions): Layer<Empty, Empty> {
  checkOptionNames("lpPool", options, LP_POOL_OPTIONS);
  return operationLayer("lpPool", (x) => lpNorm(x, options));
}

/**
 * Means of as many bins as are asked for along each axis, as torch.nn.AdaptiveAvgPool1d to 3d. It has no params.
 *
 * @throws {RangeError} If an option is out of range.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { adaptiveAvgPool } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(adaptiveAvgPool({ outputSize: 2 }).init(random.key(0), [3, 7, 5]).outputShape, [3, 2, 2]);
 * ```
 */
export function adaptiveAvgPool(options: AdaptivePoolOptions): Layer<Empty, Empty> {
  checkOptionNames("adaptiveAvgPool", options, ADAPTIVE_POOL_OPTIONS);
  return operationLayer("adaptiveAvgPool", (x) => adaptiveAverage(x, options));
}

/**
 * The greatest elements of as many bins as are asked for along each axis, as torch.nn.AdaptiveMaxPool1d to 3d. It has
 * no params.
 *
 * @throws {RangeError} If an option is out of range.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { adaptiveMaxPool } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(adaptiveMaxPool({ outputSize: 1 }).init(random.key(0), [3, 7, 5]).outputShape, [3, 1, 1]);
 * ```
 */
export function adaptiveMaxPool(options: AdaptivePoolOptions): Layer<Empty, Empty> {
  checkOptionNames("adaptiveMaxPool", options, ADAPTIVE_POOL_OPTIONS);
  return operationLayer("adaptiveMaxPool", (x) => adaptiveMaximum(x, options));
}

/**
 * The mean over all spatial axes, `[n, channels, ...]` to `[n, channels]`. It has no params.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { globalAvgPool } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(globalAvgPool.init(random.key(0), [3, 7, 5]).outputShape, [3]);
 * ```
 */
export const globalAvgPool: Layer<Empty, Empty> = operationLayer(
  "globalAvgPool",
  (x) => x.rank < 3 ? x : mean(x, { axes: x.shape.map((_, i) => i).slice(2) }),
);

/**
 * The greatest elements over all spatial axes, `[n, channels, ...]` to `[n, channels]`. It has no params.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { globalMaxPool } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(globalMaxPool.init(random.key(0), [3, 7, 5]).outputShape, [3]);
 * ```
 */
export const globalMaxPool: Layer<Empty, Empty> = operationLayer(
  "globalMaxPool",
  (x) => x.rank < 3 ? x : max(x, { axes: x.shape.map((_, i) => i).slice(2) }),
);

/**
 * Images resized over their spatial axes, as torch.nn.Upsample. It has no params.
 *
 * @throws {RangeError} If the mode does not fit the rank, or neither or both of `size` and `scaleFactor` are given.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { upsample } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(upsample({ scaleFactor: 2 }).init(random.key(0), [3, 4, 4]).outputShape, [3, 8, 8]);
 * ```
 */
export function upsample(options: InterpolateOptions): Layer<Empty, Empty> {
  checkOptionNames("upsample", options, INTERPOLATE_OPTIONS);
  return operationLayer("upsample", (x) => interpolate(x, options));
}
