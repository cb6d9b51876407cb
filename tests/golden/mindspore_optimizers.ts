/**
 * Replaying MindSpore's optimizers, step by step.
 *
 * @module
 */

import { hyperparameters, mindspore } from "../../optim/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";
import { elements, type GoldenTensor, gradientOf, type Precision } from "./golden_tensor.ts";
import {
  compareNumbers,
  data,
  type Golden,
  type GoldenOptions,
  number,
  readOptions,
  readTensors,
  unit,
} from "./mindspore_reader.ts";
import { UnsupportedError } from "./replay.ts";

/** What of a case makes an optimizer. */
export interface OptimizerCall {
  readonly module?: "nn" | "experimental";
  readonly optimizer: string;
  readonly options?: GoldenOptions;
  readonly groups?: readonly { readonly paths: readonly string[]; readonly options?: GoldenOptions }[];
  readonly orderParams?: readonly string[];
  readonly note?: string;
  readonly kind?: string;
  /** Set on the optimizer of a case of the kind "sparse". */
  readonly target?: unknown;
}

/** A case of the kind "optimizer". */
export interface OptimizerCase extends OptimizerCall {
  readonly name: string;
  readonly dtype: Precision;
  readonly params: Readonly<Record<string, GoldenTensor>>;
  /** What MindSpore held of a run that is caught in the middle: tensors by their names in its checkpoint. */
  readonly stateDict?: Readonly<Record<string, GoldenTensor>>;
  readonly grads: readonly Readonly<Record<string, GoldenTensor>>[];
  readonly expect: readonly Expected[];
}

interface Expected {
  readonly params?: Readonly<Record<string, readonly Golden[]>>;
  readonly lr?: readonly Golden[];
  readonly order?: readonly string[];
  readonly state?: Readonly<Record<string, Readonly<Record<string, Golden | readonly Golden[]>>>>;
  readonly error?: { readonly type: string; readonly message: string };
}

type Leaves = Readonly<Record<string, Tensor>>;

/**
 * The optimizer of ours that a call makes. A case with a note has numbers that are not those of the documentation, so
 * it is made with the kernel's arithmetic. So is one with sparse gradients whose target is not set: MindSpore's own on
 * the CPU does not add up rows that are named more than once.
 *
 * @throws {UnsupportedError} If there is none.
 */
export function readOptimizer(call: OptimizerCall): mindspore.Optimizer {
  const { module = "nn", optimizer, options = {}, groups, orderParams, note } = call;
  const isUnmerged = call.kind === "sparse" && call.target === undefined;
  const make = (mindspore as unknown as Readonly<Record<string, unknown>>)[optimizer];
  if (module !== "nn" || typeof make !== "function") throw new UnsupportedError(`${module} ${optimizer}`);
  const params = [
    ...(groups ?? []).map(({ paths, options = {} }) => ({ ...readOptions(options), params: [...paths] })),
    ...(orderParams === undefined ? [] : [{ orderParams: [...orderParams] }]),
  ];
  const all = {
    // Kernels are MindSpore's, with outputs along the first axis; AdaFactor does not centralize, so it is not told.
    ...(optimizer === "AdaFactor" ? {} : { kernelLayout: "outputFirst" }),
    ...readOptions(options),
    ...(groups === undefined ? {} : { params }),
    ...(note !== undefined || isUnmerged ? { kernel: "cpu" } : {}),
  };
  return (make as (options: unknown) => mindspore.Optimizer)(all);
}

/** The learning rate of each parameter in the step that led to a state; one for all where groups have none. */
export function ratesOf(call: OptimizerCall, state: unknown, order: readonly string[]): number[] {
  // MindSpore keeps a rate of 0 where the rule has one of its own.
  if (call.optimizer === "AdaFactor" && call.options?.learning_rate === undefined) return [0];
  const found = hyperparameters(state);
  if (call.groups?.some(({ options = {} }) => "lr" in options) !== true) {
    return [found.learningRate ?? Object.entries(found).find(([path]) => path.endsWith("learningRate"))![1]];
  }
  return order.map((path) => {
    const group = call.groups!.findIndex(({ paths }) => paths.includes(path));
    return found[`group${group}/learningRate`];
  });
}

/** What a step may lose of its largest term. */
function loss(largest: number, precision: Precision): number {
  return precision === "float32" ? 4 * unit(largest, "float32") : 1e-12 * largest;
}

/** How much of each element may be lost: 4 units in the last place of the largest term of each step, added up. */
export class Allowance {
  #allowed = new Map<string, Float64Array>();

  constructor(private readonly precision: Precision, private readonly wholeLeaves = false) {}

  /**
   * Adds what a step may lose: its terms are a parameter before and after it, and the step between, which may itself be
   * of terms that are so many times larger. Of sparse gradients with rows more than once a step is a sum of steps that
   * are not known, of which the largest of the table is taken.
   */
  add(path: string, before: ArrayLike<number>, after: readonly Golden[], amplification = 1): void {
    const allowed = this.#allowed.get(path) ?? new Float64Array(before.length);
    this.#allowed.set(path, allowed);
    const terms = Array.from(allowed, (_, i) => {
      const end = number(after[i]);
      return Math.max(Math.abs(before[i]), Math.abs(end), amplification * Math.abs(end - before[i]));
    });
    const most = Math.max(...terms);
    for (let i = 0; i < allowed.length; i++) {
      allowed[i] += loss(this.wholeLeaves ? most : terms[i], this.precision);
    }
  }

  /** What an element may differ by after the steps so far. */
  of(path: string): (index: number) => number {
    return (index) => this.#allowed.get(path)?.[index] ?? 0;
  }
}

