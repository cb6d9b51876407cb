/**
 * The norms of windows over one, two or three axes.
 *
 * @module
 */
import { checkOptionNames } from "../../check_option_names.ts";
import type { Tensor } from "../../tensor.ts";
import { multiply } from "../arithmetic.ts";
import { cbrt, sqrt } from "../exponential.ts";
import { power } from "../power.ts";
import { abs } from "../sign.ts";
import { avgPool } from "./avg_pool.ts";
import { perAxis } from "./axes.ts";
import type { PoolOptions } from "./pool_windows.ts";

/** Options of `lpPool`. */
export interface LpPoolOptions extends Omit<PoolOptions, "dilation" | "padding"> {
  /** The exponent p; 2 by default. */
  readonly order?: number;
}

/** The names of `LpPoolOptions`. */
export const LP_POOL_OPTIONS = {
  order: true,
  strides: true,
  layout: true,
  window: true,
  ceilMode: true,
} as const;

/**
 * The p-norm of each window, `(sum |x|^p)^(1/p)`, as torch's lp_pool1d and lp_pool2d.
 *
 * @throws {RangeError} If the shapes do not fit the options.
 *
 * @example
 * ```ts
 * import { lpPool, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(lpPool(tensor([[[3, 4]]]), { window: 2 }).toArray(), [[[5]]]);
 * ```
 */
export function lpPool(x: Tensor, options: LpPoolOptions): Tensor {
  checkOptionNames("lpPool", options, LP_POOL_OPTIONS);
  const { order = 2, ...rest } = options;
  if (!(order > 0)) throw new RangeError(`lpPool expects an order above 0 but got ${order}`);
  const powers = power(order % 2 === 0 ? x : abs(x), order);
  const root = (sums: Tensor): Tensor =>
    order === 2 ? sqrt(sums) : order === 3 ? cbrt(sums) : power(sums, 1 / order);
  if (options.ceilMode !== true) return root(avgPool(powers, { ...rest, divisor: 1 }));
  // A window that hangs over the end counts as much as a whole one, as in torch.
  const taps = perAxis("lpPool", "window", options.window, x.rank - 2, 1).reduce((a, b) => a * b, 1);
  return root(multiply(avgPool(powers, rest), taps));
}
