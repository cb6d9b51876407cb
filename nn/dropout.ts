/**
 * Dropout.
 *
 * @module
 */
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { divide, type Shape, type Tensor, where } from "../tensor/mod.ts";
import { normalizeAxes } from "../tensor/shape.ts";
import { shapeError } from "./check.ts";
import { dropping } from "./dropping.ts";
import type { Empty, Layer } from "./layer.ts";

/** Options of `dropout1d`, `dropout2d`, `dropout3d`, `alphaDropout`, `featureAlphaDropout` and `dropPath`. */
export interface DropoutRateOptions {
  /** The probability that an element becomes 0; from 0 to 1. */
  readonly rate: number;
}

/** The names of `DropoutRateOptions`. */
export const DROPOUT_RATE_OPTIONS = { rate: true } as const;

/** Options of `dropout`. */
export interface DropoutOptions extends DropoutRateOptions {
  /** Axes, counted with the batch axis, along which all elements are dropped together; none by default. */
  readonly broadcastAxes?: number | readonly number[];
}

const DROPOUT_OPTIONS = { broadcastAxes: true, rate: true } as const;

/**
 * In training, each element becomes 0 with probability `rate` and `x / (1 - rate)` otherwise, so that the mean
 * stays; in evaluation, the input as it is (Srivastava et al., "Dropout", 2014). The same key drops the same
 * elements, and gives those that flax.linen.Dropout drops with it. A rate of 1 gives zeros, never NaN.
 *
 * @throws {RangeError} If `rate` is not between 0 and 1.
 * @throws {TypeError} If a key is missing in training, unless the rate is 0 or 1.
 *
 * @example
 * ```ts
 * import { ones, random } from "@weft/weft";
 * import { dropout } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = dropout({ rate: 0.5 });
 * const variables = layer.init(random.key(0), [100]);
 * const { output } = layer.apply(variables, ones([1, 100]), { training: true, key: random.key(1) });
 * assertEquals(new Set(output.data()), new Set([0, 2]));
 * ```
 */
export function dropout(options: DropoutOptions): Layer<Empty, Empty> {
  checkOptionNames("dropout", options, DROPOUT_OPTIONS);
  const { rate, broadcastAxes = [] } = options;
  return dropping("dropout", {
    rate,
    shape(shape, at) {
      const together = normalizeAxes(at, broadcastAxes, shape.length);
      return shape.map((extent, i) => together.includes(i) ? 1 : extent);
    },
    drop: scaledWhere(rate),
  });
}

function scaledWhere(rate: number): (x: Tensor, kept: Tensor) => Tensor {
  return (x, kept) => where(kept, divide(x, 1 - rate), 0);
}

/** One draw for each channel of each input, `[n, channels, 1, ...]`. */
export function channelShape(shape: Shape, at: string): Shape {
  if (shape.length < 2) throw shapeError(at, "inputs [n, channels, ...]", shape);
  return shape.map((extent, i) => i < 2 ? extent : 1);
}

function channels(name: string, rank: number, { rate }: DropoutRateOptions): Layer<Empty, Empty> {
  return dropping(name, {
    rate,
    shape(shape, at) {
      if (shape.length === rank + 2) return channelShape(shape, at);
      throw shapeError(at, `inputs of a batch, channels and ${rank} axes`, shape);
    },
    drop: scaledWhere(rate),
  });
}

/**
 * `dropout` of whole channels of sequences `[n, channels, length]`, as torch.nn.Dropout1d (Tompson et al., 2015).
 *
 * @throws {RangeError} If `rate` is not between 0 and 1, or an input has another rank.
 * @throws {TypeError} If a key is missing in training, unless the rate is 0 or 1.
 *
 * @example
 * ```ts
 * import { ones, random } from "@weft/weft";
 * import { dropout1d } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const layer = dropout1d({ rate: 0.5 });
 * const { output } = layer.apply(layer.init(random.key(0), [2, 3]), ones([1, 2, 3]), {
 *   training: true,
 *   key: random.key(0),
 * });
 * for (const [channel] of output.toArray() as number[][][]) assertEquals(new Set(channel).size, 1);
 * ```
 */
export function dropout1d(options: DropoutRateOptions): Layer<Empty, Empty> {
  checkOptionNames("dropout1d", options, DROPOUT_RATE_OPTIONS);
  return channels("dropout1d", 1, options);
}

/**
 * `dropout` of whole channels of images `[n, channels, rows, columns]`, as torch.nn.Dropout2d; see `dropout1d`.
 *
 * @throws {RangeError} If `rate` is not between 0 and 1, or an input has another rank.
 * @throws {TypeError} If a key is missing in training, unless the rate is 0 or 1.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { dropout2d } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(dropout2d({ rate: 0.5 }).init(random.key(0), [2, 3, 3]).outputShape, [2, 3, 3]);
 * ```
 */
export function dropout2d(options: DropoutRateOptions): Layer<Empty, Empty> {
  checkOptionNames("dropout2d", options, DROPOUT_RATE_OPTIONS);
  return channels("dropout2d", 2, options);
}

/**
 * `dropout` of whole channels of volumes `[n, channels, depth, rows, columns]`, as torch.nn.Dropout3d; see `dropout1d`.
 *
 * @throws {RangeError} If `rate` is not between 0 and 1, or an input has another rank.
 * @throws {TypeError} If a key is missing in training, unless the rate is 0 or 1.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { dropout3d } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(dropout3d({ rate: 0.5 }).init(random.key(0), [2, 3, 3, 3]).outputShape, [2, 3, 3, 3]);
 * ```
 */
export function dropout3d(options: DropoutRateOptions): Layer<Empty, Empty> {
  checkOptionNames("dropout3d", options, DROPOUT_RATE_OPTIONS);
  return channels("dropout3d", 3, options);
}

/**
 * In training, all of an input of the batch becomes 0 with probability `rate` and `x / (1 - rate)` otherwise: the body
 * of a residual block that is left out at random (Huang et al., "Deep Networks with Stochastic Depth", 2016).
 *
 * @throws {RangeError} If `rate` is not between 0 and 1.
 * @throws {TypeError} If a key is missing in training, unless the rate is 0 or 1.
 *
 * @example
 * ```ts
 * import { random } from "@weft/weft";
 * import { dense, dropPath, residual, sequential } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const block = residual(sequential({ linear: dense({ features: 8 }), drop: dropPath({ rate: 0.1 }) }));
 * assertEquals(block.init(random.key(0), [8]).outputShape, [8]);
 * ```
 */
export function dropPath(options: DropoutRateOptions): Layer<Empty, Empty> {
  checkOptionNames("dropPath", options, DROPOUT_RATE_OPTIONS);
  const { rate } = options;
  return dropping("dropPath", {
    rate,
    shape: (shape) => shape.map((extent, i) => i === 0 ? extent : 1),
    drop: scaledWhere(rate),
  });
}
