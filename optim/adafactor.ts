/**
 * Adafactor.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import type { DType } from "../tensor/mod.ts";
import { addDecayedWeights, type AddDecayedWeightsState } from "./add_decayed_weights.ts";
import { namedChain } from "./chain.ts";
import { checkScalar, FRACTION, NOT_NEGATIVE, POSITIVE } from "./checks.ts";
import { clipByBlockRms, type ClipByBlockRmsState } from "./clip_by_block_rms.ts";
import { ema, type EmaState } from "./ema.ts";
import { checkDtype } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scale, scaleByLearningRate, type ScaleByLearningRateState, type ScaleState } from "./scale.ts";
import {
  checkFactoredOptions,
  SCALE_BY_FACTORED_RMS_OPTIONS,
  scaleByFactoredRms,
  type ScaleByFactoredRmsOptions,
  type ScaleByFactoredRmsState,
} from "./scale_by_factored_rms.ts";
import { scaleByParamBlockRms, type ScaleByParamBlockRmsState } from "./scale_by_param_block.ts";
import type { Selector } from "./select.ts";
import type { AnyTransform, Transform } from "./transform_type.ts";

/** Options of {@linkcode adafactor}. */
export interface AdafactorOptions extends ScaleByFactoredRmsOptions {
  /** The learning rate, relative to the size of the params unless told otherwise; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** Whether updates are multiplied by the root mean square of the params of their leaf. @default {true} */
  readonly multiplyByParameterScale?: boolean;
  /** The root mean square at which updates are clipped, leaf by leaf; null for no clipping. @default {1} */
  readonly clippingThreshold?: ScalarOrSchedule | null;
  /** Decay of a moving mean of the updates, below 1; without it there is no such mean. */
  readonly momentum?: ScalarOrSchedule;
  /** The dtype in which that mean is kept; by default that of each leaf. */
  readonly momentumDtype?: DType;
  /** Decay of the params, not times the learning rate; without it there is none. */
  readonly weightDecay?: ScalarOrSchedule;
  /** The leaves that decay: patterns, a predicate or a tree of booleans. @default {true} */
  readonly weightDecayMask?: Selector;
}

const ADAFACTOR_OPTIONS = {
  learningRate: true,
  multiplyByParameterScale: true,
  clippingThreshold: true,
  momentum: true,
  momentumDtype: true,
  weightDecay: true,
  weightDecayMask: true,
  ...SCALE_BY_FACTORED_RMS_OPTIONS,
} as const;

/** The state of {@linkcode adafactor}. */
export interface AdafactorState {
  /** The name of the function that made the optimizer. */
  readonly kind: "adafactor";
  /** The second moments. */
  readonly scaleByFactoredRms: ScaleByFactoredRmsState;
  /** The clipping, unless it is left out. */
  readonly clipByBlockRms?: ClipByBlockRmsState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
  /** The size of the params, unless it is left out. */
  readonly scaleByParamBlockRms?: ScaleByParamBlockRmsState;
  /** The moving mean, with momentum only. */
  readonly ema?: EmaState;
  /** The weight decay, where there is one. */
  readonly addDecayedWeights?: AddDecayedWeightsState;
  /** The minus sign. */
  readonly scale: ScaleState;
}

/**
 * Adafactor, whose state is small, as `optax.adafactor`: `scaleByFactoredRms`, `clipByBlockRms`,
 * `scaleByLearningRate` without the sign, `scaleByParamBlockRms`, `ema` without correction if there is momentum,
 * `addDecayedWeights` if there is weight decay, then `scale(-1)`. Shazeer and Stern 2018.
 *
 * @throws {TypeError} If an option is missing or of another type, or the dtype is not a floating-point one.
 * @throws {RangeError} If `momentum` is outside of [0, 1), or another number is negative or not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { adafactor } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = adafactor({ learningRate: 0.1 });
 * const params = { x: tensor([2, -2]) };
 * const { params: next } = optimizer.step(optimizer.init(params), { x: tensor([30, 5]) }, params);
 * assertAlmostEquals(next.x.data()[0], 1.8, 1e-6);
 * ```
 */
export function adafactor(options: AdafactorOptions): Transform<unknown, AdafactorState> {
  checkOptionNames("adafactor", options, ADAFACTOR_OPTIONS);
  const { learningRate, multiplyByParameterScale = true, clippingThreshold = 1, ...others } = options;
  const { momentum, momentumDtype, weightDecay, weightDecayMask = true, ...factored } = others;
  checkScalar("adafactor", "learningRate", learningRate, NOT_NEGATIVE);
  checkFactoredOptions("adafactor", options);
  checkDtype("adafactor", "momentumDtype", momentumDtype);
  const parts: AnyTransform[] = [scaleByFactoredRms(factored)];
  if (clippingThreshold !== null) {
    checkScalar("adafactor", "clippingThreshold", clippingThreshold, POSITIVE);
    parts.push(clipByBlockRms(clippingThreshold));
  }
  parts.push(scaleByLearningRate(learningRate, { flipSign: false }));
  if (multiplyByParameterScale) parts.push(scaleByParamBlockRms());
  if (momentum !== undefined) {
    checkScalar("adafactor", "momentum", momentum, FRACTION);
    const dtype = momentumDtype === undefined ? {} : { accumulatorDtype: momentumDtype };
    parts.push(ema({ decay: momentum, debias: false, ...dtype }));
  }
  if (weightDecay !== undefined) {
    checkScalar("adafactor", "weightDecay", weightDecay, NOT_NEGATIVE);
    parts.push(addDecayedWeights({ weightDecay, mask: weightDecayMask }));
  }
  // Which parts there are depends on options, so the types do not know their keys.
  const made: unknown = namedChain("adafactor", ...parts, scale(-1));
  return made as Transform<unknown, AdafactorState>;
}
