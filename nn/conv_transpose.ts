/**
 * Transposed convolutional layers.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { convTranspose, type PerAxis, type Tensor } from "../tensor/mod.ts";
import { perAxis } from "../tensor/ops/spatial/axes.ts";
import { type ConvTransposePadding, cut, cutsOf, wrapped } from "./conv_transpose_padding.ts";
import {
  CONV_COMMON_OPTIONS,
  type ConvCommonOptions,
  type ConvLayerParams,
  convolutional,
} from "./convolutional.ts";
import type { Empty, Layer } from "./layer.ts";

/** Options of `convTranspose1d`, `convTranspose2d` and `convTranspose3d`. */
export interface ConvTransposeLayerOptions extends ConvCommonOptions {
  /** What is taken away from the sides of the result; 0 by default. */
  readonly padding?: ConvTransposePadding;
  /** How much is added at the end of the result; 0 by default. */
  readonly outputPadding?: PerAxis;
}

const CONV_TRANSPOSE_LAYER_OPTIONS = { padding: true, outputPadding: true, ...CONV_COMMON_OPTIONS } as const;

function transposing(
  name: string,
  rank: number,
  options: ConvTransposeLayerOptions,
): Layer<ConvLayerParams, Empty> {
  const { padding = 0, outputPadding = 0, dilation = 1, groups = 1, layout = "channelsFirst" } = options;
  const strides = perAxis(name, "strides", options.strides ?? 1, rank, 1);
  const steps = perAxis(name, "dilation", dilation, rank, 1);
  const reach = perAxis(name, "kernelSize", options.kernelSize, rank, 1).map((extent, i) =>
    (extent - 1) * steps[i] + 1
  );
  const from = layout === "channelsFirst" ? 2 : 1;
  return convolutional({
    name,
    rank,
    transposed: true,
    convolve(x, kernel) {
      const run = (sides: PerAxis): Tensor =>
        convTranspose(x, kernel, { strides, padding: sides, outputPadding, dilation, groups, layout });
      const stride = { extents: x.shape.slice(from, from + rank), strides, reach };
      if (padding === "circular") return wrapped(run(0), stride, from);
      const cuts = cutsOf(name, padding, stride);
      const isEven = cuts.every(([before, after]) => before === after && before >= 0);
      return isEven ? run(cuts.map(([before]) => before)) : cut(run(0), cuts, from);
    },
  }, options);
}

/**
 * The transposed convolution of sequences, as torch.nn.ConvTranspose1d: `[n, channels, length]` to `[n, features,
 * (length - 1) stride - 2 padding + dilation (kernelSize - 1) + outputPadding + 1]`.
 *
 * @throws {RangeError} If an option is out of range, or an input does not fit.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { convTranspose1d } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = convTranspose1d({ features: 4, kernelSize: 2, strides: 2 });
 * assertEquals(layer.init(random.key(0), [3, 5]).outputShape, [4, 10]);
 * ```
 */
export function convTranspose1d(options: ConvTransposeLayerOptions): Layer<ConvLayerParams, Empty> {
  checkOptionNames("convTranspose1d", options, CONV_TRANSPOSE_LAYER_OPTIONS);
  return transposing("convTranspose1d", 1, options);
}

/**
 * The transposed convolution of images, as torch.nn.ConvTranspose2d; see `convTranspose1d` for extents.
 *
 * @throws {RangeError} If an option is out of range, or an input does not fit.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { convTranspose2d } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = convTranspose2d({ features: 4, kernelSize: 2, strides: 2 });
 * assertEquals(layer.init(random.key(0), [3, 5, 5]).outputShape, [4, 10, 10]);
 * ```
 */
export function convTranspose2d(options: ConvTransposeLayerOptions): Layer<ConvLayerParams, Empty> {
  checkOptionNames("convTranspose2d", options, CONV_TRANSPOSE_LAYER_OPTIONS);
  return transposing("convTranspose2d", 2, options);
}

/**
 * The transposed convolution of volumes, as torch.nn.ConvTranspose3d; see `convTranspose1d` for extents.
 *
 * @throws {RangeError} If an option is out of range, or an input does not fit.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { convTranspose3d } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = convTranspose3d({ features: 4, kernelSize: 2, strides: 2 });
 * assertEquals(layer.init(random.key(0), [3, 2, 2, 2]).outputShape, [4, 4, 4, 4]);
 * ```
 */
export function convTranspose3d(options: ConvTransposeLayerOptions): Layer<ConvLayerParams, Empty> {
  checkOptionNames("convTranspose3d", options, CONV_TRANSPOSE_LAYER_OPTIONS);
  return transposing("convTranspose3d", 3, options);
}
