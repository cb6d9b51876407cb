/**
 * Transposed convolution.
 *
 * @module
 */
import { apply } from "../../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../../check_option_names.ts";
import { describe, type Tensor } from "../../tensor.ts";
import { convolutionInputPrimitive } from "../convolution.ts";
import { flip } from "../slice.ts";
import { reshape } from "../reshape.ts";
import { transpose } from "../transpose.ts";
import { type ChannelOrder, inOrder, type PerAxis, perAxis } from "./axes.ts";
import { conv, operandsOf } from "./conv.ts";

/** Options of `convTranspose`. */
export interface ConvTransposeOptions {
  /** Steps of the window over the result; 1 by default. */
  readonly strides?: PerAxis;
  /** How much is taken away on both sides of the result; 0 by default. */
  readonly padding?: PerAxis;
  /** How much is added at the end of the result; 0 by default. */
  readonly outputPadding?: PerAxis;
  /** Steps between the taps of the window; 1 by default. */
  readonly dilation?: PerAxis;
  /** Groups of channels that do not mix; 1 by default. */
  readonly groups?: number;
  /**
   * The order of axes: "channelsFirst", input [n, c, ...] and weights [c, o / groups, ...] (the default), or
   * "channelsLast", input [n, ..., c] and weights [..., o / groups, c].
   */
  readonly layout?: ChannelOrder;
}

const CONV_TRANSPOSE_OPTIONS = {
  strides: true,
  padding: true,
  outputPadding: true,
  dilation: true,
  groups: true,
  layout: true,
} as const;

/**
 * The transposed convolution over one, two or three axes, the gradient of a convolution for its input, as torch's
 * conv_transpose1d, conv_transpose2d and conv_transpose3d. The extent of the result is
 * `(e - 1) stride - 2 padding + dilation (w - 1) + outputPadding + 1`.
 *
 * @param x Input [n, c, ...].
 * @param weights Weights [c, o / groups, ...].
 * @throws {RangeError} If the shapes do not fit each other or the options.
 *
 * @example
 * ```ts
 * import { convTranspose, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const y = convTranspose(tensor([[[1, 2]]]), tensor([[[1, 10, 100]]]), { strides: 2 });
 * assertEquals(y.toArray(), [[[1, 10, 102, 20, 200]]]);
 * ```
 */
export function convTranspose(
  x: Tensor,
  weights: Tensor,
  options: ConvTransposeOptions = NO_OPTIONS,
): Tensor {
  checkOptionNames("convTranspose", options, CONV_TRANSPOSE_OPTIONS);
  const { layout = "channelsFirst", groups = 1 } = options;
  const [input, kernel] = operandsOf("convTranspose", x, weights, null, layout);
  const rank = input.rank - 2;
  const number = (
    name: "strides" | "padding" | "outputPadding" | "dilation",
    least: 0 | 1,
  ): readonly number[] => perAxis("convTranspose", name, options[name] ?? least, rank, least);
  const [strides, padding] = [number("strides", 1), number("padding", 0)];
  const [outputPadding, dilation] = [number("outputPadding", 0), number("dilation", 1)];
  const [channels, each, ...window] = kernel.shape;
  if (
    !Number.isInteger(groups) || groups < 1 || channels % groups !== 0 || input.shape[1] !== channels
  ) {
    throw new RangeError(
      `convTranspose expects ${groups} groups of channels to agree but got input ${describe(x)} and weights ${
        describe(weights)
      }`,
    );
  }
  const reach = window.map((extent, i) => dilation[i] * (extent - 1) + 1);
  const extents = input.shape.slice(2).map((extent, i) =>
    (extent - 1) * strides[i] - 2 * padding[i] + reach[i] + outputPadding[i]
  );
  outputPadding.forEach((one, i) => {
    if (one >= Math.max(strides[i], dilation[i]) || extents[i] < 1) {
      throw new RangeError(
        `convTranspose expects outputPadding below strides or dilation and a result with elements but got ${
          JSON.stringify(options)
        } for ${describe(x)}`,
      );
    }
  });
  const outputs = each * groups;
  if (rank === 3 || padding.some((one, i) => one >= reach[i])) {
    return inOrder(
      byZeros(input, kernel, { strides, padding, outputPadding, dilation, groups, reach }),
      layout,
    );
  }
  const wide = rank === 1;
  const two = (list: readonly number[], filler: number): readonly [number, number] =>
    wide ? [filler, list[0]] : [list[0], list[1]];
  const spatial = (x: Tensor): Tensor => wide ? reshape(x, [x.shape[0], x.shape[1], 1, x.shape[2]]) : x;
  const [images, w] = [spatial(input), spatial(kernel)];
  const sides = two(padding, 0);
  const result = apply(convolutionInputPrimitive, [images, w], {
    image: [images.shape[0], outputs, ...two(extents, 1)],
    weights: w.shape,
    output: images.shape,
    strides: two(strides, 1),
    padding: [[sides[0], sides[0]], [sides[1], sides[1]]],
    dilation: two(dilation, 1),
    groups,
  });
  return inOrder(
    wide ? reshape(result, [result.shape[0], outputs, result.shape[3]]) : result,
    layout,
  );
}

interface Numbers {
  readonly strides: readonly number[];
  readonly padding: readonly number[];
  readonly outputPadding: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
  readonly reach: readonly number[];
}

/** A convolution of the input with zeros between its elements, by the weights turned around. */
function byZeros(
  x: Tensor,
  kernel: Tensor,
  { strides, padding, outputPadding, dilation, groups, reach }: Numbers,
): Tensor {
  const [channels, each, ...window] = kernel.shape;
  const axes = window.map((_, i) => i + 3);
  const apart = reshape(kernel, [groups, channels / groups, each, ...window]);
  const turned = flip(transpose(apart, [0, 2, 1, ...axes]), axes);
  return conv(x, reshape(turned, [groups * each, channels / groups, ...window]), {
    inputDilation: strides,
    dilation,
    groups,
    padding: reach.map((extent, i) =>
      [extent - 1 - padding[i], extent - 1 - padding[i] + outputPadding[i]] as const
    ),
  });
}
