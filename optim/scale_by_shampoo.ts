/**
 * The scaling that Shampoo does.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import {
  add,
  divide,
  greater,
  host,
  matmul,
  multiply,
  sqrt,
  square,
  sum,
  swapAxes,
  type Tensor,
  tree,
  where,
  zeros,
} from "../tensor/mod.ts";
import { erase } from "./assemble.ts";
import { type Blocks, blocksOf } from "./blocks.ts";
import { checkNumber, checkScalar, type Domain, WHOLE } from "./checks.ts";
import {
  type AsMatrices,
  asMatrices,
  checkDimensionNumbers,
  type DimensionNumbersOf,
  FIRST_AXIS,
} from "./dimension_numbers.ts";
import { everySteps } from "./every_steps.ts";
import { inverseRoot } from "./inverse_root.ts";
import type { Tree } from "./leaves.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { scaleByAdam, type ScaleByAdamState } from "./scale_by_adam.ts";
import { transform, type TransformState } from "./transform.ts";
import type { AnyTransform, StateOf, Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByShampoo}. */
export interface ScaleByShampooOptions<T extends AnyTransform = AnyTransform> {
  /** Decay of the statistics; with 1 they are sums, as in the first paper. @default {0.999} */
  readonly beta2?: ScalarOrSchedule;
  /**
   * The share of their norm that is added to the diagonal of statistics before the root; above 0. In
   * float32 it is at least 1e-6.
   *
   * @default {1e-6}
   */
  readonly ridge?: number;
  /** Which inverse root of the statistics a side is multiplied by. @default {4} */
  readonly rootOrder?: number;
  /**
   * How long a side of a block may be; longer matrices are cut into blocks, each with its own statistics.
   *
   * @default {128}
   */
  readonly blockSize?: number;
  /** How many steps the roots of one step are for. @default {10} */
  readonly updateInterval?: number;
  /**
   * A transform whose updates lend their norm to those of each matrix, and take the place of those of other
   * leaves; `scaleByAdam({ beta1: 0 })` by default, `identity()` for the norm of the gradients.
   */
  readonly grafting?: T;
  /**
   * Which axes of a leaf make a matrix. By default the first axis and all others, of leaves of two axes or
   * more.
   */
  readonly dimensionNumbers?: DimensionNumbersOf;
}

/** The names of those options. */
export const SCALE_BY_SHAMPOO_OPTIONS = {
  beta2: true,
  ridge: true,
  rootOrder: true,
  blockSize: true,
  updateInterval: true,
  grafting: true,
  dimensionNumbers: true,
} as const;

/** The state of {@linkcode scaleByShampoo}. */
export interface ScaleByShampooState<S = ScaleByAdamState> extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByShampoo";
  /** What the last step used. */
  readonly hyperparameters: { readonly beta2: number };
  /** The sums or moving means of `g g^T`, block by block; holes for leaves that are no matrices. */
  readonly rowStatistics: Tree;
  /** The sums or moving means of `g^T g`. */
  readonly columnStatistics: Tree;
  /** The inverse roots of the statistics of rows. */
  readonly rowRoots: Tree;
  /** The inverse roots of the statistics of columns. */
  readonly columnRoots: Tree;
  /** The state of the transform that lends its norm. */
  readonly grafting: S;
}

const DECAY: Domain = { text: "at least 0 and not above 1", includes: (value) => value >= 0 && value <= 1 };
const RIDGE: Domain = { text: "above 0 and below 1", includes: (value) => value > 0 && value < 1 };

/** Throws unless the options of Shampoo are right, in the name of `operation`. */
export function checkShampooOptions(operation: string, options: ScaleByShampooOptions): void {
  const { beta2 = 0.999, ridge = 1e-6, rootOrder = 4, blockSize = 128, updateInterval = 10 } = options;
  const { dimensionNumbers = FIRST_AXIS } = options;
  checkScalar(operation, "beta2", beta2, DECAY);
  checkNumber(operation, "ridge", ridge, RIDGE);
  checkNumber(operation, "rootOrder", rootOrder, WHOLE);
  checkNumber(operation, "blockSize", blockSize, WHOLE);
  checkNumber(operation, "updateInterval", updateInterval, WHOLE);
  checkDimensionNumbers(operation, dimensionNumbers);
}

/** How a leaf is cut into blocks of matrices. */
interface Cut extends Blocks {
  readonly layout: AsMatrices;
}

