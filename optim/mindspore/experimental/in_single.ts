/**
 * Optimizers of torch's with their numbers in single precision.
 *
 * @module
 */

import { tree } from "../../../tensor/mod.ts";
import type { ScalarOrSchedule } from "../../scalar.ts";
import type { ParamGroup, TorchArguments, TorchOptimizer } from "../../torch/definition.ts";
import { single } from "../hyperparameters.ts";

/** The optimizer of these arguments with every number, defaults among them, rounded to single precision. */
export function inSingle<O extends object>(
  make: (...args: TorchArguments<O>) => TorchOptimizer<O>,
  args: TorchArguments<O>,
): TorchOptimizer<O> {
  const [first, second] = args;
  const isGrouped = Array.isArray(first);
  const given: unknown = isGrouped ? second : first;
  // What is no object of options is refused there.
  if (given !== undefined && (!tree.isNode(given) || Array.isArray(given))) return make(...args);
  const options = rounded({ ...make().defaults, ...given }) as Partial<O>;
  return isGrouped ? make(first.map(rounded) as readonly ParamGroup<O>[], options) : make(options);
}

function rounded(options: unknown): unknown {
  if (!tree.isNode(options)) return options;
  return Object.fromEntries(
    // Params are selected, be it by a predicate.
    Object.entries(options).map(([name, value]) => [name, name === "params" ? value : round(value)]),
  );
}

function round(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(round);
  return typeof value === "number" || typeof value === "function" ? single(value as ScalarOrSchedule) : value;
}
