/**
 * Replaying step by step what optax's transforms did.
 *
 * @module
 */

import { subtract, type Tensor, tensor, tree, valueAndGrad } from "../../tensor/mod.ts";
import { type LookaheadState, withHyperparameters } from "../../optim/mod.ts";
import type { Schedule } from "../../schedules/mod.ts";
import type { OptaxOptions } from "../schedules/optax.ts";
import { objectiveOf } from "./optax_objectives.ts";
import { transformFromOptax } from "./optax_transforms.ts";
import {
  distance,
  type GoldenFile,
  type Replay,
  replayCases,
  type Replayer,
  UnsupportedError,
} from "./replay.ts";

/** A number of a file. */
export type GoldenNumber = number | "NaN" | "Infinity" | "-Infinity";

/** A tensor of a file. */
export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly data: readonly GoldenNumber[];
}

interface GoldenStep {
  readonly updates: Readonly<Record<string, readonly GoldenNumber[]>>;
  readonly params: Readonly<Record<string, readonly GoldenNumber[]>>;
}

interface GoldenCase {
  readonly name: string;
  readonly dtype: string;
  readonly transform: string;
  readonly options: OptaxOptions;
  readonly params: Readonly<Record<string, GoldenTensor>>;
  readonly grads?: readonly Readonly<Record<string, GoldenTensor>>[];
  readonly objective?: { readonly python: string };
  readonly extra?: readonly Readonly<Record<string, unknown>>[];
  readonly schedule_values?: Readonly<Record<string, readonly number[]>>;
  readonly expect: readonly GoldenStep[];
  readonly float32_spread?: { readonly updates: number; readonly params: number };
}

/** Cases in which somebody reaches into the state: before which step, and what is set. */
const BY_HAND: Readonly<
  Record<string, { readonly step: number; readonly values: Readonly<Record<string, number>> }>
> = {
  "inject_hyperparams/override": { step: 3, values: { learningRate: 0.5 } },
};

/** Cases that show a defect, which have a reason of their own to be left out. */
const DEFECTS = ["MultiSteps/not_finite"];

/** Files of optax's optimizers. */
export const optaxReplayer: Replayer = {
  match: ({ cases }) => {
    const first = cases[0] as Partial<GoldenCase & { readonly loss: unknown }> | undefined;
    return first?.transform !== undefined && first.params !== undefined && first.loss === undefined;
  },
  replay: replayOptax,
};

/** Runs every case of a file that our transforms can do, and compares updates and params after each step. */
export function replayOptax(file: GoldenFile): Replay {
  return replayCases(file.cases as readonly GoldenCase[], nameOf, replayCase);
}

function nameOf({ name, dtype }: GoldenCase): string {
  return `${name} ${dtype}`;
}

/** The dtypes that params of cases have. */
type CaseDType = "float32" | "float64" | "float16" | "bfloat16";

function isCaseDType(dtype: string): dtype is CaseDType {
  return dtype === "float32" || dtype === "float64" || dtype === "float16" || dtype === "bfloat16";
}

