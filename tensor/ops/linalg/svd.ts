/**
 * Singular values and vectors.
 *
 * @module
 */
import { apply, applyAll } from "../../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../../check_option_names.ts";
import { svdLoop } from "../../kernels/linalg/svd.ts";
import { batchInFront } from "../../rules.ts";
import { definePrimitive, type Primitive } from "../../primitive.ts";
import type { Machine, Operand } from "../../machine.ts";
import { describe, type Tensor } from "../../tensor.ts";
import { add, divide, multiply, subtract } from "../arithmetic.ts";
import { matmul } from "../matmul.ts";
import { expandDims } from "../reshape.ts";
import { swapAxes } from "../transpose.ts";
import { eachMatrix, launchMatrices, matrices, rowStep } from "./matrix.ts";
import { eyeLike } from "./triangle.ts";

/**
 * Launches the loop that finds the values [n], and where they are wanted U [m, columns] and V^T [n, n], of matrices [m, n] with
 * m >= n.
 */
export function launchSvd(
  machine: Machine,
  x: Operand,
  [s, u = s, vt = s]: readonly Operand[],
  columns: number,
): void {
  const [m, n] = x.shape.slice(-2);
  const [step, uStep, vectored] = [rowStep(n + n % 2), rowStep(columns), u !== s];
  const area = 2 * (m + n) * step + n * (2 * columns + 28) + (vectored ? m * uStep + 2 * n * step : 0);
  launchMatrices(machine, {
    name: "svd",
    loop: svdLoop,
    operands: [x, s, u, vt],
    area,
    numbers: [m, n, columns, step, uStep, vectored ? 1 : 0, area],
    cost: (vectored ? 20 : 4) * m * n * n,
  });
}

interface Factors {
  /** Columns of U. */
  readonly columns: number;
  /** Whether U and V^T are computed. */
  readonly vectors: boolean;
}

const svdPrimitive: Primitive<Factors> = definePrimitive<Factors>({
  name: "svd",
  flops: ([x], _, { vectors }) => eachMatrix(x, (m, n) => (vectors ? 20 : 4) * m * n * n),
  batch: batchInFront,
  infer([{ dtype, shape }], { columns, vectors }) {
    const batch = shape.slice(0, -2);
    const [m, n] = shape.slice(-2);
    const values = { dtype, shape: [...batch, n] };
    if (!vectors) return [values];
    return [values, { dtype, shape: [...batch, m, columns] }, { dtype, shape: [...batch, n, n] }];
  },
  execute([x], results, { columns }, machine) {
    launchSvd(machine, x, results, columns);
  },
  saving: (attributes) => ({ ...attributes, vectors: true }),
  trim: ([_, ...vectors], attributes) =>
    vectors.includes(true)
      ? null
      : { attributes: { ...attributes, vectors: false }, kept: [true, false, false] },
  pullback: {
    // Townsend, Differentiating the singular value decomposition (2016).
    rule([byS, byU, byVt], { inputs: [x], outputs: [s, ...given], attributes: { columns }, hasCotangent }) {
      // Forward mode comes without vectors where only values were asked for.
      const [u, vt] = given.length === 0 ? factors(x, columns).slice(1) : given;
      const ut = swapAxes(u, -1, -2);
      const v = swapAxes(vt, -1, -2);
      const eye = eyeLike(vt);
      const diagonal = multiply(eye, expandDims(byS, -1));
      const across = (x: Tensor): Tensor => matmul(matmul(u, x), vt);
      if (given.length === 0 || columns === s.shape[s.rank - 1] && !hasCotangent[1] && !hasCotangent[2]) {
        return [across(diagonal)];
      }
      if (columns !== s.shape[s.rank - 1]) {
        throw new TypeError(
          `svd expects fullMatrices to be false where a gradient is wanted but got it for ${describe(x)}`,
        );
      }
      const byV = swapAxes(byVt, -1, -2);
      const skew = (x: Tensor): Tensor => subtract(x, swapAxes(x, -1, -2));
      const [row, column] = [expandDims(s, -2), expandDims(s, -1)];
      const gaps = add(multiply(subtract(row, column), add(row, column)), eye);
      const left = multiply(divide(skew(matmul(ut, byU)), gaps), row);
      const right = multiply(column, divide(skew(matmul(vt, byV)), gaps));
      const outsideU = subtract(byU, matmul(u, matmul(ut, byU)));
      const outsideV = subtract(byVt, matmul(matmul(byVt, v), vt));
      return [
        add(
          across(add(add(left, right), diagonal)),
          add(matmul(divide(outsideU, row), vt), matmul(divide(u, row), outsideV)),
        ),
      ];
    },
  },
});

/** The values, U and V^T of matrices [m, n] with m >= n. */
function factors(x: Tensor, columns: number): readonly Tensor[] {
  return applyAll(svdPrimitive, [x], { columns, vectors: true });
}

/** Options of `svd`. */
export interface SvdOptions {
  /** Whether u and vt are square, completed to a basis, rather than cut to min(m, n); false by default. */
  readonly fullMatrices?: boolean;
}

const SVD_OPTIONS = { fullMatrices: true } as const;

/** What `svd` gives for each matrix. */
export interface Svd {
  /** The left vectors [..., m, k], one a column, orthonormal. */
  readonly u: Tensor;
  /** The singular values [..., k], descending. */
  readonly s: Tensor;
  /** The right vectors [..., k, n], one a row, orthonormal. */
  readonly vt: Tensor;
}

/**
 * The singular values and vectors of matrices, `x = u diag(s) vt` with k = min(m, n), by reflections and implicit QR
 * steps in double precision, as `jnp.linalg.svd` (whose default is full matrices). The sign of each pair of vectors is
 * free; where values are equal, gradients through their vectors are not finite.
 *
 * @param x Matrices [..., m, n].
 * @throws {TypeError} If a gradient of full matrices of a matrix that is not square is wanted.
 *
 * @example
 * ```ts
 * import { svd, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(svd(tensor([[0, 2], [3, 0]])).s.toArray(), [3, 2]);
 * ```
 */
export function svd(x: Tensor, options: SvdOptions = NO_OPTIONS): Svd {
  checkOptionNames("svd", options, SVD_OPTIONS);
  const tensor = matrices("svd", x);
  const [m, n] = tensor.shape.slice(-2);
  if (m < n) {
    const { u, s, vt } = svd(swapAxes(tensor, -1, -2), options);
    return { u: swapAxes(vt, -1, -2), s, vt: swapAxes(u, -1, -2) };
  }
  const [s, u, vt] = factors(tensor, options.fullMatrices === true ? m : n);
  return { u, s, vt };
}

/**
 * The singular values of matrices, descending, as `jnp.linalg.svdvals`.
 *
 * @param x Matrices [..., m, n].
 * @returns Values [..., min(m, n)].
 *
 * @example
 * ```ts
 * import { svdvals, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(svdvals(tensor([[3, 0, 0], [0, 2, 0]])).toArray(), [3, 2]);
 * ```
 */
export function svdvals(x: Tensor): Tensor {
  const tensor = matrices("svdvals", x);
  const [m, n] = tensor.shape.slice(-2);
  const tall = m < n ? swapAxes(tensor, -1, -2) : tensor;
  return apply(svdPrimitive, [tall], { columns: Math.min(m, n), vectors: false });
}
