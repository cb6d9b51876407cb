/**
 * The convolutional layer over images.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  add,
  conv,
  conv2d as convolve,
  ones as onesOf,
  random,
  reshape,
  type Tensor,
} from "../tensor/mod.ts";
import { type Padding, type Pair, pairOf } from "../tensor/ops/window.ts";
import { checkShape } from "../tensor/shape.ts";
import { checkPositiveInteger, checkTensor, placeOf, placeOfApply, shapeError, variable } from "./check.ts";
import { withSurroundings } from "./conv_padding.ts";
import { checkPaddingMode, type PaddingMode } from "./padding_mode.ts";
import { inferShape, within } from "./infer_shape.ts";
import { initializersOf, type KernelInitOptions } from "./initializers/defaults.ts";
import type { Empty, Layer } from "./layer.ts";
import { torchEntries } from "./torch_form.ts";
import { type ImageLayout, imageShape, windowShape, withLayout } from "./window_shape.ts";

/** Options of `conv2d`. */
export interface Conv2dOptions extends KernelInitOptions {
  /** The number of output channels; a positive integer. */
  readonly features: number;
  /** Rows and columns of the window: one number for both, or one for each. */
  readonly kernelSize: Pair;
  /** Steps of the window; 1 by default. */
  readonly strides?: Pair;
  /** What surrounds the image: "valid" (nothing, the default), "same", "sameLower", "causal" (all in front), or numbers. */
  readonly padding?: Padding | "sameLower" | "causal";
  /** Whether that is zeros (the default), or what is inside of the image, as in torch. */
  readonly paddingMode?: PaddingMode;
  /** Steps between the taps of the window; 1 by default. */
  readonly dilation?: Pair;
  /** Steps between the elements of the image, with zeros between them; 1 by default. */
  readonly inputDilation?: Pair;
  /** Groups of channels that do not mix; 1 by default. */
  readonly groups?: number;
  /** Whether a bias is added; true by default. */
  readonly bias?: boolean;
  /** The order of the axes: "NCHW" with kernels OIHW (the default), or "NHWC" with kernels HWIO. */
  readonly layout?: ImageLayout;
}

const CONV2D_OPTIONS = {
  features: true,
  kernelSize: true,
  strides: true,
  padding: true,
  paddingMode: true,
  dilation: true,
  inputDilation: true,
  groups: true,
  bias: true,
  layout: true,
  kernelInitializer: true,
  biasInitializer: true,
  init: true,
} as const;

/** Params of `conv2d`. */
export type Conv2dParams = {
  /** The weights, of shape [features, channels / groups, rows, columns]; HWIO where images are NHWC. */
  readonly kernel: Tensor;
  /** The bias, of shape [features]; absent with `bias: false`. */
  readonly bias?: Tensor;
};

/**
 * The convolution (cross-correlation) of images with a learned kernel, plus a bias a channel, as torch.nn.Conv2d:
 * `[n, channels, rows, columns]` to `[n, features, rows', columns']` with
 * `rows' = floor((rows + padding - dilation (kernelSize - 1) - 1) / stride) + 1`.
 *
 * The initializer sees fanIn = channels / groups * window and fanOut = features * window.
 *
 * @throws {RangeError} If an option is out of range, `groups` does not divide features and channels, or an input
 * does not fit the kernel.
 *
 * @example
 * ```ts
 * import { ones, random } from "@weft/weft";
 * import { conv2d } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = conv2d({ features: 64, kernelSize: 3 });
 * const { params, state, outputShape } = layer.init(random.key(0), [3, 64, 32]);
 * assertEquals(params.kernel.shape, [64, 3, 3, 3]);
 * assertEquals(outputShape, [64, 62, 30]);
 * assertEquals(layer.apply({ params, state }, ones([1, 3, 64, 32])).output.shape, [1, 64, 62, 30]);
 * ```
 */
export function conv2d(options: Conv2dOptions): Layer<Conv2dParams, Empty> {
  checkOptionNames("conv2d", options, CONV2D_OPTIONS);
  return conv2dLayer("conv2d", options);
}

