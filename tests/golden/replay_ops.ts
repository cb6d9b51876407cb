/**
 * Replays golden cases of operations: outputs, their dtypes, gradients of the inputs, and refusals.
 *
 * @module
 */
import { broadcastTo, scope, type Tensor, tensor, vjp } from "../../tensor/mod.ts";
import { fromGolden, goldenData, type GoldenTensor } from "../tensor/golden.ts";
import { elementDiffers, gradientDiffers } from "./ops_differences.ts";
import type { Exactness, Operation, Options } from "./ops_operation.ts";
import { OPERATIONS } from "./ops_table.ts";
import type { Replay, ReplayResult } from "./replay_nn.ts";
import { TORCH_FUNCTIONS } from "./torch_functions_table.ts";

/** A case of the format of the files. */
interface Case {
  readonly name: string;
  readonly op: string;
  readonly ref?: string;
  readonly options: Options;
  readonly dtype: string;
  readonly inputs?: readonly GoldenTensor[];
  readonly output?: GoldenTensor;
  readonly outputs?: readonly GoldenTensor[];
  readonly exact?: GoldenTensor;
  readonly cotangent?: GoldenTensor | null;
  readonly cotangents?: readonly (GoldenTensor | null)[];
  readonly inputGradients?: readonly (GoldenTensor | null)[] | null;
  readonly raises?: string;
  readonly advisory?: boolean;
  readonly partitionable?: boolean;
}

const DTYPES: readonly string[] = [
  "float32",
  "float64",
  "float16",
  "bfloat16",
  "int32",
  "uint32",
  "uint8",
  "bool",
];

/** Runs every case of a parsed file of the format of `ops_elementwise.json` and `ops_reduce_shape.json`. */
export function replayOps(file: unknown): Replay {
  const { cases } = file as { readonly cases: readonly Case[] };
  const results: ReplayResult[] = [];
  const skipped: string[] = [];
  for (const one of cases) {
    const operation = operationOf(one);
    if (operation === null) skipped.push(one.name);
    else results.push(scope(() => replay(one, operation)));
  }
  return { results, skipped };
}

/** What the library has for a case; null where it has nothing, or does something else on purpose. */
function operationOf(one: Case): Operation | null {
  if (!Object.hasOwn(OPERATIONS, one.op) || one.advisory === true) return null;
  // Functions of torch may have the names of others of JAX.
  if (one.ref?.startsWith("torch") === true && Object.hasOwn(TORCH_FUNCTIONS, one.op)) return null;
  // A distribution may have the name of a function.
  if (one.partitionable !== undefined) return null;
  const operation = OPERATIONS[one.op];
  if (Object.keys(one.options).some((option) => !operation.options.includes(option))) return null;
  const tensors = [
    ...one.inputs ?? [],
    ...one.outputs ?? [],
    ...one.output === undefined ? [] : [one.output],
  ];
  const { to } = one.options;
  return tensors.every(({ dtype }) => DTYPES.includes(dtype)) &&
      (to === undefined || DTYPES.includes(`${to}`))
    ? operation
    : null;
}

function replay(one: Case, operation: Operation): ReplayResult {
  const message = complaint(one, operation);
  return { name: one.name, passed: message === "", message };
}

/** What is wrong with a case; empty where nothing is. */
function complaint(one: Case, operation: Operation): string {
  const inputs = (one.inputs ?? []).map(fromGolden);
  if (one.raises !== undefined) {
    try {
      operation.call(inputs, one.options);
    } catch {
      return "";
    }
    return "Expected an error but got a result";
  }
  try {
    const expected = one.outputs ?? [one.output!];
    const f = (...given: Tensor[]): readonly Tensor[] => {
      const result = operation.call(given, one.options, expected[0].dtype);
      return Array.isArray(result) ? result : [result as Tensor];
    };
    const outputs = f(...inputs);
    if (outputs.length !== expected.length) {
      return `expected ${expected.length} outputs but got ${outputs.length}`;
    }
    for (const [i, output] of outputs.entries()) {
      const found = outputComplaint(one, operation, inputs, output, expected[i]);
      if (found !== "") return found;
    }
    return gradientDiffers(one) ? "" : gradientComplaint(one, operation, f, inputs);
  } catch (error) {
    return String(error);
  }
}

