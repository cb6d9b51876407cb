/**
 * The scaling that Muon does.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { add, cast, type DType, host, multiply, sum, type Tensor } from "../tensor/mod.ts";
import { checkChoice, checkNumber, checkScalar, FINITE, FRACTION, POSITIVE, WHOLE } from "./checks.ts";
import { asMatrices, checkDimensionNumbers, type DimensionNumbersOf, MATRICES } from "./dimension_numbers.ts";
import { mapLeaves, type Tree, zipLeaves } from "./leaves.ts";
import { castLike, checkDtype, zerosIn } from "./moments.ts";
import { type Coefficients, newtonSchulz, type Preconditioning } from "./newton_schulz.ts";
import type { ScalarOrSchedule } from "./scalar.ts";
import { transform, type TransformState } from "./transform.ts";
import type { Transform } from "./transform_type.ts";

/** Options of {@linkcode scaleByMuon}. */
export interface ScaleByMuonOptions {
  /** Decay of the momentum, below 1. @default {0.95} */
  readonly beta?: ScalarOrSchedule;
  /** Looks a step ahead, as Nesterov's method does. @default {true} */
  readonly nesterov?: boolean;
  /** The dtype in which the first moment is kept; by default that of each leaf. */
  readonly firstMomentDtype?: DType;
  /**
   * The polynomial of the Newton-Schulz iteration, or one for each iteration: "standard" is [3.4445,
   * -4.775, 2.0315] in all, "dion" five of them.
   *
   * @default {"standard"}
   */
  readonly coefficients?: "standard" | "dion" | Coefficients | readonly Coefficients[];
  /** The number of iterations with one polynomial; where there is one for each, their number. @default {5} */
  readonly iterations?: number;
  /** Added to the norm of a matrix; above 0. @default {1e-8} */
  readonly eps?: number;
  /** What matrices are divided by before the iteration. @default {"frobenius"} */
  readonly preconditioning?: Preconditioning;
  /** Multiplies each matrix by its inner product with the momentum, the dual norm. @default {false} */
  readonly adaptive?: boolean;
  /** Which axes of a leaf make a matrix. By default leaves of two axes do, and no others may be there. */
  readonly dimensionNumbers?: DimensionNumbersOf;
}

/** The names of those options. */
export const SCALE_BY_MUON_OPTIONS = {
  beta: true,
  nesterov: true,
  firstMomentDtype: true,
  coefficients: true,
  iterations: true,
  eps: true,
  preconditioning: true,
  adaptive: true,
  dimensionNumbers: true,
} as const;

/** The state of {@linkcode scaleByMuon}. */
export interface ScaleByMuonState extends TransformState {
  /** The name of the function that made the transform. */
  readonly kind: "scaleByMuon";
  /** What the last step used. */
  readonly hyperparameters: { readonly beta: number };
  /** The moving mean of the updates, a tree like the params. */
  readonly firstMoment: Tree;
}

const STANDARD: Coefficients = [3.4445, -4.775, 2.0315];
const DION: readonly Coefficients[] = [
  [4.0848, -6.8946, 2.927],
  [3.9505, -6.3029, 2.6377],
  [3.7418, -5.5913, 2.3037],
  [2.8769, -3.1427, 1.2046],
  [2.8366, -3.0525, 1.2012],
];

/** The polynomial of each iteration, checked. */
function polynomials(operation: string, options: ScaleByMuonOptions): readonly Coefficients[] {
  const { coefficients = "standard", iterations } = options;
  if (iterations !== undefined) checkNumber(operation, "iterations", iterations, WHOLE);
  const given: unknown = coefficients === "standard"
    ? STANDARD
    : coefficients === "dion"
    ? DION
    : coefficients;
  if (!Array.isArray(given) || given.length === 0) {
    throw new TypeError(
      `${operation} expects coefficients to be "standard", "dion" or lists of three numbers`,
    );
  }
  const isOne = typeof given[0] === "number";
  for (const polynomial of isOne ? [given] : given) {
    if (!Array.isArray(polynomial) || polynomial.length !== 3) {
      throw new RangeError(
        `${operation} expects coefficients to be lists of three numbers but got ${polynomial}`,
      );
    }
    for (const coefficient of polynomial) checkNumber(operation, "coefficients", coefficient, FINITE);
  }
  if (isOne) return Array.from({ length: iterations ?? 5 }, () => given as unknown as Coefficients);
  if (iterations !== undefined && iterations !== given.length) {
    throw new RangeError(
      `${operation} expects coefficients for each of ${iterations} iterations but got ${given.length}`,
    );
  }
  return given as readonly Coefficients[];
}