/** `conv2d` under a name of its own. */
export function conv2dLayer(name: string, options: Conv2dOptions): Layer<Conv2dParams, Empty> {
  const { features, padding = "valid", paddingMode = "zeros", groups = 1, bias = true, layout = "NCHW" } =
    options;
  const { kernelInitializer, biasInitializer } = initializersOf(name, options);
  checkPaddingMode(name, paddingMode);
  checkPositiveInteger(name, "features", features);
  checkPositiveInteger(name, "groups", groups);
  if (features % groups !== 0) {
    throw new RangeError(`${name} expects groups to divide its ${features} features but got ${groups}`);
  }
  if (layout !== "NCHW" && layout !== "NHWC") {
    throw new RangeError(`${name} expects layout "NCHW" or "NHWC" but got ${String(layout)}`);
  }
  const [rows, columns] = pairOf(name, "kernelSize", options.kernelSize, 1);
  const strides = pairOf(name, "strides", options.strides ?? 1, 1);
  const dilation = pairOf(name, "dilation", options.dilation ?? 1, 1);
  const inputDilation = pairOf(name, "inputDilation", options.inputDilation ?? 1, 1);
  const isPlain = padding !== "causal" && padding !== "sameLower" && paddingMode === "zeros" &&
    inputDilation.every((step) => step === 1);
  const reach = [(rows - 1) * dilation[0] + 1, (columns - 1) * dilation[1] + 1] as const;
  const convolved = (x: Tensor, kernel: Tensor): Tensor => {
    if (isPlain) return convolve(x, kernel, { strides, padding, dilation, groups, layout });
    const order = layout === "NCHW" ? "channelsFirst" : "channelsLast";
    const [image, zeros] = withSurroundings(name, x, {
      padding,
      paddingMode,
      reach,
      strides,
      layout: order,
    });
    return conv(image, kernel, { strides, padding: zeros, dilation, inputDilation, groups, layout: order });
  };
  return {
    name,
    torch: torchEntries([
      { kind: "params", key: "kernel", name: "weight", ...(layout === "NCHW" ? {} : { axes: [3, 2, 0, 1] }) },
      { kind: "params", key: "bias", name: "bias" },
    ]),
    init(key, inputShape, context = {}) {
      const at = placeOf(name, context);
      checkShape(at, inputShape);
      const { channels, extents } = imageShape(at, inputShape, layout);
      if (channels % groups !== 0 || channels === 0) {
        throw shapeError(at, `channels that ${groups} groups divide`, inputShape);
      }
      const inputs = channels / groups;
      const shape = layout === "NCHW" ? [features, inputs, rows, columns] : [rows, columns, inputs, features];
      const outputShape = isPlain
        ? withLayout(features, windowShape(at, extents, { reach, strides, padding }), layout)
        : inferShape(at, inputShape, (x) => convolved(x, onesOf(shape)));
      const fans = { fanIn: inputs * rows * columns, fanOut: features * rows * columns };
      const [kernelKey, biasKey] = random.split(key);
      const kernel = kernelInitializer(kernelKey, shape, fans);
      if (!bias) return { params: { kernel }, state: {}, outputShape };
      return { params: { kernel, bias: biasInitializer(biasKey, [features], fans) }, state: {}, outputShape };
    },
    apply({ params, state }, x, context = {}) {
      const at = placeOfApply(name, context);
      checkTensor(at, x);
      const kernel = variable(at, "params", params, "kernel");
      if (kernel.rank !== 4) throw shapeError(at, "a kernel of rank 4", kernel.shape);
      const channels = groups * kernel.shape[layout === "NCHW" ? 1 : 2];
      if (x.rank !== 4 || x.shape[layout === "NCHW" ? 1 : 3] !== channels) {
        const order = layout === "NCHW"
          ? `[n, ${channels}, rows, columns]`
          : `[n, rows, columns, ${channels}]`;
        throw shapeError(at, `images of shape ${order}`, x.shape);
      }
      const product = within(at, x.shape, () => convolved(x, kernel));
      if (!bias) return { output: product, state };
      const offset = variable(at, "params", params, "bias");
      return { output: add(product, layout === "NCHW" ? reshape(offset, [-1, 1, 1]) : offset), state };
    },
  };
}
