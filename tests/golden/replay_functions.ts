/**
 * Replaying optax's losses and other functions: values, and gradients of the sums of them.
 *
 * @module
 */

import { add, cast, compile, sum, Tensor, tensor, tree, vjp } from "../../tensor/mod.ts";
import { isFloating, roundTo } from "../../tensor/dtype.ts";
import { fromGolden, type GoldenTensor } from "../tensor/golden.ts";
import {
  distance,
  type GoldenFile,
  type Replay,
  replayCases,
  type Replayer,
  UnsupportedError,
} from "./replay.ts";
import { CLIPS } from "./optax_clips.ts";
import { FUNCTIONS } from "./optax_functions.ts";
import { LOSSES } from "./optax_losses.ts";

type GoldenTree = GoldenTensor | Readonly<Record<string, GoldenTensor>>;

interface FunctionCase {
  readonly name: string;
  readonly dtype: string;
  readonly code: string;
  readonly inputs: Readonly<Record<string, GoldenTree>>;
  readonly value: GoldenTree;
  readonly grads?: Readonly<Record<string, GoldenTensor>>;
  readonly float32_spread?: { readonly value: number; readonly grads?: number };
}

/** A tree of tensors, or a tensor. */
// deno-lint-ignore no-explicit-any
export type Values = any;

/** From the inputs of a case, by name, to its value: tensors or numbers. */
export type CodeTable = Readonly<Record<string, (inputs: Values) => unknown>>;

/** Files of optax's losses and functions. */
export const functionReplayer: Replayer = {
  match: ({ cases }) => typeof (cases[0] as Partial<FunctionCase> | undefined)?.code === "string",
  replay: replayFunctions,
};

/** Runs every case that we have a function for, eagerly and compiled. */
export function replayFunctions(file: GoldenFile): Replay {
  return replayCases(file.cases as readonly FunctionCase[], nameOf, replayCase);
}

function nameOf({ name, dtype }: FunctionCase): string {
  return `${name} ${dtype}`;
}

function replayCase(golden: FunctionCase): string {
  const run = LOSSES[golden.code] ?? FUNCTIONS[golden.code] ?? CLIPS[golden.code];
  if (run === undefined) throw new UnsupportedError(/[\w.]+/.exec(golden.code)![0]);
  const inputs = Object.fromEntries(
    Object.entries(golden.inputs).map(([name, value]) => [name, nest(value)]),
  );
  const wanted = Object.keys(golden.grads ?? {});
  const evaluate = (given: Values): Values => {
    const value = run(given);
    return { value: typeof value === "number" ? tensor(value) : value };
  };
  const differentiate = (given: Values): Values => {
    const { value, pullback } = vjp(
      (...chosen: Tensor[]) =>
        total(run({ ...given, ...Object.fromEntries(wanted.map((name, i) => [name, chosen[i]])) })),
      ...wanted.map((name) => given[name] as Tensor),
    );
    const gradients = pullback(tensor(1, { dtype: value.dtype }));
    return Object.fromEntries(wanted.map((name, i) => [name, gradients[i]]));
  };
  const modes = [
    ["eager", (f: (given: Values) => Values) => f(inputs)],
    ["compiled", (f: (given: Values) => Values) => compile(f)(inputs)],
  ] as const;
  for (const [mode, call] of modes) {
    const at = `${nameOf(golden)}, ${mode}`;
    const spread = golden.float32_spread;
    const difference = compareTree(`${at}: value`, call(evaluate).value, golden.value, spread?.value);
    if (difference !== "") return difference;
    if (wanted.length === 0) continue;
    const gradients = call(differentiate);
    for (const name of wanted) {
      const of = `${at}: gradient of ${name}`;
      const difference = compareTree(of, gradients[name], golden.grads![name], spread?.grads);
      if (difference !== "") return difference;
    }
  }
  return "";
}

function total(value: unknown): Tensor {
  return tree.leaves(value).map((leaf) => sum(leaf as Tensor)).reduce((a, b) => add(a, b));
}

function isTensor(value: GoldenTree): value is GoldenTensor {
  return Array.isArray((value as Partial<GoldenTensor>).shape);
}

function nest(value: GoldenTree): Values {
  if (isTensor(value)) return fromGolden(value);
  const root: Values = {};
  for (const [path, leaf] of Object.entries(value)) {
    const keys = path.split("/");
    let node = root;
    for (const key of keys.slice(0, -1)) node = node[key] ??= {};
    node[keys[keys.length - 1]] = fromGolden(leaf);
  }
  return root;
}

function compareTree(at: string, actual: unknown, golden: GoldenTree, spread = 0): string {
  if (isTensor(golden)) return compareTensor(at, actual, golden, spread);
  const ours = new Map(tree.entries(actual).map(({ path, value }) => [path, value]));
  for (const [path, leaf] of Object.entries(golden)) {
    const difference = compareTensor(`${at} ${path}`, ours.get(path), leaf, spread);
    if (difference !== "") return difference;
  }
  return "";
}

/**
 * float64 to a few roundings of the largest entry; float32 to four, or what optax's own float32 is from its float64.
 * Where terms of the size of the inputs cancel, all entries are roundings: less than 1e-3 is no size to compare with.
 */
function compareTensor(at: string, actual: unknown, golden: GoldenTensor, spread: number): string {
  if (!(actual instanceof Tensor) || actual.shape.join() !== golden.shape.join()) {
    return `${at}: expected shape [${golden.shape}] but got ${String(actual)}`;
  }
  const single = isFloating(golden.dtype) && golden.dtype !== "float64";
  const expected = golden.data!.map((value) => single ? roundTo(golden.dtype, Number(value)) : Number(value));
  const given = isFloating(actual.dtype) ? actual.data() : cast(actual, "float64").data();
  const sizes = expected.map(Math.abs).filter(Number.isFinite);
  const relative = single ? Math.max(4 * spread, 4e-7) : 1e-12;
  const tolerance = relative * Math.max(1e-3, ...sizes);
  for (let i = 0; i < expected.length; i++) {
    if (expected[i] === given[i] || Object.is(expected[i], given[i])) continue;
    if (Math.abs(expected[i] - given[i]) <= tolerance) continue;
    const apart = distance(expected[i], given[i], single ? "float32" : "float64");
    return `${at}: element ${i}: expected ${expected[i]} but got ${
      given[i]
    }, ${apart} units in the last place apart`;
  }
  return "";
}
