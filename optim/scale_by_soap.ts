/**
 * The scaling that SOAP does.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  add,
  divide,
  host,
  matmul,
  multiply,
  sqrt,
  square,
  swapAxes,
  type Tensor,
  tree,
  zeros,
  zerosLike,
} from "../tensor/mod.ts";
import { checkNumber, checkScalar, FRACTION, NOT_NEGATIVE, WHOLE } from "./checks.ts";
import {
  type AsMatrices,
  asMatrices,
  checkDimensionNumbers,
  type DimensionNumbersOf,
  FIRST_AXIS,
} from "./dimension_numbers.ts";
import { everySteps } from "./every_steps.ts";
import { type Tree, zerosLikeTree } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { singularVectors } from "./singular_vectors.ts";
import { intoBasis, nextBasis, outOfBasis } from "./soap_basis.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleBySoap}. */
export interface ScaleBySoapOptions {
  /** Decay of the first moment, below 1. @default {0.95} */
  readonly beta1?: ScalarOrSchedule;
  /** Decay of the second moment, below 1. @default {0.95} */
  readonly beta2?: ScalarOrSchedule;
  /** Decay of the statistics of rows and columns, below 1; `beta2` by default. */
  readonly statisticsBeta?: ScalarOrSchedule;
  /** Added to the root of the second moment, before its bias is corrected. @default {1e-8} */
  readonly eps?: ScalarOrSchedule;
  /** How many steps one eigenbasis is for. @default {10} */
  readonly updateInterval?: number;
  /** Sides of a matrix that are longer have no eigenbasis. @default {10000} */
  readonly maxExtent?: number;
  /**
   * Which axes of a leaf make a matrix. By default the first axis and all others, of leaves of two axes or
   * more.
   */
  readonly dimensionNumbers?: DimensionNumbersOf;
}

/** The names of those options. */
export const SCALE_BY_SOAP_OPTIONS = {
  beta1: true,
  beta2: true,
  statisticsBeta: true,
  eps: true,
  updateInterval: true,
  maxExtent: true,
  dimensionNumbers: true,
} as const;

/** The state of {@linkcode scaleBySoap}. */
export interface ScaleBySoapState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleBySoap";
  /** What the last step used. */
  readonly hyperparameters: {
    readonly beta1: number;
    readonly beta2: number;
    readonly statisticsBeta: number;
    readonly eps: number;
  };
  /** Whether the first step, which finds the eigenbases, is still to come. */
  readonly phase: "first" | "later";
  /** The moving mean of the updates, a tree like the params. */
  readonly firstMoment: Tree;
  /** The moving mean of the squares of the updates in the eigenbases, a tree like the params. */
  readonly secondMoment: Tree;
  /** The moving means of `g g^T`; holes for leaves and sides that have none. */
  readonly rowStatistics: Tree;
  /** The moving means of `g^T g`; holes for leaves and sides that have none. */
  readonly columnStatistics: Tree;
  /** The eigenbases of the statistics of rows. */
  readonly rowBasis: Tree;
  /** The eigenbases of the statistics of columns. */
  readonly columnBasis: Tree;
}

/** Throws unless the options of SOAP are right, in the name of `operation`. */
export function checkSoapOptions(operation: string, options: ScaleBySoapOptions): void {
  const { beta1 = 0.95, beta2 = 0.95, statisticsBeta = beta2, eps = 1e-8 } = options;
  const { updateInterval = 10, maxExtent = 10000, dimensionNumbers = FIRST_AXIS } = options;
  checkScalar(operation, "beta1", beta1, FRACTION);
  checkScalar(operation, "beta2", beta2, FRACTION);
  checkScalar(operation, "statisticsBeta", statisticsBeta, FRACTION);
  checkScalar(operation, "eps", eps, NOT_NEGATIVE);
  checkNumber(operation, "updateInterval", updateInterval, WHOLE);
  checkNumber(operation, "maxExtent", maxExtent, WHOLE);
  checkDimensionNumbers(operation, dimensionNumbers);
}

