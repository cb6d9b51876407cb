/**
 * Momentum: a decaying sum of updates.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, type DType, host, multiply } from "../tensor/mod.ts";
import { checkScalar, FINITE, NOT_NEGATIVE } from "./checks.ts";
import { type Tree, zipLeaves } from "./leaves.ts";
import { castLike, checkDtype, zerosIn } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode trace}. */
export interface TraceOptions {
  /** How much of the sum stays at each step; not negative. */
  readonly decay: ScalarOrSchedule;
  /** Looks a step ahead, as Nesterov's method does. @default {false} */
  readonly nesterov?: boolean;
  /** How much of each update after the first is left out of the sum, as `torch.optim.SGD` does. @default {0} */
  readonly dampening?: ScalarOrSchedule;
  /** The dtype in which the sum is kept; by default that of each leaf. */
  readonly accumulatorDtype?: DType;
}

const TRACE_OPTIONS = { decay: true, nesterov: true, dampening: true, accumulatorDtype: true } as const;

/** The state of {@linkcode trace}. */
export interface TraceState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "trace";
  /** What the last step used. */
  readonly hyperparameters: { readonly decay: number; readonly dampening: number };
  /** The decaying sum, a tree like the params. */
  readonly trace: Tree;
}

/**
 * A decaying sum of the updates: `t = (1 - dampening) g + decay t` and `u = t`, or `u = g + decay t` with
 * Nesterov's look ahead, as `optax.trace`. The first update enters the sum whole, whatever the dampening.
 *
 * @throws {TypeError} If an option is of another type, or the dtype is not a floating-point one.
 * @throws {RangeError} If `decay` is negative, or a number is not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { trace } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const momentum = trace({ decay: 0.5 });
 * const params = { x: tensor(0) };
 * const first = momentum.update(momentum.init(params), { x: tensor(1) }, params);
 * const second = momentum.update(first.state, { x: tensor(1) }, params);
 * assertEquals([first.updates.x.item(), second.updates.x.item()], [1, 1.5]);
 * ```
 */
export function trace(options: TraceOptions): Transform<unknown, TraceState> {
  checkOptionNames("trace", options, TRACE_OPTIONS);
  const { decay, nesterov = false, dampening = 0, accumulatorDtype } = options;
  checkScalar("trace", "decay", decay, NOT_NEGATIVE);
  checkScalar("trace", "dampening", dampening, FINITE);
  checkDtype("trace", "accumulatorDtype", accumulatorDtype);
  return transform<TraceState>({
    name: "trace",
    hyperparameters: { decay, dampening },
    options: { nesterov },
    init: (params) => ({ trace: zerosIn(params, accumulatorDtype) }),
    update: ({ state, grads, hyperparameters: { decay, dampening }, count }) => {
      const gain = host((c, d) => c === 0 ? 1 : 1 - d, count, dampening);
      const next = zipLeaves(
        "trace",
        [state.trace, grads],
        (t, g) => add(multiply(g, gain), multiply(t, decay)),
      );
      const updates = zipLeaves(
        "trace",
        [grads, next],
        (g, t) => cast(nesterov ? add(g, multiply(t, decay)) : t, g.dtype),
      );
      return { state: { trace: castLike("trace", next, state.trace) }, updates };
    },
  });
}
