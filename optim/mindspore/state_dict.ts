/**
 * States under MindSpore's names, as its checkpoints have them.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { full, Tensor, tensor, tree } from "../../tensor/mod.ts";
import { resolveRate } from "./hyperparameters.ts";
import type { Optimizer, OptimizerState } from "./optimizer.ts";
import { groupPaths, parseGroups } from "./param_groups.ts";

/** Tensors by MindSpore's names, ready for a safetensors file. */
export type StateDict = Readonly<Record<string, Tensor>>;

/** Options of {@linkcode stateDict} and {@linkcode loadStateDict}. */
export interface StateDictOptions {
  /** MindSpore's name of a parameter. By default its path with dots: `conv/weight` is `conv.weight`. */
  readonly nameOf?: (path: string) => string;
}

const STATE_DICT_OPTIONS = { nameOf: true } as const;

/** A tensor of a state dict, and where it stands in a state. */
interface Entry {
  /** The name in the state dict. */
  readonly name: string;
  /** The tensor, made when it is asked for. */
  readonly make: () => Tensor;
  /** Paths in the state: a leaf that is a tensor, or numbers; empty for what a state does not have. */
  readonly places: readonly string[];
}

/**
 * The state of an optimizer as MindSpore's checkpoints have it: tensors such as `moment1.conv.weight`, `global_step`,
 * `learning_rate` and `beta1_power`, in its order. A learning rate that is a schedule is not in it, as in MindSpore.
 * Params are not either: MindSpore saves them under their own names.
 *
 * @throws {RangeError} If the params do not fall into the groups.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = mindspore.Momentum({ learningRate: 0.5, momentum: 0.5 });
 * const params = { conv: { weight: tensor([1, 2]) } };
 * const { state } = optimizer.step(optimizer.init(params), params, params);
 * const record = mindspore.stateDict(optimizer, state, params);
 * assertEquals(Object.keys(record), ["global_step", "learning_rate", "moments.conv.weight", "momentum"]);
 * assertEquals(record["moments.conv.weight"].toArray(), [1, 2]);
 * ```
 */
export function stateDict(
  optimizer: Optimizer,
  state: OptimizerState,
  params: unknown,
  options: StateDictOptions = {},
): StateDict {
  checkOptionNames("stateDict", options, STATE_DICT_OPTIONS);
  return Object.fromEntries(
    entriesOf(optimizer, state, params, options).map(({ name, make }) => [name, make()]),
  );
}

/**
 * The state that a state dict of {@linkcode stateDict}, or a checkpoint of MindSpore's, holds: what the next step goes
 * on from.
 *
 * @throws {RangeError} If a tensor is missing, is of another shape, or is none of the optimizer's.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { mindspore } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = mindspore.Adam({ learningRate: 0.1 });
 * const params = { weight: tensor([1, 2]) };
 * const { state } = optimizer.step(optimizer.init(params), params, params);
 * const loaded = mindspore.loadStateDict(optimizer, mindspore.stateDict(optimizer, state, params), params);
 * assertEquals(
 *   optimizer.step(loaded, params, params).params.weight.toArray(),
 *   optimizer.step(state, params, params).params.weight.toArray(),
 * );
 * ```
 */
export function loadStateDict(
  optimizer: Optimizer,
  record: StateDict,
  params: unknown,
  options: StateDictOptions = {},
): OptimizerState {
  checkOptionNames("loadStateDict", options, STATE_DICT_OPTIONS);
  const { name } = optimizer;
  const initial = optimizer.init(params);
  const entries = entriesOf(optimizer, initial, params, options);
  const known = entries.map((entry) => entry.name);
  const other = Object.keys(record).filter((key) => !known.includes(key));
  if (other.length > 0) {
    throw new RangeError(`loadStateDict expects the tensors of ${name} but got ${other.join(", ")} as well`);
  }
  const values = new Map<string, Tensor>();
  for (const entry of entries) {
    const value = record[entry.name];
    const { shape } = entry.make();
    if (!(value instanceof Tensor)) throw new RangeError(`loadStateDict expects ${entry.name} but got none`);
    // MindSpore has some of its numbers as vectors of one.
    if (value.size !== shape.reduce((size, extent) => size * extent, 1)) {
      throw new RangeError(
        `loadStateDict expects ${entry.name} of shape [${shape}] but got [${value.shape}]`,
      );
    }
    for (const place of entry.places) values.set(place, value);
  }
  return tree.map(initial, (leaf, path) => {
    const value = values.get(path);
    if (value === undefined) return leaf;
    return leaf instanceof Tensor ? value.reshape(leaf.shape) : value.item();
  });
}

