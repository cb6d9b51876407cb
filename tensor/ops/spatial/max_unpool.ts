/**
 * Greatest elements put back to where they were.
 *
 * @module
 */
import { checkOptionNames } from "../../check_option_names.ts";
import { formatShape } from "../../shape.ts";
import { describe, type Tensor } from "../../tensor.ts";
import { putAlongAxis } from "../along_axis.ts";
import { zeros } from "../full.ts";
import { reshape } from "../reshape.ts";
import { channelsFirst, type PerAxis, perAxis } from "./axes.ts";
import type { PoolIndices } from "./max_pool.ts";

/** Options of `maxUnpool`. */
export interface MaxUnpoolOptions {
  /** Extents of the window that pooled. */
  readonly window: PerAxis;
  /** Its steps; the window itself by default. */
  readonly strides?: PerAxis;
  /** Its padding on both sides; 0 by default. */
  readonly padding?: PerAxis;
  /** Extents of the result over the spatial axes; `(extent - 1) stride - 2 padding + window` by default. */
  readonly outputSize?: PerAxis;
}

const MAX_UNPOOL_OPTIONS = { window: true, strides: true, padding: true, outputSize: true } as const;

/**
 * Zeros with the greatest elements at their places, a partial inverse of `maxPoolWithIndices`, as
 * torch.nn.functional.max_unpool1d to 3d.
 *
 * @param pooled What `maxPoolWithIndices` gave, [n, c, ...].
 * @throws {RangeError} If the shapes differ, or a place lies outside of the result.
 *
 * @example
 * ```ts
 * import { maxPoolWithIndices, maxUnpool, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const pooled = maxPoolWithIndices(tensor([[[1, 5, 2, 3]]]), { window: 2 });
 * assertEquals(maxUnpool(pooled, { window: 2 }).toArray(), [[[0, 5, 0, 3]]]);
 * ```
 */
export function maxUnpool({ output, indices }: PoolIndices, options: MaxUnpoolOptions): Tensor {
  checkOptionNames("maxUnpool", options, MAX_UNPOOL_OPTIONS);
  const input = channelsFirst("maxUnpool", output, null, "channelsFirst");
  if (`${indices?.shape}` !== `${input.shape}`) {
    throw new RangeError(
      `maxUnpool expects indices of shape ${formatShape(input.shape)} but got ${describe(indices)}`,
    );
  }
  const [n, channels, ...extents] = input.shape;
  const rank = extents.length;
  const window = perAxis("maxUnpool", "window", options.window, rank, 1);
  const strides = perAxis("maxUnpool", "strides", options.strides ?? window, rank, 1);
  const padding = perAxis("maxUnpool", "padding", options.padding ?? 0, rank, 0);
  const size = options.outputSize === undefined
    ? extents.map((extent, i) => (extent - 1) * strides[i] - 2 * padding[i] + window[i])
    : perAxis("maxUnpool", "outputSize", options.outputSize, rank, 1);
  const empty = zeros([n, channels, size.reduce((a, b) => a * b, 1)], { dtype: input.dtype });
  const flat = (x: Tensor): Tensor => reshape(x, [n, channels, -1]);
  return reshape(putAlongAxis(empty, flat(indices), flat(input), 2), [n, channels, ...size]);
}
