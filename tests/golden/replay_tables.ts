/**
 * Replays golden cases of tables of operations: several outputs, and signs that are free.
 *
 * @module
 */
import { isFloating } from "../../tensor/dtype.ts";
import * as t from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";
import { fromGolden, goldenData, type GoldenTensor } from "../tensor/golden.ts";
import { gradientDiffers } from "./ops_differences.ts";
import { replayCases, type Replayer, UnsupportedError } from "./replay.ts";
import { LINALG } from "./linalg_table.ts";
import { LOSSES } from "./nn_losses_table.ts";
import { SPATIAL } from "./spatial_table.ts";
import { TORCH_FUNCTIONS } from "./torch_functions_table.ts";
import type { TableOperation as Operation } from "./table.ts";

/** A case of the format of `ops_linalg_conv.json`. */
interface Case {
  readonly name: string;
  readonly op: string;
  readonly ref?: string;
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

const OPERATIONS: Readonly<Record<string, Operation>> = {
  ...LINALG,
  ...LOSSES,
  ...SPATIAL,
};

/** Replays the cases that it knows of a file of operations. */
export const tableReplayer: Replayer = {
  match: ({ cases }) => cases.some((one) => known(one as Case)),
  replay: ({ cases }) =>
    replayCases(cases as readonly Case[], ({ name }) => name, (one) => {
      const c = complaint(one);
      return c && `${one.name}: ${c}`;
    }),
};

function known({ op, ref }: Case): boolean {
  return typeof op === "string" && tableOf(ref, op) !== null;
}

/** Functions of torch may have the names of others of JAX. */
function tableOf(ref: string | undefined, op: string): Readonly<Record<string, Operation>> | null {
  if (/^(torch|flax)/.test(ref ?? "") && Object.hasOwn(TORCH_FUNCTIONS, op)) return TORCH_FUNCTIONS;
  return Object.hasOwn(OPERATIONS, op) ? OPERATIONS : null;
}

/** What is wrong with a case; empty where nothing is. */
function complaint(one: Case): string {
  if (!known(one)) throw new UnsupportedError(one.op);
  const operation = tableOf(one.ref, one.op)![one.op];
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
  if (inputGradients === undefined || inputGradients === null || gradientDiffers(one)) return "";
  const hasNaN = inputs.some((x) => x.data().some((value) => value !== value));
  if (hasNaN && operation.nanGradients === false) return "";
  const cotangents = one.cotangents ?? [one.cotangent ?? null];
  const given = outputs.map((output, i) =>
    cotangents[i] === null || cotangents[i] === undefined
      ? t.zerosLike(output)
      : signed(fromGolden(cotangents[i]), signs[i])
  );
  const floating = outputs.map(({ dtype }) => isFloating(dtype));
  const { pullback } = t.vjp(
    (...xs: Tensor[]) => operation.call(xs, one.options).filter((_, i) => floating[i]),
    ...inputs,
  );
  const finite = operation.finiteGradients === true;
  const gradients = pullback(given.filter((_, i) => floating[i]));
  for (const [i, golden] of inputGradients.entries()) {
    if (golden === null) continue;
    const found = compare(
      `gradient of input ${i}`,
      gradients[i] as Tensor,
      golden,
      operation,
      undefined,
      finite,
    );
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
  finite = false,
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
    if (finite && Number.isNaN(wanted[i]) && Number.isFinite(data[i])) continue;
    if (near(wanted[i]) || (truth !== null && near(truth[i]))) continue;
    return `${what}: expected ${wanted[i]} at ${i} but got ${data[i]}`;
  }
  return "";
}
