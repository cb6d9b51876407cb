/**
 * Optimizers and tensors of the torch dialect from what golden files hold.
 *
 * @module
 */

import { type SparseGradient, sparseGradient, torch } from "../../optim/mod.ts";
import { type Tensor, tensor } from "../../tensor/mod.ts";
import type { GoldenNumber } from "./replay_optax.ts";
import { UnsupportedError } from "./replay.ts";
import { camelCase } from "./torch_schedulers.ts";

/** The precision of a case. */
export type Precision = "float32" | "float64";

/** A tensor of a file: its data, a formula for them, or rows of a sparse gradient. */
export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly data?: readonly GoldenNumber[];
  readonly rows?: readonly number[];
  readonly ramp?: {
    readonly multiplier: number;
    readonly offset?: number;
    readonly modulus: number;
    readonly scale: number;
  };
}

/** Tensors by their paths. */
export type GoldenTensors = Readonly<Record<string, GoldenTensor>>;

/** Options by torch's names. */
export type GoldenOptions = Readonly<Record<string, unknown>>;

/** A group of parameters. */
export interface GoldenGroup {
  readonly paths: readonly string[];
  readonly options?: GoldenOptions;
}

/** What of a case an optimizer is made from. */
export interface OptimizerCall {
  readonly optimizer: string;
  readonly options?: GoldenOptions;
  readonly groups?: readonly GoldenGroup[];
}

/** An optimizer of any options. */
export type AnyTorchOptimizer = torch.TorchOptimizer<object>;

/** Parameters and gradients: a tree of leaves by their paths, with holes. */
export type Leaves = Readonly<Record<string, unknown>>;

/** A tensor of a file, in the precision of the case. */
export function tensorOf({ shape, data, ramp }: GoldenTensor, dtype: Precision): Tensor {
  if (dtype !== "float32" && dtype !== "float64") throw new UnsupportedError(`torch in ${dtype as string}`);
  const array = dtype === "float32" ? Float32Array : Float64Array;
  if (data !== undefined) return tensor(array.from(data.map(Number)), { shape, dtype });
  if (ramp === undefined) throw new UnsupportedError("a tensor without data");
  const { multiplier, offset = 0, modulus, scale } = ramp;
  const size = shape.reduce((product, extent) => product * extent, 1);
  const values = array.from(
    Array.from({ length: size }, (_, i) => ((i * multiplier + offset) % modulus / modulus - 0.5) * scale),
  );
  return tensor(values, { shape, dtype });
}

/** A gradient of a file: a tensor, or rows of one. */
export function gradientOf(value: GoldenTensor, dtype: Precision): Tensor | SparseGradient {
  const { shape, rows, data } = value;
  if (rows === undefined) return tensorOf(value, dtype);
  return sparseGradient({
    indices: tensor(Int32Array.from(rows), { shape: [rows.length], dtype: "int32" }),
    values: tensorOf({ shape: [rows.length, ...shape.slice(1)], data: data ?? [] }, dtype),
    shape,
  });
}

/** The tensors at these paths; a path without a tensor is a hole. */
export function leavesOf(tensors: GoldenTensors, paths: readonly string[], dtype: Precision): Leaves {
  return Object.fromEntries(
    paths.map((path) => [path, tensors[path] === undefined ? null : gradientOf(tensors[path], dtype)]),
  );
}

/** Options that choose between implementations of one arithmetic. */
const IMPLEMENTATIONS = ["foreach", "fused", "capturable", "differentiable"];

/** Options under the names that they have here. */
export function optionsOf(options: GoldenOptions = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).filter(([name]) => !IMPLEMENTATIONS.includes(name)).map((
      [name, value],
    ) => [camelCase(name), numberOf(value)]),
  );
}

function numberOf(value: unknown): unknown {
  if (["NaN", "Infinity", "-Infinity"].includes(value as string)) return Number(value);
  return Array.isArray(value) ? value.map(numberOf) : value;
}

/** A group under the names that it has here. */
export function groupOf({ paths, options }: GoldenGroup): torch.ParamGroup<object> {
  return { ...optionsOf(options), params: (path: string) => paths.includes(path) };
}

/**
 * The optimizer that a case makes.
 *
 * @throws {UnsupportedError} If there is none of that name.
 */
export function optimizerOf({ optimizer, options, groups }: OptimizerCall): AnyTorchOptimizer {
  const make = (torch as unknown as Record<string, (...args: unknown[]) => AnyTorchOptimizer>)[optimizer];
  if (typeof make !== "function") throw new UnsupportedError(`torch ${optimizer}`);
  return groups === undefined ? make(optionsOf(options)) : make(groups.map(groupOf), optionsOf(options));
}

/** The paths that the groups of a case have, in their order; all of them where there are no groups. */
export function pathsOf({ groups }: OptimizerCall, params: GoldenTensors): readonly string[] {
  return groups === undefined ? Object.keys(params) : groups.flatMap(({ paths }) => paths);
}
