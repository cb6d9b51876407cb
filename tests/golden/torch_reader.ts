/**
 * Optimizers and tensors of the torch dialect from what golden files hold.
 *
 * @module
 */

import { torch } from "../../optim/mod.ts";
import { type GoldenTensor, gradientOf, type Precision } from "./golden_tensor.ts";
import { UnsupportedError } from "./replay.ts";
import { camelCase } from "./torch_schedulers.ts";

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