/** Throws unless the options of Muon are right, in the name of `operation`. */
export function checkMuonOptions(operation: string, options: ScaleByMuonOptions): readonly Coefficients[] {
  const { beta = 0.95, eps = 1e-8, preconditioning = "frobenius", dimensionNumbers = MATRICES } = options;
  checkScalar(operation, "beta", beta, FRACTION);
  checkDtype(operation, "firstMomentDtype", options.firstMomentDtype);
  checkNumber(operation, "eps", eps, POSITIVE);
  checkChoice(operation, "preconditioning", preconditioning, ["frobenius", "spectral", "aol", "schatten"]);
  checkDimensionNumbers(operation, dimensionNumbers);
  return polynomials(operation, options);
}

/**
 * Turns the momentum of matrices into matrices whose singular values are near 1, as
 * `optax.contrib.scale_by_muon`. At step t, from 1:
 *
 * - `m = beta m + (1 - beta) g`
 * - `n = m / (1 - beta^t)`, with `nesterov` `n = beta m / (1 - beta^(t + 1)) + (1 - beta) g / (1 - beta^t)`
 * - `u = newtonSchulz(n)`, with `adaptive` `u = <n, newtonSchulz(n)> newtonSchulz(n)`
 *
 * The Newton-Schulz iteration `x = a x + (b A + c A^2) x` with `A = x x^T` drives singular values into a
 * band around 1 without a decomposition. Jordan et al. 2024.
 *
 * @throws {TypeError} If an option is of another type.
 * @throws {RangeError} If an option is out of its range; in use, if a leaf is no matrix.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { scaleByMuon } from "@weft/weft/optim";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const muon = scaleByMuon({ coefficients: [1.5, -0.5, 0], iterations: 20 });
 * const params = { kernel: tensor([[0, 0], [0, 0]]) };
 * const { updates } = muon.update(muon.init(params), { kernel: tensor([[3, 0], [0, -5]]) }, params);
 * assertAlmostEquals(updates.kernel.at(0).at(0).item(), 1, 1e-5);
 * assertAlmostEquals(updates.kernel.at(1).at(1).item(), -1, 1e-5);
 * ```
 */
export function scaleByMuon(options: ScaleByMuonOptions = {}): Transform<unknown, ScaleByMuonState> {
  checkOptionNames("scaleByMuon", options, SCALE_BY_MUON_OPTIONS);
  const coefficients = checkMuonOptions("scaleByMuon", options);
  const { beta = 0.95, nesterov = true, eps = 1e-8, preconditioning = "frobenius", adaptive = false } =
    options;
  const { dimensionNumbers = MATRICES } = options;
  const orthogonal = (x: Tensor, path: string): Tensor => {
    const { toMatrices, fromMatrices } = matricesOf("scaleByMuon", dimensionNumbers, x, path);
    const y = fromMatrices(newtonSchulz(toMatrices(x), { coefficients, preconditioning, eps }));
    return adaptive ? multiply(y, sum(multiply(x, y))) : y;
  };
  return transform<ScaleByMuonState>({
    name: "scaleByMuon",
    hyperparameters: { beta },
    init: (params) => {
      mapLeaves(params, (leaf, path) => (matricesOf("scaleByMuon", dimensionNumbers, leaf, path), leaf));
      return { firstMoment: zerosIn(params, options.firstMomentDtype) };
    },
    update: ({ state, grads, hyperparameters: { beta }, step }) => {
      const gain = host((beta) => 1 - beta, beta);
      const firstMoment = zipLeaves(
        "scaleByMuon",
        [state.firstMoment, grads],
        (m, g) => add(multiply(m, beta), multiply(g, gain)),
      );
      const ofMoment = nesterov
        ? host((beta, t) => beta / (1 - beta ** (t + 1)), beta, step)
        : host((beta, t) => 1 / (1 - beta ** t), beta, step);
      const ofGrads = host((beta, t) => (1 - beta) / (1 - beta ** t), beta, step);
      const corrected = zipLeaves("scaleByMuon", [grads, firstMoment], (g, m) => {
        const mean = multiply(m, ofMoment);
        return cast(nesterov ? add(mean, multiply(g, ofGrads)) : mean, g.dtype);
      });
      return {
        state: { firstMoment: castLike("scaleByMuon", firstMoment, state.firstMoment) },
        updates: mapLeaves(corrected, orthogonal),
      };
    },
  });
}

/** How a leaf is read as matrices. @throws {RangeError} If it is none. */
export function matricesOf(
  operation: string,
  dimensionNumbers: DimensionNumbersOf,
  leaf: Tensor,
  path: string,
): ReturnType<typeof asMatrices> {
  const numbers = dimensionNumbers(path, leaf);
  if (numbers === null) {
    throw new RangeError(
      `${operation} expects every leaf to be a matrix but got ${leaf.rank} axes at ${path || "the root"}`,
    );
  }
  return asMatrices(operation, leaf.shape, numbers);
}
