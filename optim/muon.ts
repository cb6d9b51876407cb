/**
 * Muon: matrices by Newton-Schulz, the other leaves by AdamW.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { type Tensor, tree } from "../tensor/mod.ts";
import { adamW, type AdamWState } from "./adam.ts";
import { addDecayedWeights, type AddDecayedWeightsState } from "./add_decayed_weights.ts";
import { assemble, erase } from "./assemble.ts";
import { namedChain } from "./chain.ts";
import { checkNumber, checkScalar, FRACTION, NOT_NEGATIVE, POSITIVE } from "./checks.ts";
import { MATRICES } from "./dimension_numbers.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByLearningRate, type ScaleByLearningRateState } from "./scale.ts";
import {
  checkMuonOptions,
  SCALE_BY_MUON_OPTIONS,
  scaleByMuon,
  type ScaleByMuonOptions,
  type ScaleByMuonState,
} from "./scale_by_muon.ts";
import { scaleByShape, type ScaleByShapeState } from "./scale_by_shape.ts";
import { keep, type Selector } from "./select.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode muon}. */
export interface MuonOptions extends ScaleByMuonOptions {
  /** The learning rate; not negative. */
  readonly learningRate: ScalarOrSchedule;
  /** Decay of the matrices, times the learning rate at each step; not negative. @default {0} */
  readonly weightDecay?: ScalarOrSchedule;
  /** The matrices that decay: patterns, a predicate or a tree of booleans. @default {true} */
  readonly weightDecayMask?: Selector;
  /** The root mean square that updates of matrices get whatever their shape; see `scaleByShape`. */
  readonly consistentRms?: number;
  /** The learning rate of the other leaves; that of the matrices by default. */
  readonly adamLearningRate?: ScalarOrSchedule;
  /** Decay of the first moment of the other leaves, below 1. @default {0.9} */
  readonly adamBeta1?: ScalarOrSchedule;
  /** Decay of the second moment of the other leaves, below 1. @default {0.999} */
  readonly adamBeta2?: ScalarOrSchedule;
  /** Added to the second moment of the other leaves under the root. @default {0} */
  readonly adamEpsRoot?: ScalarOrSchedule;
  /** Decay of the other leaves, times their learning rate at each step; not negative. @default {0} */
  readonly adamWeightDecay?: ScalarOrSchedule;
}

const MUON_OPTIONS = {
  learningRate: true,
  weightDecay: true,
  weightDecayMask: true,
  consistentRms: true,
  adamLearningRate: true,
  adamBeta1: true,
  adamBeta2: true,
  adamEpsRoot: true,
  adamWeightDecay: true,
  ...SCALE_BY_MUON_OPTIONS,
} as const;

/** The state of the part of {@linkcode muon} that works on matrices. */
export interface MuonMatricesState {
  /** The name of the chain. */
  readonly kind: "muonMatrices";
  /** The momentum. */
  readonly scaleByMuon: ScaleByMuonState;
  /** The scaling by shape. */
  readonly scaleByShape: ScaleByShapeState;
  /** The weight decay. */
  readonly addDecayedWeights: AddDecayedWeightsState;
  /** The learning rate. */
  readonly scaleByLearningRate: ScaleByLearningRateState;
}

/** The state of {@linkcode muon}. */
export interface MuonState {
  /** The name of the function that made the optimizer. */
  readonly kind: "muon";
  /** The state of the matrices, with holes for the other leaves. */
  readonly matrices: MuonMatricesState;
  /** The state of the other leaves, with holes for the matrices. */
  readonly others: AdamWState;
}

/**
 * Muon, as `optax.contrib.muon`: for matrices `scaleByMuon`, `scaleByShape`, `addDecayedWeights` and
 * `scaleByLearningRate`, for all other leaves `adamW`. Which leaves are matrices `dimensionNumbers` says,
 * by default those of two axes, rows in and columns out; embeddings and the last layer are better left out.
 * Jordan et al. 2024.
 *
 * @throws {TypeError} If an option is missing or of another type.
 * @throws {RangeError} If an option is out of its range.
 *
 * @example The kernels of convolutions too
 * ```ts
 * import { ones } from "@weft/weft";
 * import { muon } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = muon({
 *   learningRate: 0.02,
 *   dimensionNumbers: (path, leaf) =>
 *     path.startsWith("conv/") && leaf.rank === 4 ? { reductionAxes: [1, 2, 3], outputAxes: 0 } : null,
 * });
 * const params = { conv: { kernel: ones([8, 3, 3, 3]), bias: ones([8]) }, head: { kernel: ones([8, 2]) } };
 * const { state } = optimizer.step(optimizer.init(params), params, params);
 * assertEquals(state.others.scaleByAdam.count, 1);
 * ```
 */
