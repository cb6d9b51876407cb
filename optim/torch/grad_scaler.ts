/**
 * torch's scaling of losses, as pure functions.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { host, logicalNot, logicalOr, multiply, scope, Tensor, tensor, tree } from "../../tensor/mod.ts";
import { erase } from "../assemble.ts";
import { checkNumber, COUNT, type Domain, POSITIVE, WHOLE } from "../checks.ts";
import { choose, conditionNumber } from "../choose.ts";
import { allFinite } from "../finite.ts";
import { zipLeaves } from "../leaves.ts";
import type { AnyTransform, StateOf } from "../transform_type.ts";

/** Options of {@linkcode GradScaler}. */
export interface GradScalerOptions {
  /** The scale to start with. @default {65536} */
  readonly initScale?: number;
  /** What the scale grows by; above 1. @default {2} */
  readonly growthFactor?: number;
  /** What it is multiplied by when gradients are not finite; below 1. @default {0.5} */
  readonly backoffFactor?: number;
  /** After how many updates in a row without such gradients it grows. @default {2000} */
  readonly growthInterval?: number;
  /** Whether it does anything. @default {true} */
  readonly enabled?: boolean;
}

const GRAD_SCALER_OPTIONS = {
  initScale: true,
  growthFactor: true,
  backoffFactor: true,
  growthInterval: true,
  enabled: true,
} as const;

/** The state of {@linkcode GradScaler}: plain data. */
export interface GradScalerState {
  /** Tells it from other states. */
  readonly kind: "gradScaler";
  /** What losses are multiplied by: `get_scale()`. */
  readonly scale: number;
  /** How many updates in a row, since the scale last changed, had finite gradients. */
  readonly growthTracker: number;
}

/** Gradients in their own size. */
export interface UnscaledGrads<P> {
  /** The gradients of the loss itself. */
  readonly grads: P;
  /** Whether any of them is NaN or infinite: a scalar of dtype bool. */
  readonly foundInf: Tensor;
}

/** What {@linkcode GradScaler} steps an optimizer with. */
export interface ScaledStep<T extends AnyTransform, P> extends UnscaledGrads<P> {
  /** The state of the optimizer. */
  readonly state: StateOf<T>;
  /** The params before the step. */
  readonly params: P;
  /** What the optimizer needs beside the gradients. */
  readonly extra?: unknown;
}

/** Scaling of losses, as pure functions. */
export interface GradScaler {
  /** The state before the first step. */
  init(): GradScalerState;
  /** A loss times the scale: what to take the gradient of. */
  scale(state: GradScalerState, loss: Tensor): Tensor;
  /** The gradients over the scale, and whether they are fit for a step. A clip comes after it. */
  unscale<P>(state: GradScalerState, scaled: P): UnscaledGrads<P>;
  /** A step of an optimizer, which is left out, with all that it counts, where gradients are not finite. */
  step<T extends AnyTransform, P>(
    optimizer: T,
    step: ScaledStep<T, P>,
  ): { readonly state: StateOf<T>; readonly params: P };
  /** The state for the next loss, after the gradients of one optimizer or of several. */
  update(state: GradScalerState, foundInf: Tensor | readonly Tensor[]): GradScalerState;
  /** The state and the options as `state_dict()` has them in torch, whose `load_state_dict` takes it. */
  stateDict(state: GradScalerState): Readonly<Record<string, number>>;
  /** The state out of what `state_dict()` holds in torch; the options are the scaler's own. */
  loadStateDict(dict: Readonly<Record<string, unknown>>): GradScalerState;
}

const ABOVE_ONE: Domain = {
  text: "a finite number above 1",
  includes: (value) => Number.isFinite(value) && value > 1,
};
const BELOW_ONE: Domain = { text: "above 0 and below 1", includes: (value) => value > 0 && value < 1 };

/**
 * Scales losses so that small gradients do not vanish in low precision, as torch.amp.GradScaler: `update` multiplies the
 * scale by `backoffFactor` after gradients that are not finite, and by `growthFactor` after `growthInterval` in a row
 * that are, unless it would be infinite. The scale is a float32, as in torch. All of it compiles.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a number is outside of its range.
 *
 * @example
 * ```ts
 * import { grad, square, tensor, type Tensor } from "@weft/weft";
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scaler = torch.GradScaler({ initScale: 1024, growthInterval: 1 });
 * const optimizer = torch.SGD({ lr: 0.25 });
 * let params = tensor(4);
 * let [state, scaling] = [optimizer.init(params), scaler.init()];
 * const scaled = grad((x: Tensor) => scaler.scale(scaling, square(x)))(params);
 * const { grads, foundInf } = scaler.unscale(scaling, scaled);
 * ({ state, params } = scaler.step(optimizer, { state, grads, params, foundInf }));
 * scaling = scaler.update(scaling, foundInf);
 * assertEquals([params.item(), scaling.scale], [2, 2048]);
 * ```
 */
