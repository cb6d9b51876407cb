/**
 * Convolutions of sequences and volumes that treat channels and places apart.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { checkPositiveInteger } from "./check.ts";
import { convLayer, type ConvLayerOptions } from "./conv.ts";
import type { ConvLayerParams } from "./convolutional.ts";
import type { Empty, Layer } from "./layer.ts";
import { sequential } from "./sequential.ts";

/** Options of `depthwiseConv1d` and `depthwiseConv3d`. */
export interface DepthwiseConvOptions extends Omit<ConvLayerOptions, "features" | "groups"> {
  /** Outputs for each channel; 1 by default. */
  readonly multiplier?: number;
}

/** The names of those options, and of those of `depthwiseConv2d`. */
export const DEPTHWISE_CONV_OPTIONS = {
  multiplier: true,
  bias: true,
  kernelInitializer: true,
  biasInitializer: true,
  init: true,
  dilation: true,
  strides: true,
  padding: true,
  layout: true,
  kernelSize: true,
  paddingMode: true,
  inputDilation: true,
} as const;

/** Options of `separableConv1d` and `separableConv3d`. */
export interface SeparableConvOptions extends Omit<ConvLayerOptions, "groups"> {
  /** Outputs of the first convolution for each channel; 1 by default. */
  readonly multiplier?: number;
}

const SEPARABLE_CONV_OPTIONS = { ...DEPTHWISE_CONV_OPTIONS, features: true } as const;

/** Params of `separableConv1d` and `separableConv3d`. */
export type SeparableConvParams = {
  /** The convolution of each channel on its own, without a bias. */
  readonly depthwise: ConvLayerParams;
  /** The mix of the channels of each place. */
  readonly pointwise: ConvLayerParams;
};

function depthwise(
  name: string,
  rank: number,
  { multiplier = 1, ...rest }: DepthwiseConvOptions,
): Layer<ConvLayerParams, Empty> {
  checkPositiveInteger(name, "multiplier", multiplier);
  const axis = rest.layout === "channelsLast" ? rank : 0;
  const of = (channels = 1): Layer<ConvLayerParams, Empty> => {
    const groups = Math.max(1, channels);
    return convLayer(name, rank, { ...rest, features: groups * multiplier, groups });
  };
  return {
    ...of(),
    init: (key, inputShape, context) => of(inputShape[axis]).init(key, inputShape, context),
    apply: (variables, x, context) => of(x.shape?.[axis + 1]).apply(variables, x, context),
  };
}

function separable(
  name: string,
  rank: number,
  options: SeparableConvOptions,
): Layer<SeparableConvParams, Empty> {
  const { features, bias = true, biasInitializer, multiplier = 1, ...rest } = options;
  const { layout, kernelInitializer, init } = options;
  const given = Object.entries({ layout, kernelInitializer, init, biasInitializer });
  const known = Object.fromEntries(given.filter(([, value]) => value !== undefined));
  return {
    ...sequential({
      depthwise: depthwise(name, rank, { ...rest, multiplier, bias: false }),
      pointwise: convLayer(name, rank, { features, kernelSize: 1, bias, ...known }),
    }),
    name,
  } as Layer<SeparableConvParams, Empty>;
}

/**
 * A convolution of each channel of sequences on its own, `multiplier` outputs for each, as torch.nn.Conv1d with as
 * many groups as channels.
 *
 * @throws {RangeError} If an option is out of range, or an input does not fit the kernel.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { depthwiseConv1d } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { params, outputShape } = depthwiseConv1d({ kernelSize: 3 }).init(random.key(0), [8, 5]);
 * assertEquals([params.kernel.shape, outputShape], [[8, 1, 3], [8, 3]]);
 * ```
 */
export function depthwiseConv1d(options: DepthwiseConvOptions): Layer<ConvLayerParams, Empty> {
  checkOptionNames("depthwiseConv1d", options, DEPTHWISE_CONV_OPTIONS);
  return depthwise("depthwiseConv1d", 1, options);
}

/**
 * A convolution of each channel of sequences on its own, and then one of a single place that mixes the channels (Chollet,
 * "Xception", 2017): far fewer weights than a convolution of both.
 *
 * @throws {RangeError} If an option is out of range, or an input does not fit the kernel.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { separableConv1d } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = separableConv1d({ features: 16, kernelSize: 3 });
 * const { params } = layer.init(random.key(0), [8, 5]);
 * assertEquals([params.depthwise.kernel.shape, params.pointwise.kernel.shape], [[8, 1, 3], [16, 8, 1]]);
 * ```
 */
export function separableConv1d(options: SeparableConvOptions): Layer<SeparableConvParams, Empty> {
  checkOptionNames("separableConv1d", options, SEPARABLE_CONV_OPTIONS);
  return separable("separableConv1d", 1, options);
}

/**
 * A convolution of each channel of volumes on its own, `multiplier` outputs for each, as torch.nn.Conv3d with as
 * many groups as channels.
 *
 * @throws {RangeError} If an option is out of range, or an input does not fit the kernel.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { depthwiseConv3d } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { params, outputShape } = depthwiseConv3d({ kernelSize: 3 }).init(random.key(0), [8, 5, 5, 5]);
 * assertEquals([params.kernel.shape, outputShape], [[8, 1, 3, 3, 3], [8, 3, 3, 3]]);
 * ```
 */
export function depthwiseConv3d(options: DepthwiseConvOptions): Layer<ConvLayerParams, Empty> {
  checkOptionNames("depthwiseConv3d", options, DEPTHWISE_CONV_OPTIONS);
  return depthwise("depthwiseConv3d", 3, options);
}

/**
 * A convolution of each channel of volumes on its own, and then one of a single place that mixes the channels (Chollet,
 * "Xception", 2017): far fewer weights than a convolution of both.
 *
 * @throws {RangeError} If an option is out of range, or an input does not fit the kernel.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { separableConv3d } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = separableConv3d({ features: 16, kernelSize: 3 });
 * const { params } = layer.init(random.key(0), [8, 5, 5, 5]);
 * assertEquals([params.depthwise.kernel.shape, params.pointwise.kernel.shape], [[8, 1, 3, 3, 3], [16, 8, 1, 1, 1]]);
 * ```
 */
export function separableConv3d(options: SeparableConvOptions): Layer<SeparableConvParams, Empty> {
  checkOptionNames("separableConv3d", options, SEPARABLE_CONV_OPTIONS);
  return separable("separableConv3d", 3, options);
}
