/**
 * Replays golden cases of contraction and linear algebra: several outputs, and signs that are free.
 *
 * @module
 */
import * as t from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";
import { fromGolden, goldenData, type GoldenTensor } from "../tensor/golden.ts";
import { replayCases, UnsupportedError } from "./replay.ts";
import type { Replayer } from "./replay.ts";

/** A case of the format of `ops_linalg_conv.json`. */
interface Case {
  readonly name: string;
  readonly op: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly dtype: string;
  readonly inputs: readonly GoldenTensor[];
  readonly output?: GoldenTensor;
  readonly outputs?: readonly GoldenTensor[];
  readonly exact?: GoldenTensor;
  readonly cotangent?: GoldenTensor | null;
  readonly cotangents?: readonly (GoldenTensor | null)[];
  readonly inputGradients?: readonly (GoldenTensor | null)[] | null;
  readonly raises?: string;
  readonly advisory?: boolean;
}

type Call = (inputs: readonly Tensor[], options: Case["options"]) => readonly Tensor[];

interface Operation {
  readonly call: Call;
  readonly options: readonly string[];
  /** Whether rounding grows with the condition of matrices. */
  readonly conditioned: boolean;
  /** For outputs whose columns have free signs: by which axis of each output a sign goes; null for none. */
  readonly signs?: readonly (-1 | -2 | null)[];
}

function product(call: Call, options: readonly string[] = []): Operation {
  return { call, options, conditioned: false };
}

function matrix(call: Call, options: readonly string[] = [], signs?: readonly (-1 | -2 | null)[]): Operation {
  return { call, options, conditioned: true, ...(signs === undefined ? {} : { signs }) };
}

function jaxTriangular(leftSide: boolean, options: Case["options"]): t.TriangularSolveOptions {
  return {
    leftSide,
    lower: options.lower === true,
    transposeA: options.transpose_a === true || options.trans === 1 || options.trans === "T",
    unitDiagonal: options.unit_diagonal === true,
  };
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
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

/** Replays the cases that it knows of a file of operations. */
export const linalgReplayer: Replayer = {
  match: ({ cases }) => cases.some((one) => known(one as Case)),
  replay: ({ cases }) =>
    replayCases(cases as readonly Case[], ({ name }) => name, (one) => {
      const c = complaint(one);
      return c && `${one.name}: ${c}`;
    }),
};

function known({ op }: Case): boolean {
  return typeof op === "string" && Object.hasOwn(OPERATIONS, op);
}

/** What is wrong with a case; empty where nothing is. */
function complaint(one: Case): string {
  if (!known(one)) throw new UnsupportedError(one.op);
  const operation = OPERATIONS[one.op];
  const other = Object.keys(one.options).find((option) => !operation.options.includes(option));
  if (other !== undefined) throw new UnsupportedError(`${one.op} with ${other}`);
  if (one.advisory === true) throw new UnsupportedError(`${one.op}, which its framework leaves open`);
  return t.scope(() => one.raises === undefined ? difference(one, operation) : refusal(one, operation));
}

function refusal(one: Case, { call }: Operation): string {
  try {
    call(one.inputs.map(fromGolden), one.options);
  } catch {
    return "";
  }
  return "Expected an error but got a result";
}

function difference(one: Case, operation: Operation): string {
  const inputs = one.inputs.map(fromGolden);
  const expected = one.outputs ?? [one.output!];
  const outputs = operation.call(inputs, one.options);
  const signs = signsOf(operation, outputs, expected);
  for (const [i, golden] of expected.entries()) {
    const found = compare(`output ${i}`, signed(outputs[i], signs[i]), golden, operation, one.exact);
    if (found !== "") return found;
  }
  const { inputGradients } = one;
  if (inputGradients === undefined || inputGradients === null) return "";
  const cotangents = one.cotangents ?? [one.cotangent ?? null];
  const given = outputs.map((output, i) =>
    cotangents[i] === null || cotangents[i] === undefined
      ? t.zerosLike(output)
      : signed(fromGolden(cotangents[i]), signs[i])
  );
  const floating = outputs.map(({ dtype }) => dtype.startsWith("float"));
  const { pullback } = t.vjp(
    (...xs: Tensor[]) => operation.call(xs, one.options).filter((_, i) => floating[i]),
    ...inputs,
  );
  const gradients = pullback(given.filter((_, i) => floating[i]));
  for (const [i, golden] of inputGradients.entries()) {
    if (golden === null) continue;
    const found = compare(`gradient of input ${i}`, gradients[i] as Tensor, golden, operation);
    if (found !== "") return found;
  }
  return "";
}

/** The signs by which ours become theirs: those of the first outputs whose vectors have any. */
function signsOf(
  { signs }: Operation,
  outputs: readonly Tensor[],
  expected: readonly GoldenTensor[],
): readonly (Tensor | null)[] {
  if (signs === undefined) return outputs.map(() => null);
  const at = signs.findIndex((axis) => axis !== null);
  const theirs = fromGolden(expected[at]);
  const along = signs[at] === -1 ? -2 : -1;
  const sign = t.sign(t.sum(t.multiply(outputs[at], theirs), { axes: along }));
  const whole = t.where(t.equal(sign, 0), 1, sign);
  return signs.map((axis, i) => {
    if (axis === null) return null;
    // A factor has fewer of the vectors where it is not square.
    const extent = outputs[i].shape[outputs[i].rank + axis];
    const ones = extent - whole.shape[whole.rank - 1];
    const batch = whole.shape.slice(0, -1);
    const cut = ones <= 0
      ? t.slice(whole, [...batch.map(() => null), [0, extent]])
      : t.concatenate([whole, t.ones([...batch, ones], { dtype: whole.dtype })], -1);
    return axis === -1 ? t.expandDims(cut, -2) : t.expandDims(cut, -1);
  });
}

function signed(x: Tensor, sign: Tensor | null): Tensor {
  return sign === null ? x : t.multiply(x, sign);
}

function compare(
  what: string,
  actual: Tensor,
  expected: GoldenTensor,
  { conditioned }: Operation,
  exact?: GoldenTensor,
): string {
  if (actual.dtype !== expected.dtype || `${actual.shape}` !== `${expected.shape}`) {
    return `${what}: expected ${expected.dtype}[${expected.shape}] but got ${actual.dtype}[${actual.shape}]`;
  }
  const [data, wanted] = [actual.data(), goldenData(expected)];
  const double = actual.dtype === "float64";
  const relative = double ? conditioned ? 1e-9 : 1e-12 : conditioned ? 1e-4 : 1e-5;
  const size = Math.max(0, ...wanted.filter((value) => Math.abs(value) < Infinity).map(Math.abs));
  const absolute = double
    ? conditioned ? 1e-12 * Math.max(1, size) : 1e-14
    : conditioned
    ? 1e-5 * size
    : 1e-6;
  const truth = exact === undefined ? null : goldenData(exact);
  for (let i = 0; i < data.length; i++) {
    const near = (target: number): boolean =>
      data[i] === target || (data[i] !== data[i] && target !== target) ||
      Math.abs(data[i] - target) <= absolute + relative * Math.abs(target);
    if (near(wanted[i]) || (truth !== null && near(truth[i]))) continue;
    return `${what}: expected ${wanted[i]} at ${i} but got ${data[i]}`;
  }
  return "";
}
