/**
 * Elements in other places, as layers.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  channelShuffle as shuffle,
  fold2d,
  type FoldOptions,
  pixelShuffle as toPixels,
  pixelUnshuffle as toChannels,
  reshape,
  type Shape,
  unfold as patches,
  type UnfoldOptions,
} from "../tensor/mod.ts";
import { FOLD_OPTIONS, UNFOLD_OPTIONS } from "../tensor/ops/spatial/unfold.ts";
import { checkShape, sizeOf } from "../tensor/shape.ts";
import { checkPositiveInteger, shapeError } from "./check.ts";
import type { Empty, Layer } from "./layer.ts";
import { operationLayer } from "./operation_layer.ts";
import { parameterless } from "./parameterless.ts";

/** Options of `pixelShuffle` and `pixelUnshuffle`. */
export interface PixelShuffleOptions {
  /** By how much rows and columns grow or shrink; a positive integer. */
  readonly factor: number;
}

const PIXEL_SHUFFLE_OPTIONS = { factor: true } as const;

/**
 * Groups of `factor^2` channels spread over squares of pixels, `[n, c f f, rows, columns]` to `[n, c, rows f, columns f]`,
 * as torch.nn.PixelShuffle (Shi et al., 2016). It has no params.
 *
 * @throws {RangeError} If `factor` is not a positive integer, or the channels do not make whole groups.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { pixelShuffle } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(pixelShuffle({ factor: 2 }).init(random.key(0), [8, 3, 3]).outputShape, [2, 6, 6]);
 * ```
 */
export function pixelShuffle(options: PixelShuffleOptions): Layer<Empty, Empty> {
  checkOptionNames("pixelShuffle", options, PIXEL_SHUFFLE_OPTIONS);
  const { factor } = options;
  checkPositiveInteger("pixelShuffle", "factor", factor);
  return operationLayer("pixelShuffle", (x) => toPixels(x, factor));
}

/**
 * Squares of pixels gathered into channels, `[n, c, rows f, columns f]` to `[n, c f f, rows, columns]`, as
 * torch.nn.PixelUnshuffle. It has no params.
 *
 * @throws {RangeError} If `factor` is not a positive integer, or rows and columns do not make whole squares.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { pixelUnshuffle } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(pixelUnshuffle({ factor: 2 }).init(random.key(0), [2, 6, 6]).outputShape, [8, 3, 3]);
 * ```
 */
export function pixelUnshuffle(options: PixelShuffleOptions): Layer<Empty, Empty> {
  checkOptionNames("pixelUnshuffle", options, PIXEL_SHUFFLE_OPTIONS);
  const { factor } = options;
  checkPositiveInteger("pixelUnshuffle", "factor", factor);
  return operationLayer("pixelUnshuffle", (x) => toChannels(x, factor));
}

/** Options of `channelShuffle`. */
export interface ChannelShuffleOptions {
  /** How many groups take turns; a positive integer. */
  readonly groups: number;
}

const CHANNEL_SHUFFLE_OPTIONS = { groups: true } as const;

/**
 * The channels of all groups in turns, as torch.nn.ChannelShuffle (Zhang et al., "ShuffleNet", 2018). It has no params.
 *
 * @throws {RangeError} If `groups` is not a positive integer, or does not divide the channels.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { channelShuffle } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const x = tensor([[[1], [2], [3], [4]]]);
 * const { output } = channelShuffle({ groups: 2 }).apply({ params: {}, state: {} }, x);
 * assertEquals(output.toArray(), [[[1], [3], [2], [4]]]);
 * ```
 */
export function channelShuffle(options: ChannelShuffleOptions): Layer<Empty, Empty> {
  checkOptionNames("channelShuffle", options, CHANNEL_SHUFFLE_OPTIONS);
  const { groups } = options;
  checkPositiveInteger("channelShuffle", "groups", groups);
  return operationLayer("channelShuffle", (x) => shuffle(x, groups));
}

/**
 * The patches of images, `[n, c, rows, columns]` to `[n, c * window, patches]`, as torch.nn.Unfold. It has no params.
 *
 * @throws {RangeError} If an option is out of range, or an image is smaller than the window.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { unfold } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(unfold({ window: 2 }).init(random.key(0), [3, 4, 4]).outputShape, [12, 9]);
 * ```
 */
export function unfold(options: UnfoldOptions): Layer<Empty, Empty> {
  checkOptionNames("unfold", options, UNFOLD_OPTIONS);
  return operationLayer("unfold", (x) => patches(x, options));
}

/**
 * Images that patches add up to, `[n, c * window, patches]` to `[n, c, ...outputSize]`, as torch.nn.Fold. It has no params.
 *
 * @throws {RangeError} If an option is out of range, or there are other patches than the image has.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { fold } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(fold({ outputSize: [4, 4], window: 2 }).init(random.key(0), [12, 9]).outputShape, [3, 4, 4]);
 * ```
 */
export function fold(options: FoldOptions): Layer<Empty, Empty> {
  checkOptionNames("fold", options, FOLD_OPTIONS);
  return operationLayer("fold", (x) => fold2d(x, options));
}

/** Options of `unflatten`. */
export interface UnflattenOptions {
  /** The shape of one output, without the batch axis. */
  readonly shape: Shape;
}

const UNFLATTEN_OPTIONS = { shape: true } as const;

/**
 * Inputs in another shape, row-major: the inverse of `flatten`, `[n, size of shape]` to `[n, ...shape]`, as
 * torch.nn.Unflatten of all axes but that of the batch. It has no params.
 *
 * @throws {RangeError} If an input has another size than the shape.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { unflatten } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(unflatten({ shape: [3, 4] }).init(random.key(0), [12]).outputShape, [3, 4]);
 * ```
 */
export function unflatten(options: UnflattenOptions): Layer<Empty, Empty> {
  checkOptionNames("unflatten", options, UNFLATTEN_OPTIONS);
  const { shape } = options;
  checkShape("unflatten", shape);
  const size = sizeOf(shape);
  return parameterless("unflatten", {
    outputShape(inputShape, at) {
      if (sizeOf(inputShape) !== size) throw shapeError(at, `an input shape of ${size} elements`, inputShape);
      return shape;
    },
    output(x, at) {
      if (x.rank === 0 || sizeOf(x.shape.slice(1)) !== size) {
        throw shapeError(at, `inputs of ${size} elements`, x.shape);
      }
      return reshape(x, [x.shape[0], ...shape]);
    },
  });
}