/** What a step works on of one leaf, and what comes of it. */
interface SoapLeaf {
  readonly firstMoment: Tensor;
  readonly secondMoment: Tensor;
  readonly rowStatistics: Tensor | null;
  readonly columnStatistics: Tensor | null;
  readonly rowBasis: Tensor | null;
  readonly columnBasis: Tensor | null;
}

const FIELDS = [
  "firstMoment",
  "secondMoment",
  "rowStatistics",
  "columnStatistics",
  "rowBasis",
  "columnBasis",
] as const;

/**
 * Scales updates as Adam does, but in the eigenbases of Shampoo's statistics. With each leaf as a matrix
 * and Q, P for the eigenbases of its rows and columns:
 *
 * - the first step only finds the statistics and their eigenbases, and moves nothing
 * - `m = beta1 m + (1 - beta1) g`, `v = beta2 v + (1 - beta2) (Q^T g P)^2`
 * - `u = c Q (Q^T m P / (sqrt(v) + eps)) P^T` with `c = sqrt(1 - beta2^t) / (1 - beta1^t)`, t from 1 in the
 *   second step
 * - `L = b L + (1 - b) g g^T`, `R = b R + (1 - b) g^T g` with b for `statisticsBeta`; every `updateInterval`
 *   steps a step of power iteration takes Q to the orthonormal factor of `L Q` and P to that of `R P`, sorted
 *   by eigenvalue
 *
 * Leaves that are no matrices have Adam's scaling. The first eigenbases are found by Jacobi rotations,
 * later ones by Householder reflections, both in public operations. Inside of `compile` a later eigenbasis
 * is computed in every step and kept in every `updateInterval`-th, as a recorded program cannot leave it
 * out. The program of the first step is a long one, of some thousand entries a leaf: take that step outside
 * of `compile`. Vyas et al. 2024.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If an option is out of its range.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleBySoap } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const soap = scaleBySoap();
 * const params = { kernel: tensor([[0, 0], [0, 0]]) };
 * const grads = { kernel: tensor([[0, 3], [5, 0]]) };
 * const first = soap.update(soap.init(params), grads, params);
 * const second = soap.update(first.state, grads, params);
 * assertAlmostEquals(second.updates.kernel.at(0).at(1).item(), 1, 1e-5);
 * assertAlmostEquals(second.updates.kernel.at(1).at(0).item(), 1, 1e-5);
 * ```
 */
