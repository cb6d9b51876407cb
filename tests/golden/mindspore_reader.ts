/**
 * Reading cases that MindSpore printed: tensors, options, and what they are compared with.
 *
 * @module
 */

import { mindspore, type Schedule } from "../../schedules/mod.ts";
import { type Tensor, tensor } from "../../tensor/mod.ts";
import { type GoldenTensor, type Precision, tensorOf } from "./golden_tensor.ts";
import { distance, UnsupportedError } from "./replay.ts";

/** A number as JSON has it. */
export type Golden = number | "NaN" | "Infinity" | "-Infinity";

/** Options under MindSpore's names. */
export type GoldenOptions = Readonly<Record<string, unknown>>;

/** A number, with texts for those that JSON lacks. */
export function number(value: Golden): number {
  return typeof value === "number" ? value : Number(value);
}

/** `learning_rate` as `learningRate`. */
export function camelCase(name: string): string {
  return name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** Tensors by path. */
export function readTensors(
  golden: Readonly<Record<string, GoldenTensor>>,
  dtype: Precision,
): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(golden).map(([path, value]) => [path, tensorOf(value, dtype)]),
  );
}

/**
 * The schedule that a class of MindSpore's makes.
 *
 * @throws {UnsupportedError} If there is none.
 */
export function readSchedule(name: string, options: GoldenOptions): Schedule {
  const make = (mindspore as unknown as Readonly<Record<string, unknown>>)[name];
  if (typeof make !== "function") throw new UnsupportedError(name);
  return (make as (options: GoldenOptions) => Schedule)(readOptions(options));
}

/** Options under our names: schedules and tensors made, other values as they are. */
export function readOptions(options: GoldenOptions): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [camelCase(name), readValue(value)]),
  );
}

function readValue(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  if ("schedule" in value) {
    const { schedule, options } = value as { readonly schedule: string; readonly options: GoldenOptions };
    return readSchedule(schedule, options);
  }
  if ("tensor" in value) return tensor(value.tensor as number[]);
  return value;
}

/** The distance of neighbours at a size. */
export function unit(size: number, precision: Precision): number {
  if (size === 0 || !Number.isFinite(size)) return 0;
  const bits = precision === "float32" ? 23 : 52;
  return 2 ** (Math.floor(Math.log2(Math.abs(size))) - bits);
}

/** Compares numbers with those of a file. Returns the first that differ by more than is allowed, or an empty text. */
export function compareNumbers(
  at: string,
  got: ArrayLike<number>,
  expected: readonly Golden[],
  allowed: (index: number) => number,
  precision: Precision,
): string {
  if (got.length !== expected.length) {
    return `${at}: expected ${expected.length} numbers but got ${got.length}`;
  }
  for (const [i, value] of expected.map(number).entries()) {
    if (Object.is(got[i], value) || Math.abs(got[i] - value) <= allowed(i)) continue;
    const apart = distance(got[i], value, precision);
    return `${at}[${i}]: expected ${value} but got ${got[i]}, ${apart} units in the last place apart, ` +
      `more than ${allowed(i).toPrecision(3)}`;
  }
  return "";
}

/** The elements of a leaf of a tree. */
export function data(leaf: unknown): ArrayLike<number> {
  return (leaf as Tensor).data() as ArrayLike<number>;
}