/**
 * Multiplies gradients from both sides by inverse roots of their statistics, the Kronecker factors of
 * full-matrix AdaGrad. With each leaf as a matrix, in blocks:
 *
 * - `L = beta2 L + (1 - beta2) g g^T`, `R = beta2 R + (1 - beta2) g^T g`; with a `beta2` of 1 `L = L + g g^T`
 * - in the first step and every `updateInterval` steps after it `P = (L + ridge |L| I)^(-1 / rootOrder)`, `Q`
 *   of R so too
 * - `u = P g Q`, times the norm of the update of `grafting` over its own norm
 *
 * Leaves that are no matrices have the updates of `grafting`. The roots are taken by a coupled Newton
 * iteration of matrix products. Inside of `compile` they are computed in every step and kept in every
 * `updateInterval`-th, as a recorded program cannot leave them out. Gupta, Koren and Singer 2018, Anil et
 * al. 2020.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If an option is out of its range.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { identity, scaleByShampoo } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const shampoo = scaleByShampoo({ beta2: 1, grafting: identity() });
 * const params = { kernel: tensor([[0, 0], [0, 0]]) };
 * const { updates } = shampoo.update(shampoo.init(params), { kernel: tensor([[3, 0], [0, 4]]) }, params);
 * // All singular values are made one, and the norm that of the gradient.
 * assertAlmostEquals(updates.kernel.at(0).at(0).item(), Math.sqrt(12.5), 1e-4);
 * assertAlmostEquals(updates.kernel.at(1).at(1).item(), Math.sqrt(12.5), 1e-4);
 * ```
 */
export function scaleByShampoo<T extends AnyTransform = Transform<unknown, ScaleByAdamState>>(
  options: ScaleByShampooOptions<T> = {},
): Transform<unknown, ScaleByShampooState<StateOf<T>>> {
  checkOptionNames("scaleByShampoo", options, SCALE_BY_SHAMPOO_OPTIONS);
  checkShampooOptions("scaleByShampoo", options);
  const { beta2 = 0.999, ridge = 1e-6, rootOrder = 4, blockSize = 128, updateInterval = 10 } = options;
  const { dimensionNumbers = FIRST_AXIS } = options;
  const grafting = erase("scaleByShampoo", options.grafting ?? scaleByAdam({ beta1: 0 }));
  const cutOf = (leaf: Tensor, path: string): Cut | null => {
    const numbers = dimensionNumbers(path, leaf);
    if (numbers === null) return null;
    const layout = asMatrices("scaleByShampoo", leaf.shape, numbers);
    return { ...blocksOf(layout.rows, layout.columns, blockSize), layout };
  };
  const squares = (params: Tree, side: 0 | 1): Tree =>
    tree.map(params, (value, path) => {
      const leaf = value as Tensor;
      const cut = cutOf(leaf, path);
      if (cut === null) return null;
      const blocks = cut.count * cut.layout.toMatrices(leaf).shape[0];
      return zeros([blocks, cut.shape[side], cut.shape[side]], { dtype: leaf.dtype });
    });
  const made = transform<ScaleByShampooState<unknown>>({
    name: "scaleByShampoo",
    hyperparameters: { beta2 },
    options: { blockSize, updateInterval, rootOrder },
    init: (params) => ({
      rowStatistics: squares(params, 0),
      columnStatistics: squares(params, 1),
      rowRoots: squares(params, 0),
      columnRoots: squares(params, 1),
      grafting: grafting.init(params),
    }),
    update: ({ state, grads, params, hyperparameters: { beta2 }, count, extra }) => {
      const gain = host((beta) => beta === 1 ? 1 : 1 - beta, beta2);
      const statistics = (side: 0 | 1): Tree => {
        const before = side === 0 ? state.rowStatistics : state.columnStatistics;
        return tree.zip("scaleByShampoo", [before, grads], ([value, given], path) => {
          const [old, g] = [value as Tensor, given as Tensor | null];
          if (g === null) return old;
          const cut = cutOf(g, path)!;
          const blocks = cut.toBlocks(cut.layout.toMatrices(g));
          const turned = swapAxes(blocks, 1, 2);
          const gram = side === 0 ? matmul(blocks, turned) : matmul(turned, blocks);
          return add(multiply(old, beta2), multiply(gram, gain));
        });
      };
      const [rowStatistics, columnStatistics] = [statistics(0), statistics(1)];
      const before = { rowRoots: state.rowRoots, columnRoots: state.columnRoots };
      const rootsOf = (values: Tree): Tree =>
        tree.map(values, (x) => inverseRoot(x as Tensor, { order: rootOrder, ridge }));
      const { rowRoots, columnRoots } = everySteps(updateInterval, count, before, () => ({
        rowRoots: rootsOf(rowStatistics),
        columnRoots: rootsOf(columnStatistics),
      }));
      const grafted = grafting.update(state.grafting, grads, params, extra);
      const updates = tree.zip(
        "scaleByShampoo",
        [grads, grafted.updates, rowRoots, columnRoots],
        ([given, lent, rows, columns], path) => {
          const [g, graft] = [given as Tensor, lent as Tensor];
          if (rows === null || columns === null) return graft;
          const cut = cutOf(g, path)!;
          const blocks = cut.toBlocks(cut.layout.toMatrices(g));
          const scaled = matmul(matmul(rows as Tensor, blocks), columns as Tensor);
          const update = cut.layout.fromMatrices(cut.fromBlocks(scaled));
          const norm = normOf(update);
          const isThere = greater(norm, 0);
          return multiply(update, where(isThere, divide(normOf(graft), where(isThere, norm, 1)), 0));
        },
      );
      return {
        state: { rowStatistics, columnStatistics, rowRoots, columnRoots, grafting: grafted.state },
        updates,
      };
    },
  });
  return made as unknown as Transform<unknown, ScaleByShampooState<StateOf<T>>>;
}

function normOf(x: Tensor): Tensor {
  return sqrt(sum(square(x)));
}
