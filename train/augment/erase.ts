/**
 * Images of which a part is erased.
 *
 * @module
 */
import { checkOptionNames } from "../../tensor/check_option_names.ts";
import {
  add,
  expandDims,
  greaterEqual,
  index,
  less,
  logicalAnd,
  random,
  reshape,
  subtract,
  type Tensor,
  where,
} from "../../tensor/mod.ts";
import { arange } from "../../tensor/ops/ranges.ts";
import { checkImages } from "./images.ts";

/** Options of `randomErase`. */
export interface RandomEraseOptions {
  /** Rows and columns of the square that is erased. */
  readonly size: number;
  /** What it holds; 0 by default. */
  readonly value?: number;
}

const RANDOM_ERASE_OPTIONS = { size: true, value: true } as const;

/**
 * Images each of which has a square erased, at a place of its own, cut off at the borders (DeVries and Taylor,
 * "Cutout", 2017).
 *
 * @param x Images [n, channels, rows, columns].
 * @throws {RangeError} If the input has another rank, or the size is no positive integer.
 *
 * @example
 * ```ts
 * import { ones, random, sum } from "@weft/weft";
 * import { randomErase } from "@weft/weft/train";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(sum(randomErase(random.key(0), ones([1, 1, 8, 8]), { size: 2 })).item() < 64, true);
 * ```
 */
export function randomErase(key: Tensor, x: Tensor, options: RandomEraseOptions): Tensor {
  checkOptionNames("randomErase", options, RANDOM_ERASE_OPTIONS);
  const { size, value = 0 } = options;
  checkImages("randomErase", x);
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`randomErase expects size to be a positive integer but got ${size}`);
  }
  const [count, , height, width] = x.shape;
  const keys = random.split(key);
  const inside = (key: Tensor, extent: number): Tensor => {
    const first = expandDims(
      subtract(random.randint(key, [count], { max: extent }), Math.floor(size / 2)),
      1,
    );
    const place = arange(extent, { dtype: "int32" });
    return logicalAnd(greaterEqual(place, first), less(place, add(first, size)));
  };
  const rows = reshape(inside(index(keys, 0), height), [count, 1, height, 1]);
  const columns = reshape(inside(index(keys, 1), width), [count, 1, 1, width]);
  return where(logicalAnd(rows, columns), value, x);
}