/**
 * The precision of the numbers of a case. Many kernels of MindSpore's compute in single precision whatever their params
 * are: then all numbers of a case of float64 are numbers of float32, and are compared as such.
 */
function precisionOf({ dtype, expect }: OptimizerCase): Precision {
  const isSingle = expect.every(({ params = {} }) =>
    Object.values(params).flat().every((value) => Object.is(Math.fround(number(value)), number(value)))
  );
  return isSingle ? "float32" : dtype;
}

/** Runs a case of the kinds "optimizer", "sparse" and "carryOver". Returns the first difference, or an empty text. */
export function replayOptimizer(golden: OptimizerCase): string {
  const { name, dtype, expect } = golden;
  const optimizer = readOptimizer(golden);
  let params: Leaves = readTensors(golden.params, dtype);
  let state = golden.stateDict === undefined
    ? optimizer.init(params)
    : mindspore.loadStateDict(optimizer, readTensors(golden.stateDict, dtype), params);
  const order = optimizer.parameters(params);
  const precision = precisionOf(golden);
  const allowance = new Allowance(precision, golden.kind === "sparse");
  for (const [step, expected] of expect.entries()) {
    const at = `${name}: step ${step + 1}`;
    const grads = Object.fromEntries(
      Object.entries(golden.grads[step]).map(([path, value]) => [path, gradientOf(value, dtype)]),
    ) as Leaves;
    if (expected.error !== undefined) {
      try {
        optimizer.step(state, grads, params);
      } catch (error) {
        return error instanceof RangeError ? "" : `${at}: expected a RangeError but got ${error}`;
      }
      return `${at}: expected an error, as MindSpore's ${expected.error.message}, but got none`;
    }
    if (expected.order !== undefined && expected.order.join() !== order.join()) {
      return `${at}: expected the order ${expected.order.join()} but got ${order.join()}`;
    }
    const before = params;
    ({ state, params } = optimizer.step(state, grads, params));
    const rates = expected.lr === undefined ? "" : compareRates(at, golden, state, order, expected.lr);
    if (rates !== "") return rates;
    for (const [path, values] of Object.entries(expected.params!)) {
      allowance.add(path, data(before[path]), values);
      const difference = compareNumbers(
        `${at}: ${path}`,
        data(params[path]),
        values,
        allowance.of(path),
        dtype,
      );
      if (difference !== "") return difference;
    }
    if (expected.state === undefined) continue;
    const record = mindspore.stateDict(optimizer, state, params);
    const half = golden.options?.compression === true;
    const difference = compareState(`${at}: state`, record, expected.state, {
      steps: step + 1,
      precision,
      half,
      grads: golden.grads.slice(0, step + 1),
    });
    if (difference !== "") return difference;
  }
  return "";
}

type ExpectedState = NonNullable<Expected["state"]>;

/** The names that a tensor of a state dict has in a file: that of a parameter, and the rest of it. */
function splitName(name: string, paths: readonly string[]): readonly [string, string] {
  const path = paths.filter((path) => path !== "" && name.endsWith(path))
    .reduce((longest, path) => path.length > longest.length ? path : longest, "");
  return [path, name.slice(0, name.length - path.length).replace(/[._]+$/, "")];
}

/** How states are compared. */
interface StateComparison {
  /** The steps taken. */
  readonly steps: number;
  /** The precision of params. */
  readonly precision: Precision;
  /** Whether second moments of vectors are in half precision, whose digits end after the fourth or fifth. */
  readonly half: boolean;
  /** The gradients of all steps. */
  readonly grads: OptimizerCase["grads"];
}

/**
 * Compares a state dict: each element may lose in each step 4 units in the last place of the largest of its tensor, or
 * of the gradients of the parameter where these add up to it.
 * MindSpore's scalars are in single precision whatever the params are.
 */
export function compareState(
  at: string,
  record: Readonly<Record<string, Tensor>>,
  expected: ExpectedState,
  { steps, precision, half, grads }: StateComparison,
): string {
  const found = new Map<string, Tensor>();
  for (const [name, value] of Object.entries(record)) {
    found.set(splitName(name, Object.keys(expected)).join(" "), value);
  }
  for (const [path, states] of Object.entries(expected)) {
    for (const [name, value] of Object.entries(states)) {
      // MindSpore numbers those of its tensors that it gave no name; they stand for nothing.
      if (name.includes("$")) continue;
      const values = Array.isArray(value) ? value as readonly Golden[] : [value as Golden];
      const ours = found.get(`${path} ${name}`);
      if (ours === undefined) return `${at}: expected ${name} of ${path || "the optimizer"} but got none`;
      const terms = name === "linear" ? grads.flatMap((given) => elements(given[path])) : [];
      const largest = Math.max(...[...values.map(number), ...terms].map(Math.abs));
      const own = values.length === 1 ? "float32" : precision;
      const each = half && name === "exp_avg_sq" ? 2 ** -10 * largest : loss(largest, own);
      const difference = compareNumbers(
        `${at}: ${path} ${name}`,
        data(ours),
        values,
        () => steps * each,
        own,
      );
      if (difference !== "") return difference;
    }
  }
  return "";
}

/** Compares the learning rates of a step, which are in single precision. */
export function compareRates(
  at: string,
  call: OptimizerCall,
  state: unknown,
  order: readonly string[],
  expected: readonly Golden[],
): string {
  return compareRateList(at, ratesOf(call, state, order), expected);
}

/** Compares learning rates that were computed in so many steps from one another. */
export function compareRateList(
  at: string,
  rates: readonly number[],
  expected: readonly Golden[],
  steps = 1,
): string {
  return compareNumbers(
    `${at}: lr`,
    rates,
    expected,
    (i) => 4 * steps * unit(number(expected[i]), "float32"),
    "float32",
  );
}
