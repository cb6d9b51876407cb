/**
 * Convolution over one, two or three axes.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../../check_option_names.ts";
import { isFloating } from "../../dtype.ts";
import { formatShape } from "../../shape.ts";
import { describe, type Tensor } from "../../tensor.ts";
import { promoted } from "../convert.ts";
import { conv2d } from "../convolution.ts";
import { zeros } from "../full.ts";
import { pad } from "../pad.ts";
import { reshape } from "../reshape.ts";
import { transpose } from "../transpose.ts";
import { windowsOver } from "../windows_over.ts";
import {
  type AxisPadding,
  type ChannelOrder,
  channelsFirst,
  inOrder,
  type PerAxis,
  perAxis,
  sidesOf,
} from "./axes.ts";
import { dilate, padSides } from "./sliding_windows.ts";

/** Options of `conv`. */
export interface ConvOptions {
  /** Steps of the window; 1 by default. */
  readonly strides?: PerAxis;
  /** Zeros around the input; "valid" (none) by default. Negative numbers take elements away. */
  readonly padding?: AxisPadding;
  /** Steps between the taps of the window; 1 by default. */
  readonly dilation?: PerAxis;
  /** Steps between the elements of the input, with zeros between them; 1 by default. */
  readonly inputDilation?: PerAxis;
  /** Groups of channels that do not mix; 1 by default. */
  readonly groups?: number;
  /**
   * The order of axes: "channelsFirst", input [n, c, ...] and weights [o, c / groups, ...] (the default), or
   * "channelsLast", input [n, ..., c] and weights [..., c / groups, o].
   */
  readonly layout?: ChannelOrder;
}

const CONV_OPTIONS = {
  strides: true,
  padding: true,
  dilation: true,
  inputDilation: true,
  groups: true,
  layout: true,
} as const;

/**
 * The convolution (cross-correlation) over the one, two or three spatial axes of its input, as
 * `jax.lax.conv_general_dilated` and torch's conv1d, conv2d and conv3d:
 *
 * `y[n, o, i] = sum over c, a of x[n, c, i stride + a dilation - padding] w[o, c, a]`
 *
 * The result has no elements where the window is larger than the padded input.
 *
 * @param x Input [n, c, ...].
 * @param weights Weights [o, c / groups, ...].
 * @throws {RangeError} If the shapes do not fit each other or the options.
 *
 * @example In one and in three dimensions
 * ```ts
 * import { conv, ones, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(conv(tensor([[[1, 2, 3]]]), tensor([[[1, -1]]])).toArray(), [[[-1, -1]]]);
 * assertEquals(conv(ones([1, 2, 4, 5, 6]), ones([3, 2, 3, 3, 3])).shape, [1, 3, 2, 3, 4]);
 * ```
 */
export function conv(x: Tensor, weights: Tensor, options: ConvOptions = NO_OPTIONS): Tensor {
  checkOptionNames("conv", options, CONV_OPTIONS);
  const { layout = "channelsFirst", groups = 1 } = options;
  const [given, kernel] = operandsOf("conv", x, weights, null, layout);
  const rank = given.rank - 2;
  const strides = perAxis("conv", "strides", options.strides ?? 1, rank, 1);
  const dilation = perAxis("conv", "dilation", options.dilation ?? 1, rank, 1);
  const input = dilate(given, perAxis("conv", "inputDilation", options.inputDilation ?? 1, rank, 1));
  if (
    !Number.isInteger(groups) || groups < 1 || kernel.shape[0] % groups !== 0 ||
    kernel.shape[1] * groups !== input.shape[1]
  ) {
    throw new RangeError(
      `conv expects ${groups} groups of channels to agree but got input ${describe(x)} and weights ${
        describe(weights)
      }`,
    );
  }
  const extents = input.shape.slice(2);
  const reach = kernel.shape.slice(2).map((extent, i) => (extent - 1) * dilation[i] + 1);
  const sides = sidesOf("conv", options.padding ?? "valid", extents, reach, strides);
  const image = sides.some(([before, after]) => before < 0 || after < 0)
    ? padSides(input, sides.map(([before, after]) => [Math.min(0, before), Math.min(0, after)]), 0)
    : input;
  const padding = sides.map(([before, after]) => [Math.max(0, before), Math.max(0, after)] as const);
  const counts = image.shape.slice(2).map((extent, i) =>
    Math.floor((extent + padding[i][0] + padding[i][1] - reach[i]) / strides[i]) + 1
  );
  if (counts.some((count) => count < 1)) {
    const shape = [image.shape[0], kernel.shape[0], ...counts.map((count) => Math.max(0, count))];
    return inOrder(zeros(shape, { dtype: image.dtype }), layout);
  }
  const result = rank === 1
    ? overRow(image, kernel, strides[0], padding[0], dilation[0], groups)
    : rank === 2
    ? conv2d(image, kernel, {
      strides: [strides[0], strides[1]],
      dilation: [dilation[0], dilation[1]],
      padding: [padding[0], padding[1]],
      groups,
    })
    : overVolume(image, kernel, strides, padding, dilation, groups);
  return inOrder(result, layout);
}

