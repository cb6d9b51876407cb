/**
 * Convolutional layers over one and three axes, and transposed ones.
 *
 * @module
 */
import {
  add,
  type AxisPadding,
  type ChannelOrder,
  conv,
  convTranspose,
  ones as onesOf,
  type PerAxis,
  random,
  reshape,
  type Shape,
  type Tensor,
} from "../tensor/mod.ts";
import { perAxis, sidesOf } from "../tensor/ops/spatial/axes.ts";
import { checkShape } from "../tensor/shape.ts";
import { checkPositiveInteger, checkTensor, place, shapeError, variable } from "./check.ts";
import { inferShape, within } from "./infer_shape.ts";
import { type Initializer, lecunNormal, zeros } from "./initializers.ts";
import type { Empty, Layer } from "./layer.ts";
import { checkPaddingMode, type PaddingMode, surrounded } from "./padding_mode.ts";
import { torchEntries } from "./torch_form.ts";

/** What convolutional layers of any number of axes have in common. */
export interface ConvCommonOptions {
  /** The number of output channels; a positive integer. */
  readonly features: number;
  /** Extents of the window: one number for all axes, or one for each. */
  readonly kernelSize: PerAxis;
  /** Steps of the window; 1 by default. */
  readonly strides?: PerAxis;
  /** Steps between the taps of the window; 1 by default. */
  readonly dilation?: PerAxis;
  /** Groups of channels that do not mix; 1 by default. */
  readonly groups?: number;
  /** Whether a bias is added; true by default. */
  readonly bias?: boolean;
  /** The order of axes: "channelsFirst", [n, c, ...] (the default), or "channelsLast", [n, ..., c]. */
  readonly layout?: ChannelOrder;
  /** Makes the kernel; `initializers.lecunNormal` by default. */
  readonly kernelInitializer?: Initializer;
  /** Makes the bias; zeros by default. */
  readonly biasInitializer?: Initializer;
}

/** Options of `conv1d` and `conv3d`. */
export interface ConvLayerOptions extends ConvCommonOptions {
  /** How much is around the input: "valid" (nothing, the default), "same", or numbers. */
  readonly padding?: AxisPadding;
  /** What surrounds the input where it is padded: "zeros" (the default), "reflect", "replicate" or "circular". */
  readonly paddingMode?: PaddingMode;
}

/** Options of `convTranspose1d`, `convTranspose2d` and `convTranspose3d`. */
export interface ConvTransposeLayerOptions extends ConvCommonOptions {
  /** How much is taken away on both sides of the result; 0 by default. */
  readonly padding?: PerAxis;
  /** How much is added at the end of the result; 0 by default. */
  readonly outputPadding?: PerAxis;
}

/** Params of convolutional layers. */
export type ConvLayerParams = {
  /** The weights: [features, channels / groups, ...window], of a transposed layer [channels, features / groups, ...]. */
  readonly kernel: Tensor;
  /** The bias, of shape [features]; absent with `bias: false`. */
  readonly bias?: Tensor;
};

/** What tells one of the layers from the others. */
interface Form {
  readonly name: string;
  readonly rank: number;
  readonly transposed: boolean;
  readonly convolve: (x: Tensor, kernel: Tensor) => Tensor;
}

