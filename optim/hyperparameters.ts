/**
 * Reading hyperparameters out of a state.
 *
 * @module
 */

import { tree } from "../tensor/mod.ts";

interface Found {
  readonly groups: readonly string[];
  readonly transforms: readonly string[];
  readonly name: string;
  readonly value: number;
}

/**
 * The hyperparameters that the last step used (before the first step: that it will use), by path. A path is the
 * names of the groups around a value and its own name, such as `learningRate` or `conv/learningRate`; where two
 * transforms of a group have the same, the keys of the transforms stand between: `conv/scale2/factor`.
 *
 * A hyperparameter that was given as a number is taken from the state in the next step, so a state with another
 * number in that place overrides it. One that was given as a schedule is computed anew.
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
  const found: Found[] = [];
  collect(state, [], [], found);
  const short = ({ groups, name }: Found): string => [...groups, name].join("/");
  const counts = new Map<string, number>();
  for (const one of found) counts.set(short(one), (counts.get(short(one)) ?? 0) + 1);
  return Object.fromEntries(found.map((one) => {
    const path = counts.get(short(one)) === 1
      ? short(one)
      : [...one.groups, ...one.transforms, one.name].join("/");
    return [path, one.value];
  }));
}

/** A state inside of which are states: an object with a text as its `kind`. */
function isState(value: unknown): value is Readonly<Record<string, unknown>> {
  return tree.isNode(value) && !Array.isArray(value) && "kind" in value && typeof value.kind === "string";
}

function collect(
  state: unknown,
  groups: readonly string[],
  transforms: readonly string[],
  found: Found[],
): void {
  if (!isState(state)) return;
  if (tree.isNode(state.hyperparameters)) {
    for (const [name, value] of Object.entries(state.hyperparameters)) {
      if (typeof value === "number") found.push({ groups, transforms, name, value });
    }
  }
  for (const [key, child] of Object.entries(state)) {
    if (state.kind === "groups") collect(child, [...groups, key], [], found);
    else collect(child, groups, [...transforms, key], found);
  }
}
