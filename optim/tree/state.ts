/**
 * Finding and replacing parts of a state by their names.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { tree } from "../../tensor/mod.ts";

/** A part of a state and where it is. */
export interface Found {
  /** The keys from the root, joined by "/". */
  readonly path: string;
  /** The part: a leaf or a tree. */
  readonly value: unknown;
}

/** Options of the functions that find parts of a state. */
export interface FindOptions {
  /** Which of the parts of the name are meant; all by default. */
  readonly filter?: (path: string, value: unknown) => boolean;
}

const FIND_OPTIONS = { filter: true } as const;

/**
 * Every part of a state that stands under a key, or is the state of a transform of that name, in order, as
 * `optax.tree.get_all_with_path`.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { adam, chain, optimTree, trace } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const state = chain(trace({ decay: 0.9 }), adam({ learningRate: 0.1 })).init({ x: tensor(0) });
 * const paths = optimTree.getAllWithPath(state, "count").map(({ path }) => path);
 * assertEquals(paths, ["trace/count", "adam/scaleByAdam/count", "adam/scaleByLearningRate/count"]);
 * ```
 */
export function getAllWithPath(state: unknown, name: string, options: FindOptions = {}): readonly Found[] {
  checkOptionNames("getAllWithPath", options, FIND_OPTIONS);
  const { filter = () => true } = options;
  const found: Found[] = [];
  visit(state, "", (path, key, value) => {
    if (isNamed(key, value, name) && filter(path, value)) found.push({ path, value });
    return value;
  });
  return found;
}

/**
 * The only part of a state that stands under a key, or is the state of a transform of that name, as `optax.tree.get`;
 * undefined where there is none. `hyperparameters` reads hyperparameters.
 *
 * @throws {RangeError} If there are several, listing their paths.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { adam, optimTree } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const params = { x: tensor(1) };
 * const optimizer = adam({ learningRate: 0.1 });
 * const { state } = optimizer.step(optimizer.init(params), params, params);
 * const moment = optimTree.get(state, "mu") as typeof params | undefined;
 * assertEquals(moment?.x.shape ?? [], []);
 * ```
 */
export function get(state: unknown, name: string, options: FindOptions = {}): unknown {
  checkOptionNames("get", options, FIND_OPTIONS);
  const found = getAllWithPath(state, name, options);
  if (found.length > 1) {
    throw new RangeError(
      `optimTree.get expects one ${name} but got ${found.map(({ path }) => path || "the root").join(", ")}`,
    );
  }
  return found[0]?.value;
}

/**
 * A state in which every part of the given names is replaced, as `optax.tree.set`; the old state is as it was.
 * `withHyperparameters` changes hyperparameters.
 *
 * @throws {RangeError} If there is nothing of a name.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { optimTree, trace } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const state = trace({ decay: 0.9 }).init({ x: tensor(0) });
 * assertEquals(optimTree.set(state, { count: 5 }).count, 5);
 * ```
 */
export function set<S>(state: S, values: Readonly<Record<string, unknown>>, options: FindOptions = {}): S {
  checkOptionNames("set", options, FIND_OPTIONS);
  for (const name of Object.keys(values)) {
    if (getAllWithPath(state, name, options).length === 0) {
      throw new RangeError(`optimTree.set expects a part called ${name} but the state has none`);
    }
  }
  const { filter = () => true } = options;
  return visit(state, "", (path, key, value) => {
    const name = Object.keys(values).find((one) => isNamed(key, value, one) && filter(path, value));
    return name === undefined ? value : values[name];
  }) as S;
}

function isNamed(key: string | null, value: unknown, name: string): boolean {
  if (key === name) return true;
  return tree.isNode(value) && !Array.isArray(value) && "kind" in value && value.kind === name;
}

/** Goes through a state from the root; what `replace` gives back as it was is gone into. */
function visit(
  value: unknown,
  path: string,
  replace: (path: string, key: string | null, value: unknown) => unknown,
  key: string | null = null,
): unknown {
  const replaced = replace(path, key, value);
  if (replaced !== value || !tree.isNode(value)) return replaced;
  const children = Object.entries(value).map(([own, child]) => {
    const below = path === "" ? own : `${path}/${own}`;
    return [own, visit(child, below, replace, own)] as const;
  });
  return Array.isArray(value) ? children.map(([_, child]) => child) : Object.fromEntries(children);
}