function outputComplaint(
  one: Case,
  operation: Operation,
  inputs: readonly Tensor[],
  output: Tensor,
  expected: GoldenTensor,
): string {
  const own = one.exact === undefined ? exactOf(one, operation, inputs) : undefined;
  const coarse = own === undefined ? "" : compare("output", output, expected, "close");
  const exact = one.exact ?? own;
  const { exactness, absolute, terms } = operation;
  const sizes = terms === undefined ? undefined : elements(inputs, output.shape).map(terms);
  return coarse || compare("output", output, expected, exactness, exact, absolute, sizes);
}

/** What an elementwise function of float32 gives in double precision, where the case does not say it. */
function exactOf(
  one: Case,
  { call, exactness }: Operation,
  inputs: readonly Tensor[],
): GoldenTensor | undefined {
  if (typeof exactness !== "number" || one.output?.dtype !== "float32") return undefined;
  const wide = inputs.map((x) => x.dtype === "float32" ? x.cast("float64") : x);
  const exact = call(wide, one.options, "float64") as Tensor;
  return { shape: exact.shape, dtype: exact.dtype, data: [...exact.data()] };
}

function gradientComplaint(
  one: Case,
  { exponentialGradient }: Operation,
  f: (...given: Tensor[]) => readonly Tensor[],
  inputs: readonly Tensor[],
): string {
  const cotangents = one.cotangents ?? [one.cotangent ?? null];
  const { inputGradients } = one;
  if (cotangents.every((cotangent) => cotangent === null) || !Array.isArray(inputGradients)) return "";
  // What has no gradient may decide about shapes, so it is known.
  const places = inputGradients.flatMap((gradient, i) => gradient === null ? [] : [i]);
  const flowing = (...varied: Tensor[]): readonly Tensor[] => {
    const all = inputs.map((input, i) => places.includes(i) ? varied[places.indexOf(i)] : input);
    return f(...all).filter((_, i) => cotangents[i] !== null);
  };
  const given = cotangents.flatMap((cotangent) => cotangent === null ? [] : [fromGolden(cotangent)]);
  const sizes = (one.output === undefined ? [] : goldenData(one.output)).map(Math.abs).filter(
    Number.isFinite,
  );
  const gradient = 1e-5 + (exponentialGradient === true ? 2 ** -23 * Math.max(0, ...sizes) : 0);
  const gradients = vjp(flowing, ...places.map((i) => inputs[i])).pullback(given);
  for (const [k, i] of places.entries()) {
    const expected = settled(one, inputs, i, gradients[k] as Tensor);
    const found = compare(`gradient of input ${i}`, gradients[k] as Tensor, expected, { gradient });
    if (found !== "") return found;
  }
  return "";
}

/** The gradient that a case expects of an input, where elements that differ on purpose are as they came out. */
function settled(one: Case, inputs: readonly Tensor[], at: number, actual: Tensor): GoldenTensor {
  const expected = one.inputGradients![at]!;
  const differs = elementDiffers(one);
  if (differs === null) return expected;
  const { shape } = one.output!;
  const marks = elements(inputs, shape).map((values) => differs(values) ? 1 : 0);
  const spread = tensor(marks, { shape, dtype: inputs[at].dtype });
  const [count] = vjp((x: Tensor) => broadcastTo(x, shape), inputs[at]).pullback(spread) as [Tensor];
  const free = count.data();
  return { ...expected, data: expected.data!.map((value, k) => free[k] > 0 ? actual.data()[k] : value) };
}

/** The operands of each element of an elementwise function. */
function elements(inputs: readonly Tensor[], shape: readonly number[]): readonly (readonly number[])[] {
  const operands = inputs.map((x) => broadcastTo(x, shape).data());
  return Array.from(operands[0], (_, k) => operands.map((values) => values[k]));
}

/** How a gradient is compared: within a relative distance in float32. */
interface Gradient {
  readonly gradient: number;
}

