/**
 * The golden operations of contraction and linear algebra, by the names of the golden files.
 *
 * @module
 */
import * as t from "../../tensor/mod.ts";
import { type Call, type Options, product, type TableOperation } from "./table.ts";

function matrix(
  call: Call,
  options: readonly string[] = [],
  signs?: readonly (-1 | -2 | null)[],
): TableOperation {
  return { call, options, conditioned: true, ...(signs === undefined ? {} : { signs }) };
}

function jaxTriangular(leftSide: boolean, options: Options): t.TriangularSolveOptions {
  return {
    leftSide,
    lower: options.lower === true,
    transposeA: options.transpose_a === true || options.trans === 1 || options.trans === "T",
    unitDiagonal: options.unit_diagonal === true,
  };
}

/** By the names of the golden files. */
export const LINALG: Readonly<Record<string, TableOperation>> = {
  matmul: product(([a, b]) => [t.matmul(a, b)]),
  dot: product(([a, b]) => [t.dot(a, b)]),
  vdot: product(([a, b]) => [t.vdot(a, b)]),
  inner: product(([a, b]) => [t.inner(a, b)]),
  outer: product(([a, b]) => [t.outer(a, b)]),
  kron: product(([a, b]) => [t.kron(a, b)]),
  cross: product(([a, b]) => [t.cross(a, b)]),
  tensordot: product(([a, b], { axes }) => {
    const given = (axes ?? 2) as number | [number | number[], number | number[]];
    return [
      t.tensordot(a, b, { axes: typeof given === "number" ? given : [[given[0]].flat(), [given[1]].flat()] }),
    ];
  }, ["axes"]),
  trace: product(([x], { offset, axis1, axis2 }) => [
    t.trace(x, {
      offset: (offset ?? 0) as number,
      axis1: (axis1 ?? 0) as number,
      axis2: (axis2 ?? 1) as number,
    }),
  ], ["offset", "axis1", "axis2"]),
  einsum: product((inputs, { subscripts }) => [t.einsum(String(subscripts), ...inputs)], ["subscripts"]),
  det: matrix(([x]) => [t.det(x)]),
  slogdet: matrix(([x]) => {
    const { sign, logAbs } = t.slogdet(x);
    return [sign, logAbs];
  }),
  inv: matrix(([x]) => [t.inv(x)]),
  pinv: matrix(([x]) => [t.pinv(x)]),
  solve: matrix(([a, b]) => [t.solve(a, b)]),
  matrix_power: matrix(([x], { n }) => [t.matrixPower(x, Number(n))], ["n"]),
  cholesky: matrix(([x], { upper }) => [t.cholesky(x, { upper: upper === true })], ["upper"]),
  cholesky_of_product: matrix(([x]) => {
    const turned = t.swapAxes(x, -1, -2);
    const eye = t.eye(x.shape[x.rank - 2], { dtype: x.dtype });
    return [t.cholesky(t.add(t.matmul(x, turned), t.multiply(eye, 2)))];
  }),
  qr: matrix(
    ([x], { mode = "reduced" }) => {
      const { q, r } = t.qr(x, { mode: mode as "reduced" });
      return [q, r];
    },
    ["mode"],
    [-1, -2],
  ),
  qr_product: matrix(([x]) => {
    const { q, r } = t.qr(x);
    return [t.matmul(q, r)];
  }),
  svd: matrix(
    ([x], options) => {
      const { u, s, vt } = t.svd(x, { fullMatrices: options.full_matrices === true });
      return [u, s, vt];
    },
    ["full_matrices"],
    [-1, null, -2],
  ),
  singular_values: matrix(([x]) => [t.svdvals(x)]),
  eigh: matrix(
    ([x]) => {
      const { values, vectors } = t.eigh(x);
      return [values, vectors];
    },
    [],
    [null, -1],
  ),
  eigvalsh: matrix(([x]) => [t.eigvalsh(x)]),
  eigh_projector: matrix(([x]) => {
    const { vectors } = t.eigh(x);
    const n = x.shape[x.rank - 1];
    const largest = t.slice(vectors, [...x.shape.slice(0, -1).map(() => null), [n - 2, n]]);
    return [t.matmul(largest, t.swapAxes(largest, -1, -2))];
  }),
  lstsq: matrix(([a, b]) => [t.lstsq(a, b).x]),
  expm: matrix(([x]) => [t.expm(x)]),
  triangular_solve: matrix(
    ([a, b], options) => [t.triangularSolve(a, b, jaxTriangular(options.left_side === true, options))],
    ["left_side", "lower", "transpose_a", "unit_diagonal"],
  ),
  solve_triangular: matrix(
    ([a, b], options) => [t.triangularSolve(a, b, jaxTriangular(true, options))],
    ["lower", "trans", "unit_diagonal"],
  ),
};