export function scaleBySoap(options: ScaleBySoapOptions = {}): Transform<unknown, ScaleBySoapState> {
  checkOptionNames("scaleBySoap", options, SCALE_BY_SOAP_OPTIONS);
  checkSoapOptions("scaleBySoap", options);
  const { beta1 = 0.95, beta2 = 0.95, statisticsBeta = beta2, eps = 1e-8 } = options;
  const { updateInterval = 10, maxExtent = 10000, dimensionNumbers = FIRST_AXIS } = options;
  const layoutOf = (leaf: Tensor, path: string): AsMatrices | null => {
    const numbers = dimensionNumbers(path, leaf);
    return numbers === null ? null : asMatrices("scaleBySoap", leaf.shape, numbers);
  };
  const squares = (params: Tree, side: "rows" | "columns"): Tree =>
    tree.map(params, (value, path) => {
      const leaf = value as Tensor;
      const layout = layoutOf(leaf, path);
      if (layout === null || layout[side] > maxExtent) return null;
      return zeros([layout.toMatrices(leaf).shape[0], layout[side], layout[side]], { dtype: leaf.dtype });
    });
  return transform<ScaleBySoapState>({
    name: "scaleBySoap",
    hyperparameters: { beta1, beta2, statisticsBeta, eps },
    options: { updateInterval, maxExtent },
    init: (params) => ({
      phase: "first",
      firstMoment: zerosLikeTree(params),
      secondMoment: zerosLikeTree(params),
      rowStatistics: squares(params, "rows"),
      columnStatistics: squares(params, "columns"),
      rowBasis: squares(params, "rows"),
      columnBasis: squares(params, "columns"),
    }),
    update: ({ state, grads, hyperparameters, count }) => {
      const { beta1, beta2, statisticsBeta, eps } = hyperparameters;
      const [gain1, gain2, gainOf] = [beta1, beta2, statisticsBeta].map((b) => host((beta) => 1 - beta, b));
      // The first step is none of Adam's.
      const correction = host((b1, b2, t) => Math.sqrt(1 - b2 ** t) / (1 - b1 ** t), beta1, beta2, count);
      const statistics = (before: Tensor | null, gram: () => Tensor): Tensor | null =>
        before === null ? null : add(multiply(before, statisticsBeta), multiply(gram(), gainOf));
      const updates = new Map<string, Tensor>();
      const next = new Map<string, SoapLeaf>();
      const fields = FIELDS.map((field) => state[field]);
      tree.zip("scaleBySoap", [grads, ...fields], (leaves, path) => {
        const [g, m, v, left, right, q, p] = leaves as [Tensor, Tensor, Tensor, ...(Tensor | null)[]];
        const { toMatrices, fromMatrices } = layoutOf(g, path) ?? AS_IT_IS;
        const matrices = toMatrices(g);
        const rowStatistics = statistics(left, () => matmul(matrices, swapAxes(matrices, 1, 2)));
        const columnStatistics = statistics(right, () => matmul(swapAxes(matrices, 1, 2), matrices));
        if (state.phase === "first") {
          const eigenbasis = (x: Tensor | null): Tensor | null =>
            x === null ? null : singularVectors(x).right;
          updates.set(path, zerosLike(g));
          next.set(path, {
            firstMoment: m,
            secondMoment: v,
            rowStatistics,
            columnStatistics,
            rowBasis: eigenbasis(rowStatistics),
            columnBasis: eigenbasis(columnStatistics),
          });
          return null;
        }
        const firstMoment = add(multiply(m, beta1), multiply(g, gain1));
        const turned = intoBasis(matrices, q, p);
        const secondMoment = add(multiply(toMatrices(v), beta2), multiply(square(turned), gain2));
        const scaled = divide(intoBasis(toMatrices(firstMoment), q, p), add(sqrt(secondMoment), eps));
        updates.set(path, multiply(fromMatrices(outOfBasis(scaled, q, p)), correction));
        const before = { secondMoment, rowBasis: q, columnBasis: p };
        const turnedOn = everySteps(updateInterval, count, before, () => {
          const rows = nextBasis(rowStatistics, q);
          const columns = nextBasis(columnStatistics, p);
          return {
            secondMoment: intoBasis(secondMoment, rows?.order ?? null, columns?.order ?? null),
            rowBasis: rows?.basis ?? null,
            columnBasis: columns?.basis ?? null,
          };
        });
        next.set(path, {
          firstMoment,
          rowStatistics,
          columnStatistics,
          ...turnedOn,
          secondMoment: fromMatrices(turnedOn.secondMoment),
        });
        return null;
      });
      const fieldOf = (field: typeof FIELDS[number]): Tree =>
        tree.map(state[field], (before, path) => next.get(path)?.[field] ?? before);
      return {
        state: {
          phase: "later",
          firstMoment: fieldOf("firstMoment"),
          secondMoment: fieldOf("secondMoment"),
          rowStatistics: fieldOf("rowStatistics"),
          columnStatistics: fieldOf("columnStatistics"),
          rowBasis: fieldOf("rowBasis"),
          columnBasis: fieldOf("columnBasis"),
        },
        updates: tree.map(grads, (_, path) => updates.get(path)!),
      };
    },
  });
}

const AS_IT_IS: Pick<AsMatrices, "toMatrices" | "fromMatrices"> = {
  toMatrices: (x) => x,
  fromMatrices: (x) => x,
};
