/**
 * Momentum that starts, leaf by leaf, with the first gradient.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, host, multiply } from "../tensor/mod.ts";
import { checkScalar, FINITE } from "./checks.ts";
import { choose } from "./choose.ts";
import { advanceNumbers, leafNumbers, type NumberTree, zipNumbers } from "./leaf_numbers.ts";
import { type Tree, zerosLikeTree, zipLeaves } from "./leaves.ts";
import { castLike } from "./moments.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode heavyBall}. */
export interface HeavyBallOptions {
  /** How much of the buffer stays at each step; in a step where it is 0 the buffer has no part. */
  readonly momentum: ScalarOrSchedule;
  /** How much of each gradient after a leaf's first is left out of the buffer. @default {0} */
  readonly dampening?: ScalarOrSchedule;
  /** Looks a step ahead, as Nesterov's method does. @default {false} */
  readonly nesterov?: boolean;
}

const HEAVY_BALL_OPTIONS = { momentum: true, dampening: true, nesterov: true } as const;

/** The state of {@linkcode heavyBall}. */
export interface HeavyBallState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "heavyBall";
  /** What the last step used. */
  readonly hyperparameters: { readonly momentum: number; readonly dampening: number };
  /** 1 for leaves whose buffer has a gradient in it and 0 for the others, a tree like the params. */
  readonly started: NumberTree;
  /** The buffer, a tree like the params. */
  readonly buffer: Tree;
}

/**
 * Momentum as in `torch.optim.SGD`: `b = momentum b + (1 - dampening) g`, where the first gradient of a leaf is its
 * buffer, undampened, and `u = b`, or with `nesterov` `u = g + momentum b`. Unlike `trace` each leaf starts
 * by itself, so that one which has no gradient at first, a hole, is not dampened when it gets one; and where momentum
 * is 0 the buffer stays as it is.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If a number is not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { heavyBall } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const momentum = heavyBall({ momentum: 0.5, dampening: 0.5 });
 * const params = { x: tensor(1) };
 * const first = momentum.update(momentum.init(params), { x: tensor(4) }, params);
 * const second = momentum.update(first.state, { x: tensor(4) }, params);
 * assertEquals([first.updates.x.item(), second.updates.x.item()], [4, 4]);
 * ```
 */
export function heavyBall(options: HeavyBallOptions): Transform<unknown, HeavyBallState> {
  checkOptionNames("heavyBall", options, HEAVY_BALL_OPTIONS);
  const { momentum, dampening = 0, nesterov = false } = options;
  checkScalar("heavyBall", "momentum", momentum, FINITE);
  checkScalar("heavyBall", "dampening", dampening, FINITE);
  return transform<HeavyBallState>({
    name: "heavyBall",
    hyperparameters: { momentum, dampening },
    options: { nesterov },
    init: (params) => ({ started: leafNumbers(params, 0), buffer: zerosLikeTree(params) }),
    update: ({ state, grads, hyperparameters: { momentum, dampening } }) => {
      const isOn = host((m) => m === 0 ? 0 : 1, momentum);
      const moved = zipNumbers("heavyBall", [state.buffer, grads], state.started, ([b, g], started) => {
        const gain = host((s, d) => s === 0 ? 1 : 1 - d, started, dampening);
        return add(multiply(b, momentum), multiply(g, gain));
      });
      const buffer = castLike("heavyBall", moved, state.buffer);
      const started = advanceNumbers("heavyBall", state.started, grads, () => 1);
      return choose(
        "heavyBall",
        isOn,
        () => ({
          state: { started, buffer },
          updates: zipLeaves(
            "heavyBall",
            [grads, moved],
            (g, b) => cast(nesterov ? add(g, multiply(b, momentum)) : b, g.dtype),
          ),
        }),
        () => ({ state: { started: state.started, buffer: state.buffer }, updates: grads }),
      );
    },
  });
}
