/**
 * Loss scaling: gradients of a multiple of the loss, so that small ones do not vanish in low precision.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { cast, host, multiply, type Tensor, tree } from "../tensor/mod.ts";
import { checkNumber, type Domain, NOT_NEGATIVE, POSITIVE, WHOLE } from "./checks.ts";
import { allFinite } from "./finite.ts";
import { zipLeaves } from "./leaves.ts";

/** The factor of a loss, and how it came about: plain data. */
export interface LossScaleState {
  /** Tells it from other states. */
  readonly kind: "lossScale";
  /** What the loss is multiplied by. */
  readonly scale: number;
  /** How many steps in a row, since the scale last changed, had finite gradients. */
  readonly goodSteps: number;
  /** How many steps had gradients that were not finite. */
  readonly overflows: number;
}

/** A way to scale a loss, as pure functions of a state. */
export interface LossScale {
  /** The state before the first step. */
  init(): LossScaleState;
  /** The state after a step whose gradients were finite (1) or not (0). */
  next(state: LossScaleState, finite: number): LossScaleState;
}

/** Options of {@linkcode dynamicLossScale}. */
export interface DynamicLossScaleOptions {
  /** The scale to start with. @default {65536} */
  readonly initialScale?: number;
  /** After how many finite steps in a row the scale grows. @default {2000} */
  readonly growthInterval?: number;
  /** What it grows by; at least 1. @default {2} */
  readonly growthFactor?: number;
  /** What it is multiplied by when gradients are not finite; above 0 and below 1. @default {0.5} */
  readonly backoffFactor?: number;
  /** The smallest scale. @default {1} */
  readonly minScale?: number;
  /** The largest scale. @default {16777216} */
  readonly maxScale?: number;
}

const DYNAMIC_LOSS_SCALE_OPTIONS = {
  initialScale: true,
  growthInterval: true,
  growthFactor: true,
  backoffFactor: true,
  minScale: true,
  maxScale: true,
} as const;

/**
 * A scale that stays as it is.
 *
 * @throws {TypeError} If the scale is not a number.
 * @throws {RangeError} If it is not a finite number above 0.
 *
 * @example
 * ```ts
 * import { staticLossScale } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scale = staticLossScale(1024);
 * assertEquals(scale.next(scale.init(), 0).scale, 1024);
 * ```
 */
export function staticLossScale(scale: number): LossScale {
  checkNumber("staticLossScale", "scale", scale, POSITIVE);
  return {
    init: () => ({ kind: "lossScale", scale, goodSteps: 0, overflows: 0 }),
    next: (state, finite) => ({
      ...state,
      goodSteps: host((good, n) => good !== 0 ? n + 1 : 0, finite, state.goodSteps),
      overflows: host((good, n) => good !== 0 ? n : n + 1, finite, state.overflows),
    }),
  };
}

/**
 * A scale that halves when gradients overflow, and doubles after `growthInterval` steps in a row in which they did
 * not, as torch's `GradScaler`. Powers of two change no bit of a gradient but for the smallest ones. Micikevicius et
 * al. 2017.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a number is outside of its range.
 *
 * @example
 * ```ts
 * import { dynamicLossScale } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scale = dynamicLossScale({ initialScale: 8, growthInterval: 2 });
 * let state = scale.init();
 * const seen = [1, 1, 0, 1].map((finite) => (state = scale.next(state, finite)).scale);
 * assertEquals(seen, [8, 16, 8, 8]);
 * ```
 */
export function dynamicLossScale(options: DynamicLossScaleOptions = {}): LossScale {
  checkOptionNames("dynamicLossScale", options, DYNAMIC_LOSS_SCALE_OPTIONS);
  const {
    initialScale = 65536,
    growthInterval = 2000,
    growthFactor = 2,
    backoffFactor = 0.5,
    minScale = 1,
    maxScale = 2 ** 24,
  } = options;
  const name = "dynamicLossScale";
  checkNumber(name, "initialScale", initialScale, POSITIVE);
  checkNumber(name, "growthInterval", growthInterval, WHOLE);
  checkNumber(name, "growthFactor", growthFactor, FROM_ONE);
  checkNumber(name, "backoffFactor", backoffFactor, SHARE);
  checkNumber(name, "minScale", minScale, NOT_NEGATIVE);
  checkNumber(name, "maxScale", maxScale, POSITIVE);
  return {
    init: () => ({ kind: "lossScale", scale: initialScale, goodSteps: 0, overflows: 0 }),
    next: ({ kind, scale, goodSteps, overflows }, finite) => ({
      kind,
      scale: host(
        (finite, scale, steps) => {
          if (finite === 0) return Math.max(scale * backoffFactor, minScale);
          return steps + 1 >= growthInterval ? Math.min(scale * growthFactor, maxScale) : scale;
        },
        finite,
        scale,
        goodSteps,
      ),
      goodSteps: host(
        (finite, steps) => finite === 0 || steps + 1 >= growthInterval ? 0 : steps + 1,
        finite,
        goodSteps,
      ),
      overflows: host((finite, n) => finite === 0 ? n + 1 : n, finite, overflows),
    }),
  };
}

/**
 * A loss times the scale of a state: what to take the gradient of.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleLoss, staticLossScale } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(scaleLoss(staticLossScale(8).init(), tensor(0.5)).item(), 4);
 * ```
 */
export function scaleLoss(state: LossScaleState, loss: Tensor): Tensor {
  checkState("scaleLoss", state);
  return multiply(loss, state.scale);
}

function checkState(operation: string, state: Partial<LossScaleState> | undefined): void {
  if (state?.kind === "lossScale") return;
  throw new TypeError(`${operation} expects the state of a loss scale but got ${tree.describe(state)}`);
}

/** What {@linkcode unscale} returns. */
export interface Unscaled<P> {
  /** The gradients of the loss itself. */
  readonly grads: P;
  /** Whether all of them are finite, a scalar of dtype bool. */
  readonly finite: Tensor;
}

/**
 * Gradients of a scaled loss divided by the scale, in float32 at least, and whether all of them are finite.
 *
 * @throws {TypeError} If a leaf is not a tensor.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { staticLossScale, unscale } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { grads, finite } = unscale(staticLossScale(8).init(), { x: tensor([4, 8]) });
 * assertEquals([grads.x.toArray(), finite.item()], [[0.5, 1], 1]);
 * ```
 */
export function unscale<P>(state: LossScaleState, grads: P): Unscaled<P> {
  checkState("unscale", state);
  const inverse = host((scale) => 1 / scale, state.scale);
  const unscaled = zipLeaves(
    "unscale",
    [grads],
    (g) => multiply(g.dtype === "float64" ? g : cast(g, "float32"), inverse),
  );
  return { grads: unscaled, finite: allFinite(unscaled) };
}

const FROM_ONE: Domain = {
  text: "a finite number from 1 on",
  includes: (value) => Number.isFinite(value) && value >= 1,
};

const SHARE: Domain = { text: "above 0 and below 1", includes: (value) => value > 0 && value < 1 };
