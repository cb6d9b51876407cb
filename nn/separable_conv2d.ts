/**
 * Convolutions that treat channels and places apart.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { conv2d, conv2dLayer, type Conv2dOptions, type Conv2dParams } from "./conv2d.ts";
import { checkPositiveInteger, placeOf } from "./check.ts";
import type { Empty, Layer } from "./layer.ts";
import { DEPTHWISE_CONV_OPTIONS } from "./separable_conv.ts";
import { sequential } from "./sequential.ts";
import { imageShape } from "./window_shape.ts";

/** Options of `depthwiseConv2d`. */
export interface DepthwiseConv2dOptions extends Omit<Conv2dOptions, "features" | "groups"> {
  /** Outputs for each channel; 1 by default. */
  readonly multiplier?: number;
}

/**
 * A convolution of each channel on its own, `multiplier` outputs for each, as torch.nn.Conv2d with as many groups as
 * channels.
 *
 * @throws {RangeError} If an option is out of range, or an input does not fit the kernel.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { depthwiseConv2d } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { params, outputShape } = depthwiseConv2d({ kernelSize: 3 }).init(random.key(0), [8, 5, 5]);
 * assertEquals([params.kernel.shape, outputShape], [[8, 1, 3, 3], [8, 3, 3]]);
 * ```
 */
export function depthwiseConv2d(options: DepthwiseConv2dOptions): Layer<Conv2dParams, Empty> {
  checkOptionNames("depthwiseConv2d", options, DEPTHWISE_CONV_OPTIONS);
  const name = "depthwiseConv2d";
  const { multiplier = 1, ...rest } = options;
  const { layout = "NCHW" } = options;
  checkPositiveInteger(name, "multiplier", multiplier);
  const of = (channels: number): Layer<Conv2dParams, Empty> =>
    conv2dLayer(name, { ...rest, features: channels * multiplier, groups: channels });
  return {
    ...of(1),
    init(key, inputShape, context = {}) {
      const { channels } = imageShape(placeOf(name, context), inputShape, layout);
      return of(Math.max(1, channels)).init(key, inputShape, context);
    },
    apply: (variables, x, context) => {
      const channels = x.shape[layout === "NCHW" ? 1 : 3] ?? 1;
      return of(Math.max(1, channels)).apply(variables, x, context);
    },
  };
}

/** Options of `separableConv2d`. */
export interface SeparableConv2dOptions extends Omit<Conv2dOptions, "groups"> {
  /** Outputs of the first convolution for each channel; 1 by default. */
  readonly multiplier?: number;
}

const SEPARABLE_CONV2D_OPTIONS = { ...DEPTHWISE_CONV_OPTIONS, features: true } as const;

/** Params of `separableConv2d`. */
export type SeparableConv2dParams = {
  /** The convolution of each channel on its own, without a bias. */
  readonly depthwise: Conv2dParams;
  /** The mix of the channels of each place. */
  readonly pointwise: Conv2dParams;
};

/**
 * A convolution of each channel on its own, and then one of 1 x 1 that mixes the channels (Chollet, "Xception", 2017):
 * far fewer weights than a convolution of both.
 *
 * @throws {RangeError} If an option is out of range, or an input does not fit the kernel.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { separableConv2d } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { params } = separableConv2d({ features: 16, kernelSize: 3 }).init(random.key(0), [8, 5, 5]);
 * assertEquals([params.depthwise.kernel.shape, params.pointwise.kernel.shape], [[8, 1, 3, 3], [16, 8, 1, 1]]);
 * ```
 */
export function separableConv2d(options: SeparableConv2dOptions): Layer<SeparableConv2dParams, Empty> {
  checkOptionNames("separableConv2d", options, SEPARABLE_CONV2D_OPTIONS);
  const { features, bias = true, multiplier = 1, biasInitializer, ...rest } = options;
  const { layout = "NCHW", kernelInitializer, init } = options;
  return {
    ...sequential({
      depthwise: depthwiseConv2d({ ...rest, multiplier, bias: false }),
      pointwise: conv2d({
        features,
        kernelSize: 1,
        bias,
        layout,
        ...(init === undefined ? {} : { init }),
        ...(kernelInitializer === undefined ? {} : { kernelInitializer }),
        ...(biasInitializer === undefined ? {} : { biasInitializer }),
      }),
    }),
    name: "separableConv2d",
  } as Layer<SeparableConv2dParams, Empty>;
}