function compare(
  what: string,
  actual: Tensor,
  expected: GoldenTensor,
  exactness: Exactness | Gradient,
  exact?: GoldenTensor,
  absolute?: number,
  sizes?: readonly number[],
): string {
  if (actual.dtype !== expected.dtype || `${actual.shape}` !== `${expected.shape}`) {
    return `${what}: expected ${expected.dtype}[${expected.shape}] but got ${actual.dtype}[${actual.shape}]`;
  }
  const [data, wanted] = [actual.data(), goldenData(expected)];
  const truth = exact === undefined ? wanted : goldenData(exact);
  for (let i = 0; i < data.length; i++) {
    const value = wanted[i];
    if (isNear(data[i], value, truth[i], actual.dtype, exactness, absolute, sizes?.[i])) continue;
    const distance = unitsInLastPlace(data[i], truth[i], actual.dtype);
    return `${what}: expected ${value} at ${i} but got ${data[i]}, ${distance} units in the last place off`;
  }
  return "";
}

function isNear(
  actual: number,
  expected: number,
  exact: number,
  dtype: string,
  exactness: Exactness | Gradient,
  absolute = 2 ** -1022,
  size = 0,
): boolean {
  if (exactness === "bits") return Object.is(actual, expected) || Object.is(actual, Math.fround(expected));
  const fraction = FRACTIONS[dtype];
  if (exactness === "equal" || fraction === undefined) {
    return actual === expected || actual === Math.fround(expected) ||
      (actual !== actual && expected !== expected);
  }
  if (exactness === "close" || exactness === "sum" || typeof exactness === "object" || fraction < 23) {
    return isClose(actual, expected, exact, dtype, exactness);
  }
  if (dtype === "float64") {
    return Object.is(actual, expected) ||
      Math.abs(actual - expected) <=
        Math.max(absolute, 1e-12 * Math.max(Number.isFinite(size) ? size : 0, Math.abs(expected)));
  }
  const rounded = Math.fround(exact);
  if (Object.is(actual, rounded)) return true;
  // The float32 of the reference overflows on the way.
  if (Math.abs(expected) === Infinity && actual === expected) return true;
  if (actual === 0 && rounded === 0) return false;
  const exponent = Math.max(
    -126,
    Math.floor(Math.log2(Math.max(Number.isFinite(size) ? size : 0, Math.abs(exact)))),
  );
  return Math.abs(actual - exact) <= exactness * 2 ** (exponent - 23);
}

function isClose(
  actual: number,
  expected: number,
  exact: number,
  dtype: string,
  exactness: Exactness | Gradient,
): boolean {
  if (actual === expected || (actual !== actual && expected !== expected)) return true;
  const [relative, absolute] = dtype === "float64"
    ? [1e-12, 1e-14]
    : dtype === "float32"
    ? [typeof exactness === "object" ? exactness.gradient : 1e-5, 1e-6]
    // JAX rounds in the middle of a function too: two units in the last place. Gradients are made of rounded outputs,
    // of which 1 - y^2 loses digits.
    : [2 ** ((typeof exactness === "object" ? 4 : 1) - FRACTIONS[dtype]!), 1e-6];
  if (Math.abs(actual - expected) <= absolute + relative * Math.abs(expected)) return true;
  return dtype === "float32" && unitsInLastPlace(actual, exact, dtype) <= 4;
}

/** Bits of the fraction of floating-point numbers. */
const FRACTIONS: Readonly<Record<string, number | undefined>> = {
  float64: 52,
  float32: 23,
  float16: 10,
  bfloat16: 7,
};

const FLOATS = new Float32Array(1);
const WORDS = new Int32Array(FLOATS.buffer);

/** How many float32 lie between two numbers, in units of the last place; for float64 the distance in its own units. */
function unitsInLastPlace(a: number, b: number, dtype: string): number {
  if (dtype === "float64") return Math.round(Math.abs(a - b) / (Math.abs(b) * Number.EPSILON));
  const [x, y] = [a, b].map((value) => {
    FLOATS[0] = value;
    return WORDS[0] < 0 ? -2147483648 - WORDS[0] : WORDS[0];
  });
  return a !== a || b !== b ? Infinity : Math.abs(x - y);
}
