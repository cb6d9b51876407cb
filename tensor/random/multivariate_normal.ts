/**
 * Normal vectors, and orthogonal matrices.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { add, multiply } from "../ops/arithmetic.ts";
import { sign } from "../ops/sign.ts";
import { einsum } from "../ops/contraction/einsum.ts";
import { eye } from "../ops/eye.ts";
import { sqrt } from "../ops/exponential.ts";
import { cholesky } from "../ops/linalg/cholesky.ts";
import { eigh } from "../ops/linalg/eigh.ts";
import { qr } from "../ops/linalg/qr.ts";
import { svd } from "../ops/linalg/svd.ts";
import { sum } from "../ops/reduce.ts";
import { expandDims } from "../ops/reshape.ts";
import { slice } from "../ops/slice.ts";
import { swapAxes } from "../ops/transpose.ts";
import { broadcastShapes, type Shape } from "../shape.ts";
import { describe, type Tensor } from "../tensor.ts";
import { checkKey } from "./key.ts";
import { normal } from "./normal.ts";
import { floatingDType, type FloatingOptions } from "./options.ts";
import { parameter } from "./parameter.ts";

/** Options of `multivariateNormal`. */
export interface MultivariateNormalOptions extends FloatingOptions {
  /** The means [..., n]. */
  readonly mean: Tensor;
  /** The covariances [..., n, n], symmetric and not negative definite. */
  readonly covariance: Tensor;
  /** The shape without the axis of components; that of the parameters by default. */
  readonly shape?: Shape;
  /** How the covariance is factored; "cholesky" by default. The others take singular matrices too. */
  readonly method?: "cholesky" | "eigh" | "svd";
}

const MULTIVARIATE_NORMAL_OPTIONS = {
  mean: true,
  covariance: true,
  shape: true,
  method: true,
  dtype: true,
  partitionable: true,
} as const;

/**
 * Normal vectors of a given mean and covariance, `[...shape, n]`, as `jax.random.multivariate_normal`.
 *
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If the shapes do not fit, or the method is another.
 *
 * @example
 * ```ts
 * import { random, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const x = random.multivariateNormal(random.key(0), {
 *   mean: tensor([1, 2]),
 *   covariance: tensor([[2, 1], [1, 2]]),
 *   shape: [5],
 * });
 * assertEquals(x.shape, [5, 2]);
 * ```
 */
export function multivariateNormal(key: Tensor, options: MultivariateNormalOptions): Tensor {
  checkOptionNames("multivariateNormal", options, MULTIVARIATE_NORMAL_OPTIONS);
  checkKey("multivariateNormal", key);
  const { mean: location, covariance: spread, shape: given, method = "cholesky", ...rest } = options;
  const dtype = floatingDType("multivariateNormal", rest);
  const mean = parameter("multivariateNormal", location, dtype);
  const covariance = parameter("multivariateNormal", spread, dtype);
  const n = mean.shape[mean.rank - 1];
  if (mean.rank < 1 || covariance.rank < 2 || covariance.shape.slice(-2).some((extent) => extent !== n)) {
    throw new RangeError(
      `multivariateNormal expects means of n components and n by n covariances but got ${
        describe(mean)
      } and ${describe(covariance)}`,
    );
  }
  const shape = given ??
    broadcastShapes("multivariateNormal", mean.shape.slice(0, -1), covariance.shape.slice(0, -2));
  const samples = normal(key, [...shape, n], rest);
  return add(mean, einsum("...ij,...j->...i", factorOf(covariance, method), samples));
}

function factorOf(covariance: Tensor, method: "cholesky" | "eigh" | "svd"): Tensor {
  switch (method) {
    case "cholesky":
      return cholesky(covariance);
    case "eigh": {
      const { values, vectors } = eigh(covariance);
      return multiply(vectors, expandDims(sqrt(values), -2));
    }
    case "svd": {
      const { u, s } = svd(covariance);
      return multiply(u, expandDims(sqrt(s), -2));
    }
    default:
      throw new RangeError(
        `multivariateNormal expects method "cholesky", "eigh" or "svd" but got ${String(method)}`,
      );
  }
}

/** Options of `orthogonal`. */
export interface OrthogonalOptions extends FloatingOptions {
  /** The number of columns; as many as rows by default. */
  readonly columns?: number;
  /** The shape of a stack of matrices; one by default. */
  readonly shape?: Shape;
}

const ORTHOGONAL_OPTIONS = { columns: true, shape: true, dtype: true, partitionable: true } as const;

/**
 * Matrices with orthonormal columns (rows, where there are fewer), evenly distributed over all of them, as
 * `jax.random.orthogonal`: Q of a normal matrix with the signs of R's diagonal.
 *
 * @param rows The number of rows.
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If an extent is below 0 or not whole.
 *
 * @example
 * ```ts
 * import { matmul, random, swapAxes } from "@weft/weft";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const q = random.orthogonal(random.key(0), 3);
 * assertAlmostEquals(matmul(swapAxes(q, 0, 1), q).data()[0] as number, 1, 1e-5);
 * ```
 */
export function orthogonal(key: Tensor, rows: number, options: OrthogonalOptions = NO_OPTIONS): Tensor {
  checkOptionNames("orthogonal", options, ORTHOGONAL_OPTIONS);
  checkKey("orthogonal", key);
  const { columns = rows, shape = [], ...rest } = options;
  const [long, short] = [Math.max(rows, columns), Math.min(rows, columns)];
  const { q, r } = qr(normal(key, [...shape, long, short], rest));
  const square = slice(r, [...shape.map(() => null), [0, short]]);
  const diagonal = sum(multiply(square, eye(short, { dtype: r.dtype })), { axes: -2 });
  const signed = multiply(q, expandDims(sign(diagonal), -2));
  return rows < columns ? swapAxes(signed, -1, -2) : signed;
}