export function GradScaler(options: GradScalerOptions = {}): GradScaler {
  checkOptionNames("GradScaler", options, GRAD_SCALER_OPTIONS);
  const {
    initScale = 65536,
    growthFactor = 2,
    backoffFactor = 0.5,
    growthInterval = 2000,
    enabled = true,
  } = options;
  checkNumber("GradScaler", "initScale", initScale, POSITIVE);
  checkNumber("GradScaler", "growthFactor", growthFactor, ABOVE_ONE);
  checkNumber("GradScaler", "backoffFactor", backoffFactor, BELOW_ONE);
  checkNumber("GradScaler", "growthInterval", growthInterval, WHOLE);
  if (typeof enabled !== "boolean") {
    throw new TypeError(`GradScaler expects enabled to be a boolean but got ${tree.describe(enabled)}`);
  }
  const grown = (scale: number): number => {
    const larger = Math.fround(scale * growthFactor);
    return Number.isFinite(larger) ? larger : scale;
  };
  return {
    init: () => ({ kind: "gradScaler", scale: enabled ? Math.fround(initScale) : 1, growthTracker: 0 }),
    scale: (state, loss) => enabled ? multiply(loss, state.scale) : loss,
    unscale<P>(state: GradScalerState, scaled: P): UnscaledGrads<P> {
      if (!enabled) return { grads: scaled, foundInf: tensor(false) };
      return scope(() => {
        const inverse = host((scale) => Math.fround(1 / scale), state.scale);
        const grads = zipLeaves("GradScaler", [scaled], (g) => multiply(g, inverse));
        return { grads, foundInf: logicalNot(allFinite(grads)) };
      });
    },
    step<T extends AnyTransform, P>(
      optimizer: T,
      { state, grads, params, foundInf, extra }: ScaledStep<T, P>,
    ) {
      checkFound(foundInf);
      const inner = erase("GradScaler", optimizer) as unknown as {
        step(state: unknown, grads: unknown, params: unknown, extra: unknown): Stepped<T, P>;
      };
      return scope(() =>
        choose(
          "GradScaler",
          foundInf,
          (): Stepped<T, P> => ({ state, params }),
          () => {
            const next = inner.step(state, grads, params, extra);
            return { state: next.state, params: next.params };
          },
        )
      );
    },
    stateDict: ({ scale, growthTracker }) =>
      enabled
        ? {
          scale,
          growth_factor: growthFactor,
          backoff_factor: backoffFactor,
          growth_interval: growthInterval,
          _growth_tracker: growthTracker,
        }
        : {},
    loadStateDict(dict) {
      if (!tree.isNode(dict)) {
        throw new TypeError(`GradScaler expects what it saved but got ${tree.describe(dict)}`);
      }
      if (!enabled) return { kind: "gradScaler", scale: 1, growthTracker: 0 };
      const { scale, _growth_tracker: growthTracker } = dict as Readonly<Record<string, number>>;
      checkNumber("GradScaler", "the saved scale", scale, POSITIVE);
      checkNumber("GradScaler", "the saved _growth_tracker", growthTracker, COUNT);
      return { kind: "gradScaler", scale: Math.fround(scale), growthTracker };
    },
    update(state, foundInf) {
      const list = [foundInf].flat();
      if (list.length === 0) {
        throw new RangeError("GradScaler expects what unscale found but got an empty list");
      }
      list.forEach(checkFound);
      if (!enabled) return state;
      const found = conditionNumber(list.slice(1).reduce((a, b) => logicalOr(a, b), list[0]));
      const { scale, growthTracker } = state;
      return {
        kind: "gradScaler",
        scale: host(
          (found, scale, good) => {
            if (found !== 0) return Math.fround(scale * backoffFactor);
            return good + 1 === growthInterval ? grown(scale) : scale;
          },
          found,
          scale,
          growthTracker,
        ),
        growthTracker: host(
          (found, good) => found !== 0 || good + 1 === growthInterval ? 0 : good + 1,
          found,
          growthTracker,
        ),
      };
    },
  };
}

interface Stepped<T extends AnyTransform, P> {
  readonly state: StateOf<T>;
  readonly params: P;
}

function checkFound(foundInf: unknown): void {
  if (foundInf instanceof Tensor && foundInf.rank === 0 && foundInf.dtype === "bool") return;
  throw new TypeError(
    `GradScaler expects foundInf as unscale returned it but got ${tree.describe(foundInf)}`,
  );
}