function replayCase(golden: GoldenCase): string {
  const { dtype, grads, expect, extra } = golden;
  if (!isCaseDType(dtype)) throw new UnsupportedError(dtype);
  const call = /^(optax\.inject_hyperparams\(.*?\)|[\w.]+)\(/.exec(golden.transform)?.[1] ?? golden.transform;
  if (DEFECTS.includes(golden.name)) throw new UnsupportedError(golden.name);
  if (grads === undefined) throw new UnsupportedError(`${call} on an objective`);
  const valueFn = golden.objective === undefined ? null : objectiveOf(golden.objective.python);
  const transform = transformFromOptax(
    call,
    golden.options,
    (schedule) => pinned(golden.schedule_values, expect.length, schedule),
  );
  let params = nest(golden.params, dtype);
  let state = transform.init(params);
  const steps = expect.map((_, step) => {
    const { gradients, more } = valueFn === null
      ? { gradients: nest(grads[step], dtype), more: extra?.[step] }
      : onObjective(valueFn, params);
    const byHand = BY_HAND[golden.name];
    if (byHand?.step === step) state = withHyperparameters(state, byHand.values);
    const before = state;
    const { updates } = transform.update(state, gradients, params, more);
    ({ state, params } = transform.step(state, gradients, params, more));
    return call === "optax.lookahead"
      ? fastAndSlow(updates, params, before, state)
      : { updates: flatten(updates), params: flatten(params) };
  });
  return compare(golden, dtype, steps);
}

/** Updates and params of lookahead, where optax has those of the slow params beside those of the fast ones. */
function fastAndSlow(updates: Nested, params: Nested, before: unknown, after: unknown): OurStep {
  const [from, slow] = [before, after].map((state) => (state as LookaheadState<unknown>).slow as Nested);
  const moved = tree.zip("lookahead", [slow, from], ([now, then]) => subtract(now as Tensor, then as Tensor));
  return {
    updates: flatten({ fast: updates, slow: moved }),
    params: flatten({ fast: params, slow }),
  };
}

/** Gradients and extras of an objective at params. */
function onObjective(
  valueFn: (params: never) => Tensor,
  params: Nested,
): { readonly gradients: Nested; readonly more: object } {
  const { value, gradient } = valueAndGrad(valueFn as (params: Nested) => Tensor)(params);
  return { gradients: gradient, more: { value, grads: gradient, valueFn } };
}

/**
 * The schedule that optax evaluated over some steps, whose values the case has: some are computed in float32 even where the rest
 * is float64. Ours has to give the same up to that.
 */
export function pinned(
  schedule_values: Readonly<Record<string, readonly number[]>> | undefined,
  steps: number,
  schedule: Schedule,
): Schedule {
  if (schedule_values === undefined) return schedule;
  const ours = Array.from({ length: steps }, (_, step) => schedule(step));
  const scale = Math.max(...ours.map(Math.abs));
  const theirs = Object.values(schedule_values).find((values) =>
    values.every((value, step) => Math.abs(value - ours[step]) <= 1e-6 * scale)
  );
  if (theirs === undefined) {
    throw new Error(`Expected one of ${Object.keys(schedule_values)} but got the values ${ours}`);
  }
  // Written with the digits of float32, the values were float32 also in a float64 case.
  const single = theirs.every((value) => Number(value.toPrecision(9)) === value);
  const used = single ? theirs.map(Math.fround) : theirs;
  return (step) => used[Math.min(step, used.length - 1)];
}

/** Tensors by the parts of their paths. */
export type Nested = Tensor | { [key: string]: Nested };

/** The tree of tensors that stand by their paths. */
export function nest(
  tensors: Readonly<Record<string, GoldenTensor>>,
  dtype: CaseDType,
): Nested {
  const root: { [key: string]: Nested } = {};
  const array = dtype === "float64" ? Float64Array : Float32Array;
  for (const [path, { shape, data }] of Object.entries(tensors)) {
    const value = tensor(array.from(data.map(Number)), { shape, dtype });
    if (path === "") return value;
    const keys = path.split("/");
    let node = root;
    for (const key of keys.slice(0, -1)) node = (node[key] ??= {}) as { [key: string]: Nested };
    node[keys[keys.length - 1]] = value;
  }
  return root;
}

/** The elements of each leaf by its path. */
export function flatten(values: unknown): Record<string, readonly number[]> {
  return Object.fromEntries(
    tree.entries(values).map(({ path, value }) => [path, Array.from((value as Tensor).data())]),
  );
}

interface OurStep {
  readonly updates: Readonly<Record<string, readonly number[]>>;
  readonly params: Readonly<Record<string, readonly number[]>>;
}

/** Cases in which updates are differences of numbers as large as the params, to whose rounding they are exact. */
const DIFFERENCES = /^(cocob|lookahead|madgrad|mechanize|momo|sam|schedule_free)/;

/** Cases whose numbers are not exact to the last digits, with how far ours may be from them. */
const LOOSE: readonly { readonly names: RegExp; readonly float64: number; readonly float32?: number }[] = [
  // optax computes 1 - t^-0.8 in float32 whatever the dtype.
  { names: /^(adafactor|scale_by_factored_rms)/, float64: 1e-7 },
  // As well as 1 / sqrt(1 + r^2) - 1 of a schedule, which is itself a difference of nearly equal numbers.
  { names: /^fromage\/options$/, float64: 1e-6 },
  // The singular vectors of galore are float32 whatever the dtype.
  { names: /^galore/, float64: 4e-6 },
  // So are the root of the count, what is computed with the learning rate of a schedule, and warm-ups.
  { names: /^(madgrad|momo_adam\/options$|schedule_free_(sgd|adamw)\/options$)/, float64: 2e-7 },
  // Inverse roots, as exact as a rounding over the smallest eigenvalue, which the ridge of 1e-3 or less leaves.
  { names: /^shampoo/, float64: 1e-9, float32: 2e-4 },
  // Eigenvectors, as exact as a rounding over the distance of the eigenvalues.
  { names: /^soap/, float64: 1e-12, float32: 4e-6 },
  // Gradients are summed in float32 whatever the dtype, there their mean and here their sum.
  { names: /^MultiSteps/, float64: 4e-7 },
  // optax corrects the bias in float32, and there is no float64 beside to tell how far off that is.
  { names: /mu_dtype=bfloat16$/, float64: 1e-12, float32: 1e-5 },
  // Differences of nearly equal numbers.
  { names: /^(scale_by_)?radam|^scale_by_stddev\//, float64: 1e-9 },
];

/**
 * How far from optax a number may be, relative to the largest entry of its leaf in any step. In float32: what
 * optax's own float32 is from its float64, which the file gives to two digits, and 4 units in the last place. In
 * float64: 1e-12, but for the cases listed above. In 16 bits: four roundings.
 */
function tolerance({ name, dtype, float32_spread }: GoldenCase, what: "updates" | "params"): number {
  const loose = LOOSE.find(({ names }) => names.test(name));
  if (dtype === "float64") return loose?.float64 ?? 1e-12;
  // Each operation of a few rounds to so many bits.
  if (dtype === "float16" || dtype === "bfloat16") return 4 * 2 ** (dtype === "float16" ? -11 : -8);
  return Math.max(1.05 * (float32_spread?.[what] ?? 0) + 4 * 2 ** -23, loose?.float32 ?? 0);
}

function compare(golden: GoldenCase, dtype: CaseDType, steps: readonly OurStep[]): string {
  for (let step = 0; step < steps.length; step++) {
    for (const what of ["updates", "params"] as const) {
      const relative = tolerance(golden, what);
      for (const [path, data] of Object.entries(golden.expect[step][what])) {
        const scales = DIFFERENCES.test(golden.name) ? ["updates", "params"] as const : [what];
        const largest = Math.max(
          ...golden.expect.flatMap((one) => scales.flatMap((scale) => one[scale][path].map(size))),
        );
        const ours = steps[step][what][path];
        const at = `${nameOf(golden)}: step ${step}, ${what}/${path}`;
        if (ours?.length !== data.length) {
          return `${at}: expected ${data.length} numbers but got ${ours?.length}`;
        }
        for (let i = 0; i < data.length; i++) {
          const expected = dtype === "float64" ? Number(data[i]) : Math.fround(Number(data[i]));
          if (Object.is(expected, ours[i]) || Math.abs(expected - ours[i]) <= relative * largest) continue;
          const apart = distance(expected, ours[i], dtype === "float64" ? dtype : "float32");
          return `${at}[${i}]: expected ${expected} but got ${
            ours[i]
          }, ${apart} units in the last place apart`;
        }
      }
    }
  }
  return "";
}

function size(value: GoldenNumber): number {
  return Number.isFinite(Number(value)) ? Math.abs(Number(value)) : 0;
}