function convolutional(form: Form, options: ConvCommonOptions): Layer<ConvLayerParams, Empty> {
  const { name, rank, transposed, convolve } = form;
  const { features, groups = 1, bias = true, layout = "channelsFirst" } = options;
  const { kernelInitializer = lecunNormal, biasInitializer = zeros } = options;
  checkPositiveInteger(name, "features", features);
  checkPositiveInteger(name, "groups", groups);
  if (features % groups !== 0) {
    throw new RangeError(`${name} expects groups to divide its ${features} features but got ${groups}`);
  }
  if (layout !== "channelsFirst" && layout !== "channelsLast") {
    throw new RangeError(
      `${name} expects layout "channelsFirst" or "channelsLast" but got ${String(layout)}`,
    );
  }
  const window = perAxis(name, "kernelSize", options.kernelSize, rank, 1);
  const isFirst = layout === "channelsFirst";
  /** [a, b, ...window], or [...window, b, a]. */
  const ordered = (a: number, b: number): Shape => isFirst ? [a, b, ...window] : [...window, b, a];
  const spatial = window.map((_, i) => i);
  return {
    name,
    torch: torchEntries([
      {
        kind: "params",
        key: "kernel",
        name: "weight",
        ...(isFirst ? {} : { axes: [rank + 1, rank, ...spatial] }),
      },
      { kind: "params", key: "bias", name: "bias" },
    ]),
    init(key, inputShape, context = {}) {
      const at = place(name, context.path);
      checkShape(at, inputShape);
      if (inputShape.length !== rank + 1) {
        throw shapeError(at, `an input shape of channels and ${rank} axes`, inputShape);
      }
      const channels = inputShape[isFirst ? 0 : rank];
      if (channels === 0 || channels % groups !== 0) {
        throw shapeError(at, `channels that ${groups} groups divide`, inputShape);
      }
      const shape = transposed ? ordered(channels, features / groups) : ordered(features, channels / groups);
      const taps = window.reduce((product, extent) => product * extent, 1);
      const fans = { fanIn: channels / groups * taps, fanOut: features * taps };
      const [kernelKey, biasKey] = random.split(key);
      const kernel = kernelInitializer(kernelKey, shape, fans);
      const outputShape = inferShape(at, inputShape, (x) => convolve(x, onesOf(shape)));
      if (!bias) return { params: { kernel }, state: {}, outputShape };
      return { params: { kernel, bias: biasInitializer(biasKey, [features], fans) }, state: {}, outputShape };
    },
    apply({ params, state }, x, context = {}) {
      const at = place(name, context.path);
      checkTensor(at, x);
      const kernel = variable(at, "params", params, "kernel");
      const product = within(at, x.shape, () => convolve(x, kernel));
      if (!bias) return { output: product, state };
      const offset = variable(at, "params", params, "bias");
      return {
        output: add(product, isFirst ? reshape(offset, [-1, ...spatial.map(() => 1)]) : offset),
        state,
      };
    },
  };
}

function plain(name: string, rank: number, options: ConvLayerOptions): Layer<ConvLayerParams, Empty> {
  const { strides = 1, padding = "valid", dilation = 1, groups = 1, layout = "channelsFirst" } = options;
  const { paddingMode = "zeros" } = options;
  checkPaddingMode(name, paddingMode);
  const from = layout === "channelsFirst" ? 2 : 1;
  return convolutional({
    name,
    rank,
    transposed: false,
    convolve(x, kernel) {
      if (paddingMode === "zeros") return conv(x, kernel, { strides, padding, dilation, groups, layout });
      const steps = perAxis(name, "dilation", dilation, rank, 1);
      const reach = perAxis(name, "kernelSize", options.kernelSize, rank, 1)
        .map((extent, i) => (extent - 1) * steps[i] + 1);
      const along = perAxis(name, "strides", strides, rank, 1);
      const sides = sidesOf(name, padding, x.shape.slice(from, from + rank), reach, along);
      const around = surrounded(x, sides, { mode: paddingMode, from });
      return conv(around, kernel, { strides, dilation, groups, layout });
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
  return plain("conv1d", 1, options);
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
  return plain("conv3d", 3, options);
}

function transposing(
  name: string,
  rank: number,
  options: ConvTransposeLayerOptions,
): Layer<ConvLayerParams, Empty> {
  const { strides = 1, padding = 0, outputPadding = 0, dilation = 1, groups = 1 } = options;
  const { layout = "channelsFirst" } = options;
  return convolutional({
    name,
    rank,
    transposed: true,
    convolve: (x, kernel) =>
      convTranspose(x, kernel, { strides, padding, outputPadding, dilation, groups, layout }),
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
  return transposing("convTranspose3d", 3, options);
}
