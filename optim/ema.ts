/**
 * A moving mean of updates.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { cast, type DType } from "../tensor/mod.ts";
import { checkScalar, FRACTION } from "./checks.ts";
import { type Tree, zipLeaves } from "./leaves.ts";
import { castLike, checkDtype, correctedMean, movingMean, zerosIn } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode ema}. */
export interface EmaOptions {
  /** How much of the mean stays at each step, below 1. */
  readonly decay: ScalarOrSchedule;
  /** Looks a step ahead: updates are `decay m + (1 - decay) g` in place of the mean m. @default {false} */
  readonly nesterov?: boolean;
  /** Whether the bias to the zeros of the start is taken out of the updates. @default {true} */
  readonly debias?: boolean;
  /** The dtype in which the mean is kept; by default that of each leaf. */
  readonly accumulatorDtype?: DType;
}

const EMA_OPTIONS = { decay: true, nesterov: true, debias: true, accumulatorDtype: true } as const;

/** The state of {@linkcode ema}. */
export interface EmaState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "ema";
  /** What the last step used. */
  readonly hyperparameters: { readonly decay: number };
  /** The moving mean as it is, with its bias; a tree like the params. */
  readonly ema: Tree;
}

/**
 * The exponential moving mean of the updates, as `optax.ema`: `m = decay m + (1 - decay) g` and
 * `u = m / (1 - decay^t)` at step t, from 1; without `debias` `u = m`. With `nesterov` it looks a step ahead: without
 * `debias` `u = decay m + (1 - decay) g`, and with it as NAdam corrects it, `decay m / (1 - decay^(t + 1))` and
 * `(1 - decay) g / (1 - decay^t)` added.
 *
 * @throws {TypeError} If an option is of another type, or the dtype is not a floating-point one.
 * @throws {RangeError} If `decay` is outside of [0, 1).
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { ema } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const mean = ema({ decay: 0.5 });
 * const params = { x: tensor(0) };
 * const first = mean.update(mean.init(params), { x: tensor(3) }, params);
 * const second = mean.update(first.state, { x: tensor(6) }, params);
 * assertEquals([first.updates.x.item(), second.updates.x.item()], [3, 5]);
 * ```
 */
export function ema(options: EmaOptions): Transform<unknown, EmaState> {
  checkOptionNames("ema", options, EMA_OPTIONS);
  const { decay, nesterov = false, debias = true, accumulatorDtype } = options;
  checkScalar("ema", "decay", decay, FRACTION);
  checkDtype("ema", "accumulatorDtype", accumulatorDtype);
  return transform<EmaState>({
    name: "ema",
    hyperparameters: { decay },
    options: { nesterov, debias },
    init: (params) => ({ ema: zerosIn(params, accumulatorDtype) }),
    update: ({ state, grads, hyperparameters: { decay }, step }) => {
      const mean = movingMean("ema", state.ema, grads, decay);
      const plain = nesterov ? movingMean("ema", mean, grads, decay) : mean;
      const given = debias ? correctedMean("ema", mean, grads, { beta: decay, step, nesterov }) : plain;
      const updates = zipLeaves("ema", [grads, given], (g, m) => cast(m, g.dtype));
      return { state: { ema: castLike("ema", mean, state.ema) }, updates };
    },
  });
}
