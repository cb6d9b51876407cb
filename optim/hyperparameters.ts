/**
 * Reading hyperparameters out of a state.
 *
 * @module
 */

import { tree } from "../tensor/mod.ts";

/** A hyperparameter in a state. */
export interface FoundHyperparameter {
  /** The groups around it. */
  readonly groups: readonly string[];
  /** The keys of the transforms inside of the last group. */
  readonly transforms: readonly string[];
  /** The keys from the root to the state that has it. */
  readonly keys: readonly string[];
  /** Its name. */
  readonly name: string;
  /** The value that the last step used. */
  readonly value: number;
}

/**
 * The hyperparameters that the last step used (before the first step: that it will use), by path. A path is the
 * names of the groups around a value and its own name, such as `learningRate` or `conv/learningRate`; where two
 * transforms of a group have the same, the keys of the transforms stand between: `conv/scale2/factor`.
 *
 * `withHyperparameters` changes them, by the same paths.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { hyperparameters, sgd } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = sgd({ learningRate: (step) => 1 / (step + 1) });
 * const params = { x: tensor(1) };
 * let { state } = optimizer.step(optimizer.init(params), params, params);
 * ({ state } = optimizer.step(state, params, params));
 * assertEquals(hyperparameters(state), { learningRate: 0.5 });
 * ```
 */
export function hyperparameters(state: unknown): Record<string, number> {
  const found = findHyperparameters(state);
  const paths = hyperparameterPaths(found);
  return Object.fromEntries(found.map(({ value }, i) => [paths[i], value]));
}

/** Every hyperparameter in a state. */
export function findHyperparameters(state: unknown): FoundHyperparameter[] {
  const found: FoundHyperparameter[] = [];
  collect(state, [], [], [], found);
  return found;
}

/** The path of each: the shortest that tells it from the others. */
export function hyperparameterPaths(found: readonly FoundHyperparameter[]): string[] {
  const short = ({ groups, name }: FoundHyperparameter): string => [...groups, name].join("/");
  const counts = new Map<string, number>();
  for (const one of found) counts.set(short(one), (counts.get(short(one)) ?? 0) + 1);
  return found.map((one) =>
    counts.get(short(one)) === 1 ? short(one) : [...one.groups, ...one.transforms, one.name].join("/")
  );
}

/** A state inside of which are states: an object with a text as its `kind`. */
export function isState(value: unknown): value is Readonly<Record<string, unknown>> {
  return tree.isNode(value) && !Array.isArray(value) && "kind" in value && typeof value.kind === "string";
}

/** Whether the keys of a state are names of groups. */
export function isGrouped(state: Readonly<Record<string, unknown>>): boolean {
  return state.kind === "groups" || state.kind === "partition";
}

function collect(
  state: unknown,
  groups: readonly string[],
  transforms: readonly string[],
  keys: readonly string[],
  found: FoundHyperparameter[],
): void {
  if (!isState(state)) return;
  if (tree.isNode(state.hyperparameters)) {
    for (const [name, value] of Object.entries(state.hyperparameters)) {
      if (typeof value === "number") found.push({ groups, transforms, keys, name, value });
    }
  }
  for (const [key, child] of Object.entries(state)) {
    if (isGrouped(state)) collect(child, [...groups, key], [], [...keys, key], found);
    else collect(child, groups, [...transforms, key], [...keys, key], found);
  }
}
