/**
 * Weight decay.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, greaterEqual, multiply, take, type Tensor, where } from "../tensor/mod.ts";
import { checkScalar, FINITE } from "./checks.ts";
import { zipLeaves } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { keep, selection, type Selector } from "./select.ts";
import { SparseLeaf } from "./sparse_gradient.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode addDecayedWeights}. */
export interface AddDecayedWeightsOptions {
  /** The share of the params that is added to the updates. */
  readonly weightDecay: ScalarOrSchedule;
  /** The leaves that decay: patterns, a predicate or a tree of booleans. @default {true} */
  readonly mask?: Selector;
  /** Decays only the elements that the decay moves to the side to which their update does. @default {false} */
  readonly cautious?: boolean;
}

const ADD_DECAYED_WEIGHTS_OPTIONS = { weightDecay: true, mask: true, cautious: true } as const;

/** The state of {@linkcode addDecayedWeights}. */
export interface AddDecayedWeightsState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "addDecayedWeights";
  /** What the last step used. */
  readonly hyperparameters: { readonly weightDecay: number };
}

/**
 * Adds a share of the params to the updates: `u = g + weightDecay * p`, as `optax.add_decayed_weights`. Before a
 * scaling such as `scaleByAdam` it is coupled decay, which is L2 regularization, and after it decoupled decay; before
 * `scaleByLearningRate` the decay is multiplied by the learning rate, and after it, with a negative weight decay,
 * it is not.
 *
 * Of a table with a sparse gradient only the rows decay that the gradient has, each as often as it is named.
 *
 * With `cautious` the share is added where `g * weightDecay * p >= 0` only, so that decay never works against the
 * update. Chen et al. 2025.
 *
 * @throws {TypeError} If the weight decay is neither a number nor a schedule.
 * @throws {RangeError} If it is not finite.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { addDecayedWeights } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const decay = addDecayedWeights({ weightDecay: 0.5, mask: "kernel" });
 * const params = { kernel: tensor(4), bias: tensor(4) };
 * const grads = { kernel: tensor(1), bias: tensor(1) };
 * const { updates } = decay.update(decay.init(params), grads, params);
 * assertEquals([updates.kernel.item(), updates.bias.item()], [3, 1]);
 * ```
 */
export function addDecayedWeights(
  options: AddDecayedWeightsOptions,
): Transform<unknown, AddDecayedWeightsState> {
  checkOptionNames("addDecayedWeights", options, ADD_DECAYED_WEIGHTS_OPTIONS);
  const { weightDecay, mask = true, cautious = false } = options;
  checkScalar("addDecayedWeights", "weightDecay", weightDecay, FINITE);
  const select = selection("addDecayedWeights", mask);
  return transform<AddDecayedWeightsState>({
    name: "addDecayedWeights",
    hyperparameters: { weightDecay },
    takesSparse: true,
    init: () => ({}),
    update: ({ grads, params, hyperparameters }) => {
      const decaying = mask === true ? params : keep("addDecayedWeights", params, select(params));
      const updates = zipLeaves(
        "addDecayedWeights",
        [grads, decaying],
        (g, p) => {
          const rows: unknown = g;
          if (rows instanceof SparseLeaf) return decayedRows(rows, p, hyperparameters.weightDecay) as never;
          const decay = multiply(p, hyperparameters.weightDecay);
          return add(g, cautious ? where(greaterEqual(multiply(g, decay), 0), decay, 0) : decay);
        },
      );
      return { state: {}, updates };
    },
  });
}

/** Rows of a sparse gradient and of the params that they belong to; the other rows do not decay. */
function decayedRows(rows: SparseLeaf, param: Tensor, weightDecay: number): SparseLeaf {
  return rows.withValues(add(rows.values, multiply(take(param, rows.indices), weightDecay)));
}
