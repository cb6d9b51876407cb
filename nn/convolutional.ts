/**
 * What convolutional layers of any number of axes have in common.
 *
 * @module
 */
import {
  add,
  type ChannelOrder,
  ones as onesOf,
  type PerAxis,
  random,
  reshape,
  type Shape,
  type Tensor,
} from "../tensor/mod.ts";
import { perAxis } from "../tensor/ops/spatial/axes.ts";
import { checkShape } from "../tensor/shape.ts";
import { checkPositiveInteger, checkTensor, placeOf, placeOfApply, shapeError, variable } from "./check.ts";
import { inferShape, within } from "./infer_shape.ts";
import { initializersOf, type KernelInitOptions } from "./initializers/defaults.ts";
import type { Empty, Layer } from "./layer.ts";
import { torchEntries } from "./torch_form.ts";

/** What convolutional layers of any number of axes have in common. */
export interface ConvCommonOptions extends KernelInitOptions {
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
}

/** The names of those options. */
export const CONV_COMMON_OPTIONS = {
  features: true,
  kernelSize: true,
  strides: true,
  dilation: true,
  groups: true,
  bias: true,
  layout: true,
  kernelInitializer: true,
  biasInitializer: true,
  init: true,
} as const;

/** Params of convolutional layers. */
export type ConvLayerParams = {
  /** The weights: [features, channels / groups, ...window], of a transposed layer [channels, features / groups, ...]. */
  readonly kernel: Tensor;
  /** The bias, of shape [features]; absent with `bias: false`. */
  readonly bias?: Tensor;
};

/** What tells one of the layers from the others. */
export interface ConvForm {
  /** What it is called in errors. */
  readonly name: string;
  /** The number of axes that the window slides over. */
  readonly rank: number;
  /** Whether kernels are [channels, features / groups, ...]. */
  readonly transposed: boolean;
  /** The operation. */
  readonly convolve: (x: Tensor, kernel: Tensor) => Tensor;
}

export function convolutional(form: ConvForm, options: ConvCommonOptions): Layer<ConvLayerParams, Empty> {
  const { name, rank, transposed, convolve } = form;
  const { features, groups = 1, bias = true, layout = "channelsFirst" } = options;
  const { kernelInitializer, biasInitializer } = initializersOf(name, options);
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
  const checkExtents = (at: string, given: Shape, result: Shape): void => {
    const extents = isFirst ? result.slice(-rank) : result.slice(-rank - 1, -1);
    if (!extents.includes(0)) return;
    throw shapeError(at, `inputs at least as large as its window [${window.join(", ")}]`, given);
  };
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
      const at = placeOf(name, context);
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
      // Of a transposed kernel torch takes the outputs for inputs.
      const fans = transposed && options.init === "torch"
        ? { fanIn: features / groups * taps, fanOut: channels * taps }
        : { fanIn: channels / groups * taps, fanOut: features * taps };
      const [kernelKey, biasKey] = random.split(key);
      const kernel = kernelInitializer(kernelKey, shape, fans);
      const outputShape = inferShape(at, inputShape, (x) => convolve(x, onesOf(shape)));
      checkExtents(at, inputShape, outputShape);
      if (!bias) return { params: { kernel }, state: {}, outputShape };
      return { params: { kernel, bias: biasInitializer(biasKey, [features], fans) }, state: {}, outputShape };
    },
    apply({ params, state }, x, context = {}) {
      const at = placeOfApply(name, context);
      checkTensor(at, x);
      const kernel = variable(at, "params", params, "kernel");
      const product = within(at, x.shape, () => convolve(x, kernel));
      checkExtents(at, x.shape, product.shape);
      if (!bias) return { output: product, state };
      const offset = variable(at, "params", params, "bias");
      return {
        output: add(product, isFirst ? reshape(offset, [-1, ...spatial.map(() => 1)]) : offset),
        state,
      };
    },
  };
}
