/**
 * Convolutional layers over one and three axes.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { conv, type PerAxis } from "../tensor/mod.ts";
import { perAxis } from "../tensor/ops/spatial/axes.ts";
import { type ConvPadding, withSurroundings } from "./conv_padding.ts";
import { checkPaddingMode, type PaddingMode } from "./padding_mode.ts";
import {
  CONV_COMMON_OPTIONS,
  type ConvCommonOptions,
  type ConvLayerParams,
  convolutional,
} from "./convolutional.ts";
import type { Empty, Layer } from "./layer.ts";

/** Options of `conv1d` and `conv3d`. */
export interface ConvLayerOptions extends ConvCommonOptions {
  /** What surrounds the input: "valid" (nothing, the default), "same", "causal" (all in front), or numbers. */
  readonly padding?: ConvPadding;
  /** Whether that is zeros (the default), or what is inside of the input, as in torch. */
  readonly paddingMode?: PaddingMode;
  /** Steps between the elements of the input, with zeros between them; 1 by default. */
  readonly inputDilation?: PerAxis;
}

const CONV_LAYER_OPTIONS = {
  padding: true,
  paddingMode: true,
  inputDilation: true,
  ...CONV_COMMON_OPTIONS,
} as const;

/** A convolution over `rank` axes, under a name of its own. */
export function convLayer(
  name: string,
  rank: number,
  options: ConvLayerOptions,
): Layer<ConvLayerParams, Empty> {
  const { padding = "valid", paddingMode = "zeros", dilation = 1, inputDilation = 1, groups = 1 } = options;
  const { layout = "channelsFirst" } = options;
  checkPaddingMode(name, paddingMode);
  const strides = perAxis(name, "strides", options.strides ?? 1, rank, 1);
  const steps = perAxis(name, "dilation", dilation, rank, 1);
  const reach = perAxis(name, "kernelSize", options.kernelSize, rank, 1).map((extent, i) =>
    (extent - 1) * steps[i] + 1
  );
  return convolutional({
    name,
    rank,
    transposed: false,
    convolve(x, kernel) {
      const [input, zeros] = withSurroundings(name, x, { padding, paddingMode, reach, strides, layout });
      return conv(input, kernel, { strides, padding: zeros, dilation, inputDilation, groups, layout });
    },
  }, options);
}

/**
 * The convolution of sequences with a learned kernel, plus a bias a channel, as torch.nn.Conv1d: `[n, channels,
 * length]` to `[n, features, length']`.
 *
 * @throws {RangeError} If an option is out of range, or an input does not fit.
 *
 * @example
 * ```ts
 * import { ones, random } from "@weft/weft";
 * import { conv1d } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = conv1d({ features: 4, kernelSize: 3, padding: "same" });
 * const { params, state, outputShape } = layer.init(random.key(0), [2, 10]);
 * assertEquals([params.kernel.shape, outputShape], [[4, 2, 3], [4, 10]]);
 * assertEquals(layer.apply({ params, state }, ones([1, 2, 10])).output.shape, [1, 4, 10]);
 * ```
 */
export function conv1d(options: ConvLayerOptions): Layer<ConvLayerParams, Empty> {
  checkOptionNames("conv1d", options, CONV_LAYER_OPTIONS);
  return convLayer("conv1d", 1, options);
}

/**
 * The convolution of volumes with a learned kernel, plus a bias a channel, as torch.nn.Conv3d: `[n, channels, depth,
 * rows, columns]` to `[n, features, depth', rows', columns']`.
 *
 * @throws {RangeError} If an option is out of range, or an input does not fit.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { conv3d } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { outputShape } = conv3d({ features: 4, kernelSize: 3 }).init(random.key(0), [1, 8, 8, 8]);
 * assertEquals(outputShape, [4, 6, 6, 6]);
 * ```
 */
export function conv3d(options: ConvLayerOptions): Layer<ConvLayerParams, Empty> {
  checkOptionNames("conv3d", options, CONV_LAYER_OPTIONS);
  return convLayer("conv3d", 3, options);
}
