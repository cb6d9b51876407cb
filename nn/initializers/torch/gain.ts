/**
 * How much an activation shrinks what passes it.
 *
 * @module
 */

import { checkOptionNames } from "../../../tensor/check_option_names.ts";

/** Activations, and layers without one, under torch's names in camel case. */
export type Nonlinearity =
  | "linear"
  | "conv1d"
  | "conv2d"
  | "conv3d"
  | "convTranspose1d"
  | "convTranspose2d"
  | "convTranspose3d"
  | "sigmoid"
  | "tanh"
  | "relu"
  | "leakyRelu"
  | "selu";

/** Options of `calculateGain`. */
export interface GainOptions {
  /** The slope of "leakyRelu" below 0. @default {0.01} */
  readonly negativeSlope?: number;
}

const GAIN_OPTIONS = { negativeSlope: true } as const;

const GAINS: Readonly<Record<Nonlinearity, (negativeSlope: number) => number>> = {
  linear: () => 1,
  conv1d: () => 1,
  conv2d: () => 1,
  conv3d: () => 1,
  convTranspose1d: () => 1,
  convTranspose2d: () => 1,
  convTranspose3d: () => 1,
  sigmoid: () => 1,
  tanh: () => 5 / 3,
  relu: () => Math.SQRT2,
  leakyRelu: (slope) => Math.sqrt(2 / (1 + slope * slope)),
  selu: () => 3 / 4,
};

/**
 * The gain that makes up for an activation, as torch.nn.init.calculate_gain: 1 for linear layers and the sigmoid, 5/3
 * for tanh, `sqrt(2)` for relu, `sqrt(2 / (1 + negativeSlope^2))` for leakyRelu and 3/4 for selu.
 *
 * @throws {RangeError} If the activation is not one of those, or the slope not finite.
 *
 * @example
 * ```ts
 * import { initializers } from "@weft/weft/nn";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(initializers.torch.calculateGain("leakyRelu", { negativeSlope: 1 }), 1);
 * ```
 */
export function calculateGain(nonlinearity: Nonlinearity, options: GainOptions = {}): number {
  checkOptionNames("calculateGain", options, GAIN_OPTIONS);
  const { negativeSlope = 0.01 } = options;
  if (!Object.hasOwn(GAINS, nonlinearity)) {
    throw new RangeError(
      `calculateGain expects one of ${Object.keys(GAINS).join(", ")} but got ${String(nonlinearity)}`,
    );
  }
  if (!Number.isFinite(negativeSlope)) {
    throw new RangeError(`calculateGain expects negativeSlope to be finite but got ${String(negativeSlope)}`);
  }
  return GAINS[nonlinearity](negativeSlope);
}
