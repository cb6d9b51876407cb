/**
 * Changing hyperparameters in a state.
 *
 * @module
 */

import { tree } from "../tensor/mod.ts";
import { findHyperparameters, hyperparameterPaths } from "./hyperparameters.ts";

/**
 * A state in which hyperparameters have other values from the next step on, by the paths that
 * {@linkcode hyperparameters} gives. A hyperparameter that was given as a schedule stays at the number, until `null`
 * lets the schedule run again, at the count of steps that were taken meanwhile. The structure of the state stays the
 * same, so that a compiled step is not compiled anew; the old state is as it was.
 *
 * @throws {RangeError} If a path names no hyperparameter, listing those that there are, or a value is not finite.
 * @throws {TypeError} If a value is neither a number nor null.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { hyperparameters, sgd, withHyperparameters } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = sgd({ learningRate: (step) => 1 / (step + 1) });
 * const params = { x: tensor(1) };
 * const state = withHyperparameters(optimizer.init(params), { learningRate: 0.25 });
 * const next = optimizer.step(state, params, params);
 * assertEquals(next.params.x.item(), 0.75);
 * const freed = withHyperparameters(next.state, { learningRate: null });
 * assertEquals(hyperparameters(optimizer.step(freed, params, params).state), { learningRate: 0.5 });
 * ```
 */
export function withHyperparameters<S>(state: S, values: Readonly<Record<string, number | null>>): S {
  const found = findHyperparameters(state);
  const paths = hyperparameterPaths(found);
  const changes = new Map<string, number | null>();
  for (const [path, value] of Object.entries(values)) {
    if (value !== null && typeof value !== "number") {
      throw new TypeError(
        `withHyperparameters expects ${path} to be a number or null but got ${typeof value}`,
      );
    }
    if (value !== null && !Number.isFinite(value)) {
      throw new RangeError(`withHyperparameters expects ${path} to be finite but got ${value}`);
    }
    const place = paths.indexOf(path);
    if (place < 0) {
      throw new RangeError(
        `withHyperparameters expects one of ${paths.join(", ") || "no hyperparameters"} but got ${path}`,
      );
    }
    const { keys, name } = found[place];
    changes.set([...keys, "overrides", name].join("/"), value ?? NaN);
    // A number is taken from here in the next step; a schedule is not.
    if (value !== null) changes.set([...keys, "hyperparameters", name].join("/"), value);
  }
  return tree.map(state, (leaf, path) => changes.has(path) ? changes.get(path) : leaf);
}
