/**
 * Replays golden cases of layers, losses and initializers: outputs, gradients of the inputs, running statistics.
 *
 * @module
 */
import { cast, Tensor, vjp } from "../../tensor/mod.ts";
import { fromGolden, goldenData, type GoldenTensor } from "../tensor/golden.ts";
import { elementDiffers } from "./ops_differences.ts";
import { normBound } from "./flax_norm_bound.ts";
import { type NnCase, type Run, runOf } from "./nn_cases.ts";

/** What became of one case. */
export interface ReplayResult {
  /** The name of the case. */
  readonly name: string;
  /** Whether all numbers were right. */
  readonly passed: boolean;
  /** What was wrong, with both numbers; empty where nothing was. */
  readonly message: string;
}

/** What became of all cases of a file. */
export interface Replay {
  /** One result for each case that was run. */
  readonly results: readonly ReplayResult[];
  /** Names of cases that the library has nothing for. */
  readonly skipped: readonly string[];
}

/** Runs every case of a parsed file of the format of `nn_layers.json`. */
export function replayNn(file: unknown): Replay {
  const { cases } = file as { readonly cases: readonly NnCase[] };
  const results: ReplayResult[] = [];
  const skipped: string[] = [];
  for (const one of cases) {
    let message: string | null;
    try {
      const run = one.advisory === true || one.raises !== undefined ? null : runOf(one);
      message = run === null ? null : compareCase(one, run);
    } catch (error) {
      message = `${one.name}: ${String(error)}`;
    }
    if (message === null) skipped.push(one.name);
    else results.push({ name: one.name, passed: message === "", message });
  }
  return { results, skipped };
}

/** The outputs and the gradients that are to be compared, in the dtype of the case or in float64. */
function resultsOf(
  one: NnCase,
  run: Run,
  wide: boolean,
): readonly (readonly [string, Tensor, GoldenTensor])[] {
  const read = (golden: GoldenTensor): Tensor => {
    const x = fromGolden(golden);
    return wide && x.dtype === "float32" ? cast(x, "float64") : x;
  };
  const inputs = (one.inputs ?? []).map(read);
  const { value, pullback } = vjp((...given: Tensor[]) => run(given), ...inputs);
  const results = (one.outputs ?? [one.output!]).map((golden, i) =>
    [`output ${i}`, value[i], golden] as const
  );
  if (one.inputGradients === undefined || one.inputGradients === null) return results;
  const cotangents = one.cotangents ?? [one.cotangent!];
  const gradients = pullback(value.map((output, i) => {
    const cotangent = cotangents[i] ?? null;
    return cotangent === null ? zerosFor(output) : read(cotangent);
  }));
  const slopes = one.inputGradients.flatMap((golden, i) =>
    golden === null
      ? []
      : [[`gradient of ${one.inputNames?.[i] ?? `input ${i}`}`, gradients[i] as Tensor, golden] as const]
  );
  return [...results, ...slopes];
}

function compareCase(one: NnCase, run: Run): string {
  const differs = one.inputs?.length === 1 ? elementDiffers(one) : null;
  const operand = differs === null ? [] : goldenData(one.inputs![0]);
  const free = (k: number): boolean => differs !== null && differs([operand[k]]);
  let wide: readonly (readonly [string, Tensor, GoldenTensor])[] | undefined;
  for (const [i, [what, actual, golden]] of resultsOf(one, run, false).entries()) {
    const message = compareTensor(one, what, actual, golden, {
      free: what.startsWith("gradient") ? free : () => false,
      exact() {
        wide ??= resultsOf(one, run, true);
        return wide[i][1].data();
      },
    });
    if (message !== "") return message;
  }
  return "";
}

function zerosFor(x: Tensor): Tensor {
  return fromGolden({ shape: x.shape, dtype: x.dtype, data: new Array(x.size).fill(0) });
}

/** What a comparison allows. */
interface Allowed {
  /** The numbers in float64, which tell how inexact float32 is. */
  readonly exact: () => ArrayLike<number>;
  /** Whether an element is another on purpose. */
  readonly free: (k: number) => boolean;
}

/** What is wrong with a tensor; empty where nothing is. */
function compareTensor(
  one: NnCase,
  what: string,
  actual: unknown,
  golden: GoldenTensor,
  { exact, free }: Allowed,
): string {
  if (!(actual instanceof Tensor)) return `${one.name}: ${what}: expected a tensor but got ${String(actual)}`;
  if (actual.shape.join() !== golden.shape.join() || actual.dtype !== golden.dtype) {
    return `${one.name}: ${what}: expected ${golden.dtype}[${golden.shape}] but got ${actual.dtype}[${actual.shape}]`;
  }
  const numbers = actual.data();
  const compared = golden.data === undefined
    ? [
      ...golden.head!.map((value, i) => [i, value] as const),
      ...golden.tail!.map((value, i) => [actual.size - golden.tail!.length + i, value] as const),
    ]
    : goldenData(golden).map((value, i) => [i, value] as const);
  // JAX does the softmax of attention in float32 whatever the dtype.
  const double = golden.dtype === "float64" && !one.ref.startsWith("jax.nn.dot_product_attention");
  const sizes = compared.map(([, wanted]) => Math.abs(wanted)).filter(Number.isFinite);
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
  let worst: number | undefined;
  const bound = normBound(one) * Math.max(1, largest);
  const [relative, absolute] = double ? [1e-12, 1e-14 + bound] : [1e-5, 1e-6 + bound];
  for (const [i, wanted] of compared) {
    if (free(i)) continue;
    const given = numbers[i];
    if (Object.is(given, wanted) || Math.abs(given - wanted) <= absolute + relative * Math.abs(wanted)) {
      continue;
    }
    // Where differences of large numbers make a framework's float32 inexact by a little, ours may be as inexact.
    if (golden.dtype === "float32" && Math.abs(given - wanted) <= 1e-3 * largest) {
      worst ??= compared.reduce((most, [k, theirs]) => Math.max(most, Math.abs(theirs - exact()[k])), 0);
      if (Math.abs(given - exact()[i]) <= 4 * worst) continue;
    }
    return `${one.name}: ${what}: element ${i}: expected ${wanted} but got ${given}, ${
      unitsApart(given, wanted, double ? 52 : 23)
    } units in the last place apart`;
  }
  return "";
}

/** The distance of two numbers in units in the last place of the expected one. */
function unitsApart(given: number, wanted: number, bits: number): number {
  const exponent = wanted === 0 ? -bits : Math.floor(Math.log2(Math.abs(wanted)));
  return Math.round(Math.abs(given - wanted) / 2 ** (exponent - bits));
}
