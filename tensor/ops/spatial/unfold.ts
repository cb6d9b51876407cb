/**
 * Patches of images as columns, and columns added up to images.
 *
 * @module
 */
import { checkOptionNames } from "../../check_option_names.ts";
import { describe, type Tensor } from "../../tensor.ts";
import { reshape } from "../reshape.ts";
import { slice } from "../slice.ts";
import { transpose } from "../transpose.ts";
import { addWindows } from "../windows_over.ts";
import { channelsFirst, type PerAxis, perAxis } from "./axes.ts";
import { slidingWindows } from "./sliding_windows.ts";

/** Options of `unfold`. */
export interface UnfoldOptions {
  /** Rows and columns of the window. */
  readonly window: PerAxis;
  /** Steps of the window; 1 by default. */
  readonly strides?: PerAxis;
  /** Zeros on both sides of rows and columns; 0 by default. */
  readonly padding?: PerAxis;
  /** Steps between the taps of the window; 1 by default. */
  readonly dilation?: PerAxis;
}

/** The names of `UnfoldOptions`. */
export const UNFOLD_OPTIONS = { window: true, strides: true, padding: true, dilation: true } as const;

/** Options of `fold`. */
export interface FoldOptions extends UnfoldOptions {
  /** Rows and columns of the images. */
  readonly outputSize: PerAxis;
}

/** The names of `FoldOptions`. */
export const FOLD_OPTIONS = {
  outputSize: true,
  window: true,
  strides: true,
  padding: true,
  dilation: true,
} as const;

/**
 * The windows of images as columns, `[n, c, h, w]` to `[n, c wh ww, count]`, as torch.nn.functional.unfold.
 *
 * @throws {RangeError} If the shapes do not fit the options.
 *
 * @example
 * ```ts
 * import { ones, unfold } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(unfold(ones([1, 2, 4, 4]), { window: 3 }).shape, [1, 18, 4]);
 * ```
 */
export function unfold(x: Tensor, options: UnfoldOptions): Tensor {
  checkOptionNames("unfold", options, UNFOLD_OPTIONS);
  const image = channelsFirst("unfold", x, 2, "channelsFirst");
  const { window, strides, padding, dilation } = numbersOf("unfold", options);
  const windows = slidingWindows(image, { window, strides, padding, dilation });
  const [n, c, rows, columns, height, width] = windows.shape;
  return reshape(transpose(windows, [0, 1, 4, 5, 2, 3]), [n, c * height * width, rows * columns]);
}

function numbersOf(
  operation: string,
  options: UnfoldOptions,
): Required<Record<keyof UnfoldOptions, readonly number[]>> {
  return {
    window: perAxis(operation, "window", options.window, 2, 1),
    strides: perAxis(operation, "strides", options.strides ?? 1, 2, 1),
    padding: perAxis(operation, "padding", options.padding ?? 0, 2, 0),
    dilation: perAxis(operation, "dilation", options.dilation ?? 1, 2, 1),
  };
}

/**
 * Columns added up where their windows lie in images, `[n, c wh ww, count]` to `[n, c, h, w]`, the transpose of
 * `unfold`, as torch.nn.functional.fold.
 *
 * @throws {RangeError} If the shapes do not fit the options.
 *
 * @example Each pixel counts the windows that it lies in
 * ```ts
 * import { fold2d, ones } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const counts = fold2d(ones([1, 4, 4]), { outputSize: 3, window: 2 });
 * assertEquals(counts.toArray(), [[[[1, 2, 1], [2, 4, 2], [1, 2, 1]]]]);
 * ```
 */
export function fold2d(x: Tensor, options: FoldOptions): Tensor {
  checkOptionNames("fold2d", options, FOLD_OPTIONS);
  const { window, strides, padding, dilation } = numbersOf("fold2d", options);
  const size = perAxis("fold2d", "outputSize", options.outputSize, 2, 1);
  const counts = size.map((extent, i) =>
    Math.floor((extent + 2 * padding[i] - (window[i] - 1) * dilation[i] - 1) / strides[i]) + 1
  );
  const taps = window[0] * window[1];
  if (x.rank !== 3 || x.shape[1] % taps !== 0 || x.shape[2] !== counts[0] * counts[1]) {
    throw new RangeError(
      `fold2d expects columns of ${taps} taps for ${counts[0] * counts[1]} windows but got ${describe(x)}`,
    );
  }
  const [n, channels] = [x.shape[0], x.shape[1] / taps];
  const windows = transpose(reshape(x, [n, channels, ...window, ...counts]), [0, 1, 4, 5, 2, 3]);
  const extents = size.map((extent, i) => extent + 2 * padding[i]);
  const result = addWindows(windows, { axes: [2, 3], window, strides, dilation, extents });
  return slice(result, [null, null, ...size.map((extent, i) => [padding[i], padding[i] + extent] as const)]);
}
