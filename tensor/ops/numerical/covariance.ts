/**
 * Covariances and correlations.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../../check_option_names.ts";
import { describe, type Tensor } from "../../tensor.ts";
import { divide, multiply, subtract } from "../arithmetic.ts";
import { clip } from "../selection.ts";
import { sqrt } from "../exponential.ts";
import { floating } from "../convert.ts";
import { diagonal } from "../diagonal.ts";
import { matmul } from "../matmul.ts";
import { mean } from "../reduce.ts";
import { expandDims, reshape } from "../reshape.ts";
import { transpose } from "../transpose.ts";

/** Options of `cov`. */
export interface CovOptions {
  /** Whether variables are rows and observations columns; true by default. */
  readonly rowVariables?: boolean;
  /** What is taken from the number of observations before it divides; 1 by default. */
  readonly correction?: number;
}

const COV_OPTIONS = { rowVariables: true, correction: true } as const;

/**
 * The matrix of the covariances of variables, `[variables, variables]`, or a scalar for a vector of observations, as
 * `jnp.cov`.
 *
 * @param x Observations [variables, observations], or [observations] of one variable.
 * @throws {RangeError} If x has other than 1 or 2 axes.
 *
 * @example
 * ```ts
 * import { cov, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(cov(tensor([[1, 2, 3], [3, 2, 1]])).toArray(), [[1, -1], [-1, 1]]);
 * ```
 */
export function cov(x: Tensor, options: CovOptions = NO_OPTIONS): Tensor {
  checkOptionNames("cov", options, COV_OPTIONS);
  return covariance("cov", x, options);
}

function covariance(operation: string, x: Tensor, options: CovOptions): Tensor {
  const { rowVariables = true, correction = 1 } = options;
  const given = floating(operation, x);
  if (given.rank !== 1 && given.rank !== 2) {
    throw new RangeError(`${operation} expects observations of 1 or 2 axes but got ${describe(given)}`);
  }
  const rows = given.rank === 1 ? reshape(given, [1, given.size]) : rowVariables ? given : transpose(given);
  const centred = subtract(rows, mean(rows, { axes: 1, keepDims: true }));
  const result = divide(matmul(centred, transpose(centred)), rows.shape[1] - correction);
  return given.rank === 1 ? reshape(result, []) : result;
}

const CORRCOEF_OPTIONS = { rowVariables: true } as const;

/**
 * The matrix of the correlations of variables, from -1 to 1, as `jnp.corrcoef`.
 *
 * @param x Observations [variables, observations], or [observations] of one variable.
 * @throws {RangeError} If x has other than 1 or 2 axes.
 *
 * @example
 * ```ts
 * import { corrcoef, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(corrcoef(tensor([[1, 2, 3], [2, 4, 6]])).shape, [2, 2]);
 * ```
 */
export function corrcoef(x: Tensor, options: Pick<CovOptions, "rowVariables"> = NO_OPTIONS): Tensor {
  checkOptionNames("corrcoef", options, CORRCOEF_OPTIONS);
  const c = covariance("corrcoef", x, options);
  if (c.rank === 0) return divide(c, c);
  const deviations = sqrt(diagonal(c));
  const outer = multiply(expandDims(deviations, 1), expandDims(deviations, 0));
  return clip(divide(c, outer), { min: -1, max: 1 });
}
