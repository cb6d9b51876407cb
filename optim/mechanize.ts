/**
 * A learned factor of the learning rate.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  abs,
  add,
  cast,
  divide,
  full,
  host,
  maximum,
  minimum,
  multiply,
  negative,
  sqrt,
  square,
  subtract,
  sum,
  Tensor,
  tensor,
  tree,
  zeros,
} from "../tensor/mod.ts";
import { checkNumber, checkScalar, FINITE, NOT_NEGATIVE, POSITIVE, WHOLE } from "./checks.ts";
import { choose } from "./choose.ts";
import { globalNorm } from "./global_norm.ts";
import { innerProduct } from "./inner_product.ts";
import { type Tree, zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { AnyTransform, ExtraOf, ParamsOf, StateOf, Transform } from "./transform_type.ts";
import { wrap } from "./wrap.ts";

/** Options of {@linkcode mechanize}. */
export interface MechanizeOptions {
  /** Decay that is added to the gradients that the factor is learned from; not that of the optimizer. @default {0.01} */
  readonly weightDecay?: ScalarOrSchedule;
  /** Keeps divisors from 0. @default {1e-8} */
  readonly eps?: ScalarOrSchedule;
  /** The factor to start with; above 0. @default {1e-6} */
  readonly initialScale?: number;
  /** The number of decays that are mixed: 0.9, 0.99, and so on. @default {6} */
  readonly numBetas?: number;
}

const MECHANIZE_OPTIONS = { weightDecay: true, eps: true, initialScale: true, numBetas: true } as const;

/** The state of {@linkcode mechanize}. */
export interface MechanizeState<S> extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "mechanize";
  /** What the last step used. */
  readonly hyperparameters: { readonly weightDecay: number; readonly eps: number };
  /** The reward of each decay. */
  readonly reward: Tensor;
  /** The largest product of a gradient and the way so far, decayed. */
  readonly largest: Tensor;
  /** The decayed sum of squares of that product. */
  readonly squares: Tensor;
  /** The factor of each decay; their sum scales the updates. */
  readonly scales: Tensor;
  /** The params before the first step. */
  readonly start: Tree;
  /** The state of the optimizer inside. */
  readonly inner: S;
}

/**
 * Learns a factor for the learning rate of an optimizer, as `optax.contrib.mechanize`: the params stay on the line
 * from the first ones along the sum of all updates of the optimizer inside, whose length is learned. Give that one a
 * learning rate of 1, or a schedule with a peak of 1. Cutkosky, Defazio and Mehta 2023.
 *
 * @throws {TypeError} If the first argument is no transform, or an option is of another type.
 * @throws {RangeError} If a number is negative or not finite, or `numBetas` no whole number above 0.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mechanize, sgd } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const optimizer = mechanize(sgd({ learningRate: 1 }), { initialScale: 0.5 });
 * const params = { x: tensor(1) };
 * const { state } = optimizer.step(optimizer.init(params), { x: tensor(2) }, params);
 * assertAlmostEquals(state.scales.data()[0], 0.5 / 6, 1e-2);
 * ```
 */
export function mechanize<T extends AnyTransform>(
  optimizer: T,
  options: MechanizeOptions = {},
): Transform<ParamsOf<T>, MechanizeState<StateOf<T>>, ExtraOf<T>> {
  checkOptionNames("mechanize", options, MECHANIZE_OPTIONS);
  const { inner, seen } = wrap("mechanize", optimizer);
  const { weightDecay = 0.01, eps = 1e-8, initialScale = 1e-6, numBetas = 6 } = options;
  checkScalar("mechanize", "weightDecay", weightDecay, FINITE);
  checkScalar("mechanize", "eps", eps, NOT_NEGATIVE);
  checkNumber("mechanize", "initialScale", initialScale, POSITIVE);
  checkNumber("mechanize", "numBetas", numBetas, WHOLE);
  const made = transform<MechanizeState<unknown>>({
    name: "mechanize",
    hyperparameters: { weightDecay, eps },
    options: { initialScale, numBetas },
    parts: seen.parts,
    init: (params) => {
      const dtype = lowest(params);
      const none = zeros([numBetas], { dtype });
      return {
        reward: none,
        largest: none,
        squares: none,
        scales: full([numBetas], initialScale, { dtype }),
        start: params,
        inner: inner.init(params),
      };
    },
    update: ({ state, grads, params, count, hyperparameters: { weightDecay, eps }, extra }) => {
      const { dtype } = state.scales;
      const to = (x: Tensor, like: Tensor): Tensor => cast(x, like.dtype);
      const { state: next, updates } = inner.update(state.inner, grads, params, extra);
      // The line starts where training does, which may be later than the state was made.
      const start = choose("mechanize", host((n) => n === 0 ? 1 : 0, count), () => params, () => state.start);
      const total = sum(state.scales);
      const norm = divide(
        multiply(multiply(total, cast(globalNorm(grads), dtype)), weightDecay),
        add(cast(globalNorm(params), dtype), eps),
      );
      const decayed = zipLeaves("mechanize", [grads, params], (g, p) => add(g, multiply(p, to(norm, p))));
      const way = zipLeaves(
        "mechanize",
        [params, start],
        (p, from) => divide(subtract(from, p), to(add(total, eps), p)),
      );
      const nextWay = zipLeaves("mechanize", [way, updates], (d, u) => subtract(d, u));
      const h = cast(innerProduct("mechanize", decayed, way), dtype);
      const betas = tensor(Array.from({ length: numBetas }, (_, i) => 1 - 0.1 ** (i + 1)), { dtype });
      const clipped = maximum(minimum(h, state.largest), negative(state.largest));
      const largest = maximum(multiply(betas, state.largest), add(abs(h), eps));
      const squares = add(multiply(square(betas), state.squares), square(h));
      const reward = add(multiply(betas, state.reward), multiply(clipped, state.scales));
      const wealth = add(multiply(largest, initialScale / numBetas), maximum(reward, 0));
      const scales = divide(wealth, add(sqrt(squares), eps));
      const factor = sum(scales);
      return {
        state: { reward, largest, squares, scales, start, inner: next },
        updates: zipLeaves(
          "mechanize",
          [grads, start, nextWay, params],
          (_, from, d, p) => subtract(subtract(from, multiply(d, to(factor, d))), p),
        ),
      };
    },
  });
  return made as unknown as Transform<ParamsOf<T>, MechanizeState<StateOf<T>>, ExtraOf<T>>;
}

/** The dtype of the scalars: float64 only if all leaves are. */
function lowest(params: Tree): "float32" | "float64" {
  const leaves = tree.leaves(params).filter((leaf) => leaf instanceof Tensor);
  return leaves.length > 0 && leaves.every(({ dtype }) => dtype === "float64") ? "float64" : "float32";
}