/** Everything of a state that MindSpore has a name for. */
function entriesOf(
  optimizer: Optimizer,
  state: OptimizerState,
  params: unknown,
  { nameOf = (path) => path.replaceAll("/", ".") }: StateDictOptions,
): Entry[] {
  const { definition: { name, options, stateNames } } = optimizer;
  const parsed = options.params === undefined ? null : parseGroups(name, options.params);
  const leaves = new Map(tree.entries(params).map(({ path, value }) => [path, value as Tensor]));
  const parts = parsed === null
    ? [{ prefix: "", paths: optimizer.parameters(params) }]
    : [...groupPaths(name, parsed, params)].map(([group, paths]) => ({ prefix: `groups/${group}/`, paths }));
  const at = new Map(tree.entries(state).map(({ path, value }) => [path, value]));
  // Some transforms count the steps of each leaf.
  const counts = [...at].filter(([path, value]) =>
    typeof value === "number" && /\/(count|steps(\/.*)?)$/.test(path)
  )
    .map(([path]) => path);
  const count = Number(at.get(counts[0]));
  const entries: Entry[] = [
    { name: "global_step", make: () => tensor([count], { dtype: "int32" }), places: counts },
    ...rateEntries(optimizer, at),
  ];
  for (const [pattern, source] of Object.entries(stateNames)) {
    if (!pattern.includes("*")) {
      const places = typeof source === "string" ? parts.map(({ prefix }) => prefix + source) : [];
      const value = typeof source === "string" ? Number(at.get(places[0])) : source.fill(count);
      entries.push({ name: pattern, make: () => tensor(value), places });
      continue;
    }
    for (const path of optimizer.parameters(params)) {
      const { prefix } = parts.find(({ paths }) => paths.includes(path))!;
      const entry = typeof source === "string"
        ? leafEntry(at, `${prefix}${source}`, path)
        : { make: () => full(leaves.get(path)!.shape, source.fill(count)), places: [] };
      entries.push({ name: pattern.replace("*", nameOf(path)), ...entry });
    }
  }
  return entries;
}

/** What a state has of a parameter: a tensor or a number in a tree like the params. */
function leafEntry(at: ReadonlyMap<string, unknown>, source: string, path: string): Omit<Entry, "name"> {
  const place = path === "" ? source : `${source}/${path}`;
  const value = at.get(place);
  if (value instanceof Tensor) return { make: () => value, places: [place] };
  if (typeof value === "number") return { make: () => tensor(value), places: [place] };
  // MindSpore has a vector of one zero where a parameter has no such state.
  return { make: () => full([1], 0), places: [] };
}

/** The learning rates that are numbers or lists: of the optimizer, and of each group that has its own. */
function rateEntries({ definition }: Optimizer, at: ReadonlyMap<string, unknown>): Entry[] {
  const { name, options } = definition;
  const groups = options.params === undefined ? [] : parseGroups(name, options.params).groups;
  const fallback = options.learningRate ?? definition.learningRate;
  const places = [...at.keys()].filter((path) => path.endsWith("/hyperparameters/learningRate"));
  const of = (group: string): string[] => places.filter((path) => path.startsWith(`groups/${group}/`));
  const entry = (label: string, value: unknown, places: readonly string[]): Entry[] => {
    if (typeof value === "function") return [];
    const { rate, length } = resolveRate(name, "learningRate", value);
    if (typeof rate === "function") {
      const list = Array.from({ length: length ?? 0 }, (_, step) => rate(step));
      return [{ name: label, make: () => tensor(list), places: [] }];
    }
    const current = places.length === 0 ? rate : Number(at.get(places[0]));
    return [{ name: label, make: () => tensor(current), places }];
  };
  const own = groups.filter(({ lr }) => lr !== undefined);
  const shared = groups.length === 0
    ? places
    : groups.filter(({ lr }) => lr === undefined).flatMap((group) => of(group.name));
  return [
    ...own.flatMap(({ name, lr }) => entry(`learning_rate_${name.replace("group", "group_")}`, lr, of(name))),
    ...entry("learning_rate", fallback, shared),
  ];
}