/** Input and weights with channels first, of one floating dtype and `rank` spatial axes (null: one to three). */
export function operandsOf(
  operation: string,
  x: Tensor,
  weights: Tensor,
  rank: number | null,
  layout: ChannelOrder,
): readonly [input: Tensor, weights: Tensor] {
  const [a, b] = promoted(operation, x, weights);
  const input = channelsFirst(operation, a, rank, layout);
  if (!isFloating(b.dtype) || b.rank !== a.rank || (rank === null && a.rank > 5)) {
    throw new RangeError(
      `${operation} expects floats of one, two or three spatial axes, as many in both, but got ${
        formatShape(x.shape)
      } and ${formatShape(weights.shape)}`,
    );
  }
  const spatial = Array.from({ length: b.rank - 2 }, (_, i) => i);
  return [input, layout === "channelsFirst" ? b : transpose(b, [b.rank - 1, b.rank - 2, ...spatial])];
}

function overRow(
  x: Tensor,
  w: Tensor,
  stride: number,
  padding: readonly [number, number],
  dilation: number,
  groups: number,
): Tensor {
  const y = conv2d(
    reshape(x, [x.shape[0], x.shape[1], 1, x.shape[2]]),
    reshape(w, [
      w.shape[0],
      w.shape[1],
      1,
      w.shape[2],
    ]),
    { strides: [1, stride], padding: [[0, 0], padding], dilation: [1, dilation], groups },
  );
  return reshape(y, [y.shape[0], y.shape[1], y.shape[3]]);
}

/** The taps along the first spatial axis become channels, so that images of the other two are convolved. */
function overVolume(
  x: Tensor,
  w: Tensor,
  strides: readonly number[],
  padding: readonly (readonly [number, number])[],
  dilation: readonly number[],
  groups: number,
): Tensor {
  const [count, channels, , height, width] = x.shape;
  const [outputs, each, taps, ...window] = w.shape;
  const padded = pad(x, x.shape.map((_, axis) => axis === 2 ? padding[0] : [0, 0]));
  const windows = windowsOver(padded, {
    axes: [2],
    window: [taps],
    strides: [strides[0]],
    dilation: [dilation[0]],
  });
  const depth = windows.shape[2];
  const images = reshape(transpose(windows, [0, 2, 1, 5, 3, 4]), [
    count * depth,
    channels * taps,
    height,
    width,
  ]);
  const y = conv2d(images, reshape(w, [outputs, each * taps, ...window]), {
    strides: [strides[1], strides[2]],
    padding: [padding[1], padding[2]],
    dilation: [dilation[1], dilation[2]],
    groups,
  });
  const volume = reshape(y, [count, depth, ...y.shape.slice(1)]);
  return transpose(volume, [0, 2, 1, 3, 4]);
}

/** Options of `conv1d` and `conv3d`. */
export type ConvNdOptions = Omit<ConvOptions, "inputDilation">;

const CONV_ND_OPTIONS = { strides: true, padding: true, dilation: true, groups: true, layout: true } as const;

/**
 * `conv` over one axis: input [n, c, length], weights [o, c / groups, window].
 *
 * @throws {RangeError} If the shapes do not fit each other or the options.
 *
 * @example
 * ```ts
 * import { conv1d, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const y = conv1d(tensor([[[1, 2, 3, 4]]]), tensor([[[1, 1]]]), { strides: 2 });
 * assertEquals(y.toArray(), [[[3, 7]]]);
 * ```
 */
export function conv1d(x: Tensor, weights: Tensor, options: ConvNdOptions = NO_OPTIONS): Tensor {
  checkOptionNames("conv1d", options, CONV_ND_OPTIONS);
  operandsOf("conv1d", x, weights, 1, options.layout ?? "channelsFirst");
  return conv(x, weights, options);
}

/**
 * `conv` over three axes: input [n, c, depth, rows, columns], weights [o, c / groups, depth, rows, columns].
 *
 * @throws {RangeError} If the shapes do not fit each other or the options.
 *
 * @example
 * ```ts
 * import { conv3d, ones } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(conv3d(ones([1, 1, 3, 3, 3]), ones([1, 1, 3, 3, 3])).item(), 27);
 * ```
 */
export function conv3d(x: Tensor, weights: Tensor, options: ConvNdOptions = NO_OPTIONS): Tensor {
  checkOptionNames("conv3d", options, CONV_ND_OPTIONS);
  operandsOf("conv3d", x, weights, 3, options.layout ?? "channelsFirst");
  return conv(x, weights, options);
}