export function muon(options: MuonOptions): Transform<unknown, MuonState> {
  checkOptionNames("muon", options, MUON_OPTIONS);
  const { learningRate, weightDecay = 0, weightDecayMask = true, consistentRms, ...given } = options;
  const { adamLearningRate = learningRate, adamBeta1 = 0.9, adamBeta2 = 0.999, ...remaining } = given;
  const { adamEpsRoot = 0, adamWeightDecay = 0, ...orthogonal } = remaining;
  const { dimensionNumbers = MATRICES, eps = 1e-8, nesterov = true } = orthogonal;
  checkMuonOptions("muon", options);
  checkScalar("muon", "learningRate", learningRate, NOT_NEGATIVE);
  checkScalar("muon", "weightDecay", weightDecay, NOT_NEGATIVE);
  if (consistentRms !== undefined) checkNumber("muon", "consistentRms", consistentRms, POSITIVE);
  checkScalar("muon", "adamLearningRate", adamLearningRate, NOT_NEGATIVE);
  checkScalar("muon", "adamBeta1", adamBeta1, FRACTION);
  checkScalar("muon", "adamBeta2", adamBeta2, FRACTION);
  checkScalar("muon", "adamEpsRoot", adamEpsRoot, NOT_NEGATIVE);
  checkScalar("muon", "adamWeightDecay", adamWeightDecay, NOT_NEGATIVE);
  const matrices = namedChain(
    "muonMatrices",
    scaleByMuon(orthogonal),
    scaleByShape({ dimensionNumbers, ...(consistentRms === undefined ? {} : { consistentRms }) }),
    addDecayedWeights({ weightDecay, mask: weightDecayMask }),
    scaleByLearningRate(learningRate),
  );
  const others = adamW({
    learningRate: adamLearningRate,
    beta1: adamBeta1,
    beta2: adamBeta2,
    eps,
    epsRoot: adamEpsRoot,
    weightDecay: adamWeightDecay,
    nesterov,
    ...(options.firstMomentDtype === undefined ? {} : { firstMomentDtype: options.firstMomentDtype }),
  });
  const split = (params: unknown): { readonly areMatrices: unknown; readonly areOthers: unknown } => ({
    areMatrices: tree.map(params, (leaf, path) => dimensionNumbers(path, leaf as Tensor) !== null),
    areOthers: tree.map(params, (leaf, path) => dimensionNumbers(path, leaf as Tensor) === null),
  });
  const [first, second] = [erase("muon", matrices), erase("muon", others)];
  return assemble<MuonState, unknown>({
    name: "muon",
    parts: (params) => {
      const { areMatrices, areOthers } = split(params);
      return [
        {
          key: "matrices",
          group: "matrices",
          transform: matrices,
          params: keep("muon", params, areMatrices),
        },
        { key: "others", group: "others", transform: others, params: keep("muon", params, areOthers) },
      ];
    },
    init: (params) => {
      const { areMatrices, areOthers } = split(params);
      return {
        kind: "muon",
        matrices: matrices.init(keep("muon", params, areMatrices)),
        others: others.init(keep("muon", params, areOthers)),
      };
    },
    update(state, grads, params, extra) {
      const { areMatrices, areOthers } = split(params);
      const part = (
        member: typeof first,
        state: unknown,
        selected: unknown,
      ): ReturnType<typeof first.update> =>
        member.update(state, keep("muon", grads, selected), keep("muon", params, selected), extra);
      const ofMatrices = part(first, state.matrices, areMatrices);
      const ofOthers = part(second, state.others, areOthers);
      return {
        state: { kind: "muon", matrices: ofMatrices.state, others: ofOthers.state } as MuonState,
        updates: tree.zip(
          "muon",
          [grads, areMatrices, ofMatrices.updates, ofOthers.updates],
          ([, isMatrix, matrix, other]) => isMatrix === true ? matrix : other,
        ),
      };
    },
  });
}
