/**
 * The golden operations of polynomials, statistics, sets, patterns and further linear algebra, by the names of the
 * golden files.
 *
 * @module
 */
import * as t from "../../tensor/mod.ts";
import { binary, dtypeOf, type Operation, operation, type Options, unary } from "./ops_operation.ts";

const number = (value: unknown): number => value as number;

/** The option under our name, where there is one. */
function given<K extends string>(options: Options, from: string, to: K): { readonly [key in K]?: never } {
  return options[from] === undefined ? {} : { [to]: options[from] } as { readonly [key in K]: never };
}

function taper(f: (count: number, options: t.CreateOptions) => t.Tensor): Operation {
  return operation((_, { M }, dtype) => f(number(M), dtypeOf({ dtype })), "close", ["M"]);
}

const triangle = (f: typeof t.trilIndices): Operation =>
  operation(
    (_, { n, ...options }) =>
      f(number(n), { ...given(options, "k", "offset"), ...given(options, "m", "columns") }),
    "equal",
    ["n", "k", "m"],
  );

/** By the names of the golden files. */
export const NUMERICAL: Readonly<Record<string, Operation>> = {
  unique: operation(([x], options) => t.unique(x, given(options, "axis", "axis")), "equal", ["axis"]),
  logmeanexp: operation(
    ([x], options) =>
      t.logMeanExp(x, { ...given(options, "axis", "axes"), ...given(options, "keepdims", "keepDims") }),
    "close",
    ["axis", "keepdims"],
  ),
  sparse_plus: unary(t.sparsePlus),
  sparse_sigmoid: unary(t.sparseSigmoid),
  polyval: binary(t.polyval, "close"),
  polyadd: binary(t.polyadd, "close"),
  polysub: binary(t.polysub, "close"),
  polymul: binary(t.polymul, "close"),
  polyder: operation(([p], { m }) => t.polyder(p, number(m ?? 1)), "close", ["m"]),
  polyint: operation(
    ([p], options) => t.polyint(p, { ...given(options, "m", "order"), ...given(options, "k", "constant") }),
    "close",
    ["m", "k"],
  ),
  vander: operation(
    ([x], options) =>
      t.vander(x, { ...given(options, "N", "columns"), ...given(options, "increasing", "increasing") }),
    "close",
    ["N", "increasing"],
  ),
  interp: operation(
    ([x, xp, fp], options) =>
      t.interp(x, xp, fp, { ...given(options, "left", "left"), ...given(options, "right", "right") }),
    "close",
    ["left", "right"],
  ),
  gradient: operation(
    ([y], options) =>
      t.gradient(y, { ...given(options, "axis", "axis"), ...given(options, "spacing", "spacing") }),
    "close",
    ["axis", "spacing"],
  ),
  unwrap: operation(
    ([x], options) =>
      t.unwrap(x, {
        ...given(options, "axis", "axis"),
        ...given(options, "period", "period"),
        ...given(options, "discont", "discontinuity"),
      }),
    "close",
    ["axis", "period", "discont"],
  ),
  ediff1d: unary((x) => t.ediff1d(x), "close"),
  cov: operation(
    ([x], options) =>
      t.cov(x, { ...given(options, "rowvar", "rowVariables"), ...given(options, "ddof", "correction") }),
    "close",
    ["rowvar", "ddof"],
  ),
  corrcoef: operation(([x], options) => t.corrcoef(x, given(options, "rowvar", "rowVariables")), "close", [
    "rowvar",
  ]),
  matvec: binary(t.matvec, "close"),
  vecmat: binary(t.vecmat, "close"),
  vecdot: operation(([a, b], options) => t.vecdot(a, b, given(options, "axis", "axis")), "close", ["axis"]),
  multi_dot: operation((factors) => t.multiDot(factors)),
  matrix_transpose: unary(t.matrixTranspose, "bits"),
  insert: operation(
    ([x, values], { obj, ...options }) => t.insert(x, obj as number, values, given(options, "axis", "axis")),
    "bits",
    ["obj", "axis"],
  ),
  delete: operation(
    ([x], { obj, ...options }) => t.deleteAt(x, obj as number, given(options, "axis", "axis")),
    "bits",
    [
      "obj",
      "axis",
    ],
  ),
  union1d: binary(t.union1d, "equal"),
  intersect1d: binary(t.intersect1d, "equal"),
  setdiff1d: binary(t.setdiff1d, "equal"),
  setxor1d: binary(t.setxor1d, "equal"),
  frexp: operation(([x]) => t.frexp(x), "bits"),
  ldexp: binary(t.ldexp),
  fmax: binary(t.fmax, "equal"),
  fmin: binary(t.fmin, "equal"),
  float_power: binary(t.floatPower, 4),
  array_equal: operation(
    ([x, y], options) => t.arrayEqual(x, y, given(options, "equal_nan", "equalNan")),
    "equal",
    [
      "equal_nan",
    ],
  ),
  fill_diagonal: operation(([x], { value }) => t.fillDiagonal(x, number(value)), "equal", ["value"]),
  unravel_index: operation(([x], { shape }) => t.unravelIndex(x, shape as number[]), "equal", ["shape"]),
  hanning: taper(t.hanning),
  hamming: taper(t.hamming),
  blackman: taper(t.blackman),
  bartlett: taper(t.bartlett),
  kaiser: operation(
    (_, { M, beta }, dtype) => t.kaiser(number(M), number(beta), dtypeOf({ dtype })),
    "close",
    [
      "M",
      "beta",
    ],
  ),
  tril_indices: triangle(t.trilIndices),
  triu_indices: triangle(t.triuIndices),
  indices: operation((_, { dimensions }) => t.indices(dimensions as number[]), "equal", ["dimensions"]),
  matrix_rank: unary((x) => t.matrixRank(x), "equal"),
  cond: operation(([x], options) => t.conditionNumber(x, given(options, "p", "order")), "close", ["p"]),
  matrix_norm: operation(([x], options) => t.matrixNorm(x, given(options, "ord", "order")), "close", ["ord"]),
  vector_norm: operation(
    ([x], options) =>
      t.vectorNorm(x, {
        ...given(options, "ord", "order"),
        ...given(options, "axis", "axis"),
        ...given(options, "keepdims", "keepDims"),
      }),
    "close",
    ["ord", "axis", "keepdims"],
  ),
  tensorsolve: binary(t.tensorsolve, "close"),
  tensorinv: operation(([x]) => t.tensorinv(x), "close"),
  cho_solve: operation(
    ([factor, b], { lower }) => t.choSolve(factor, b, { upper: lower !== true }),
    "close",
    ["lower"],
  ),
  toeplitz: operation(([column, row]) => t.toeplitz(column, row), "bits"),
  hankel: operation(([column, row]) => t.hankel(column, row), "bits"),
  circulant: unary(t.circulant, "bits"),
  hilbert: operation((_, { n }, dtype) => t.hilbert(number(n), dtypeOf({ dtype })), "close", ["n"]),
  block_diag: operation((blocks) => t.blockDiag(blocks), "bits"),
  associative_scan: operation(
    ([x], options) =>
      t.associativeScan(t.multiply, x, {
        ...given(options, "axis", "axis"),
        ...given(options, "reverse", "reverse"),
      }),
    "close",
    ["axis", "reverse"],
  ),
};
