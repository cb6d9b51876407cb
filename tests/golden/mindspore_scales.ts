/**
 * Replaying MindSpore's loss scales and clips.
 *
 * @module
 */

import { mindspore } from "../../optim/mod.ts";
import { tensor } from "../../tensor/mod.ts";
import type { GoldenTensor, Precision } from "./golden_tensor.ts";
import {
  camelCase,
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

/** What MindSpore's functions are called here. */
const functions = mindspore as unknown as Readonly<Record<string, unknown>>;

function make<T>(name: string, options: GoldenOptions): T {
  const found = functions[name];
  if (typeof found !== "function") throw new UnsupportedError(name);
  return (found as (options: unknown) => T)(readOptions(options));
}

/** A case of the kinds "lossScaleManager" and "lossScaleCell". */
export interface LossScaleCase {
  readonly name: string;
  readonly manager?: string;
  readonly cell?: string;
  readonly options: GoldenOptions;
  readonly overflows: readonly boolean[];
  readonly expect: {
    readonly initial: Golden;
    readonly dropOverflowUpdate?: boolean;
    readonly scales: readonly Golden[];
  };
}

/** Runs a case of the kinds "lossScaleManager" and "lossScaleCell", to the last digit. */
export function replayLossScale({ name, manager, cell, options, overflows, expect }: LossScaleCase): string {
  const made = make<mindspore.LossScaleManager>(manager ?? cell ?? "", options);
  let state = made.init();
  if (expect.dropOverflowUpdate !== undefined && made.dropOverflowUpdate !== expect.dropOverflowUpdate) {
    return `${name}: expected dropOverflowUpdate ${expect.dropOverflowUpdate} but got ${made.dropOverflowUpdate}`;
  }
  const initial = compareNumbers(`${name}: initial`, [state.scale], [expect.initial], () => 0, "float64");
  if (initial !== "") return initial;
  const scales = overflows.map((overflow) => (state = made.updateLossScale(state, overflow)).scale);
  return compareNumbers(`${name}: scales`, scales, expect.scales, () => 0, "float64");
}

/** A case of the kind "lossScaler". */
export interface LossScalerCase {
  readonly name: string;
  readonly scaler: string;
  readonly options: GoldenOptions;
  readonly values: readonly Golden[];
  readonly finite: readonly boolean[];
  readonly expect: {
    readonly scaled: Golden | readonly Golden[];
    readonly unscaled: Golden | readonly Golden[];
    readonly adjusted: readonly {
      readonly result: boolean;
      readonly scale: Golden;
      readonly counter?: Golden;
    }[];
  };
}

/** Runs a case of the kind "lossScaler": scaled values to a unit in the last place, the scale to the last digit. */
export function replayLossScaler({ name, scaler, options, values, finite, expect }: LossScalerCase): string {
  const made = make<mindspore.LossScaler>(scaler, options);
  let state = made.init();
  const given = tensor(values.map(number));
  for (
    const [key, got] of [["scaled", made.scale(state, given)], [
      "unscaled",
      made.unscale(state, given),
    ]] as const
  ) {
    const expected = [expect[key]].flat() as readonly Golden[];
    const allowed = (i: number): number => unit(number(expected[i]), "float32");
    const difference = compareNumbers(`${name}: ${key}`, data(got), expected, allowed, "float32");
    if (difference !== "") return difference;
  }
  for (const [i, { result, scale, counter }] of expect.adjusted.entries()) {
    state = made.adjust(state, finite[i]);
    if (made.adjusts !== result) {
      return `${name}: expected adjust to return ${result} but got ${made.adjusts}`;
    }
    const got = [state.scale, ...(counter === undefined ? [] : [state.goodSteps])];
    const expected = [Math.fround(number(scale)), ...(counter === undefined ? [] : [counter])];
    const difference = compareNumbers(`${name}: adjust ${i + 1}`, got, expected, () => 0, "float32");
    if (difference !== "") return difference;
  }
  return "";
}

/** A case of the kind "clip". */
export interface ClipCase {
  readonly name: string;
  readonly function: string;
  readonly options: GoldenOptions;
  readonly dtype: Precision;
  readonly grads: Readonly<Record<string, GoldenTensor>>;
  readonly note?: string;
  readonly expect: {
    readonly grads?: Readonly<Record<string, readonly Golden[]>>;
    readonly error?: { readonly type: string };
  };
}

/** Runs a case of the kind "clip": 4 units in the last place, and one more for each 8 elements of the norm. */
export function replayClip(golden: ClipCase): string {
  const { name, options, dtype, note, expect } = golden;
  const found = functions[camelCase(golden.function)];
  if (typeof found !== "function") throw new UnsupportedError(golden.function);
  const clip = found as (grads: unknown, options: unknown) => Readonly<Record<string, unknown>>;
  const grads = readTensors(golden.grads, dtype);
  const given = Object.fromEntries(
    Object.entries(readOptions(options)).map((
      [key, value],
    ) => [key, value === "Infinity" ? Infinity : value]),
  );
  const all = note === undefined ? given : { ...given, kernel: "cpu" };
  if (expect.error !== undefined) {
    try {
      clip(grads, all);
    } catch (error) {
      return error instanceof RangeError ? "" : `${name}: expected a RangeError but got ${error}`;
    }
    return `${name}: expected an error but got none`;
  }
  const clipped = clip(grads, all);
  const count = Object.values(expect.grads!).flat().length;
  for (const [path, values] of Object.entries(expect.grads!)) {
    const allowed = (i: number): number => (4 + count / 8) * unit(number(values[i]), dtype);
    const difference = compareNumbers(`${name}: ${path}`, data(clipped[path]), values, allowed, dtype);
    if (difference !== "") return difference;
  }
  return "";
}
