/**
 * Going on with the state of an optimizer of torch.
 *
 * @module
 */

import { cast, scope, Tensor, tree } from "../../tensor/mod.ts";
import { equalShapes, formatShape } from "../../tensor/shape.ts";
import type { FilledGroup, TorchOptimizer, TorchState } from "./definition.ts";
import { camelCase } from "./option_names.ts";
import { fromGroups } from "./optimizer.ts";
import type { OptimizerWithState } from "./param_groups.ts";
import { atPlace, groupState, withPlace } from "./places.ts";
import type { SchedulerGroup } from "./schedulers/scheduler_group.ts";
import { withSharedEntries } from "./shared_state.ts";
import { leafMap, type StateDict, type TorchParamsOptions, type TorchPlan, torchPlan } from "./state_dict.ts";
import { numbersFromTorch, plainWeights, type TorchWeights } from "./torch_weights.ts";

/** What {@linkcode loadStateDict} returns. */
export interface LoadedStateDict<O extends object, S = unknown, Extra = unknown>
  extends OptimizerWithState<O, S, Extra> {
  /** The groups as schedulers take them, with what torch's schedulers have written to them. */
  readonly groups: readonly SchedulerGroup[];
}

type Entries = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/**
 * An optimizer and its state out of what torch's `optimizer.state_dict()` holds: the inverse of `stateDict`. As in
 * torch the options of groups come from there too. What was given is not changed, and nothing is loaded if something
 * does not fit.
 *
 * @param optimizer An optimizer with the groups that torch's has.
 * @param dict The state, as `loadTorch` reads it, or `unflattenStateDict` makes it of tensors and JSON.
 * @param options The params, and how they stand in torch. Names that torch has written down count before `order`.
 * @throws {TypeError} If it is no state of an optimizer, or an entry is neither a tensor nor a number.
 * @throws {RangeError} If there is another number of groups or of parameters in one, or entries are missing, unknown or
 * misshapen; all of them are listed.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const params = { x: tensor(1) };
 * const made = torch.SGD({ lr: 0.1, momentum: 0.9 });
 * const dict = {
 *   state: { 0: { momentum_buffer: tensor(2) } },
 *   param_groups: [{ lr: 0.5, momentum: 0.5, params: [0] }],
 * };
 * const { optimizer, state } = torch.loadStateDict(made, dict, { params });
 * assertEquals(optimizer.step(state, { x: tensor(1) }, params).params.x.item(), 0);
 * ```
 */
export function loadStateDict<O extends object, S, Extra, P>(
  optimizer: TorchOptimizer<O, S, Extra>,
  dict: StateDict,
  options: TorchParamsOptions<P>,
): LoadedStateDict<O, S, Extra> {
  checkDict(dict);
  return scope(() => {
    const { params } = options;
    const weights = options.weights ?? plainWeights(params);
    const order = namesIn(dict) ?? options.order;
    const plan = torchPlan("loadStateDict", optimizer, optimizer.init(params), {
      params,
      weights,
      ...(order === undefined ? {} : { order }),
    });
    checkSizes(plan, dict);
    const { definition, defaults } = optimizer;
    const loaded = dict.param_groups.map(optionsOf);
    const groups = optimizer.paramGroups.map((group, i) => {
      const known = Object.entries(loaded[i]).filter(([name]) => Object.hasOwn(definition.defaults, name));
      return { ...group, ...Object.fromEntries(known) } as FilledGroup<O>;
    });
    const next = fromGroups<O, S, Extra>(definition, defaults, groups);
    const entries: Entries = new Map(
      dict.param_groups.flatMap(({ params: indices }, i) =>
        (indices as readonly number[]).flatMap((index, j) => {
          const entry = dict.state[index];
          return entry === undefined ? [] : [[plan.indices[i][j], entry] as const];
        })
      ),
    );
    const state = filled(next, next.init(params), { params, weights, plan, entries });
    return { optimizer: next, state, groups: loaded as unknown as readonly SchedulerGroup[] };
  });
}

function checkDict(dict: StateDict): void {
  const groups = tree.isNode(dict) ? dict.param_groups : undefined;
  const isGroup = (group: unknown): boolean =>
    tree.isNode(group) && Array.isArray((group as Readonly<Record<string, unknown>>).params);
  if (!tree.isNode(dict?.state) || !Array.isArray(groups) || !groups.every(isGroup)) {
    throw new TypeError(
      `loadStateDict expects state and param_groups, as an optimizer of torch has them, but got ${
        tree.describe(dict)
      }`,
    );
  }
}

/** The names of the parameters, which torch has written down if it was given them. */
function namesIn({ param_groups: groups }: StateDict): readonly string[] | undefined {
  const names = groups.map(({ param_names: list }) => list);
  return names.every((list) => Array.isArray(list)) ? names.flat() as string[] : undefined;
}

function checkSizes({ indices }: TorchPlan, { param_groups: groups }: StateDict): void {
  if (groups.length !== indices.length) {
    throw new RangeError(`loadStateDict expects ${indices.length} groups but got ${groups.length}`);
  }
  groups.forEach(({ params }, i) => {
    const count = (params as readonly unknown[]).length;
    if (count !== indices[i].length) {
      throw new RangeError(
        `loadStateDict expects ${indices[i].length} parameters in group ${i} but got ${count}`,
      );
    }
  });
}

/** The options of a group by our names. */
function optionsOf(group: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const pairs = Object.entries(group).filter(([name]) => name !== "params" && name !== "param_names");
  return Object.fromEntries(
    pairs.map(([name, value]) => [camelCase(name), value instanceof Tensor ? value.item() : value]),
  );
}

interface Filling<P> {
  readonly params: P;
  readonly weights: TorchWeights<P>;
  readonly plan: TorchPlan;
  readonly entries: Entries;
}

/** A state before the first step with the entries of torch in it. */
function filled<O extends object, S, Extra, P>(
  optimizer: TorchOptimizer<O, S, Extra>,
  initial: TorchState<S>,
  { params, weights, plan, entries }: Filling<P>,
): TorchState<S> {
  const { layout } = optimizer.definition;
  const wrong = { missing: [] as string[], unknown: [] as string[], misshapen: [] as string[] };
  for (const [name, entry] of entries) {
    for (const key of Object.keys(entry)) {
      // The scratch of LBFGS is no part of its state.
      const isKnown = Object.hasOwn({ ...layout.state, ...layout.shared }, key) || key === "al";
      if (!isKnown) wrong.unknown.push(`${key} of ${name}`);
    }
  }
  let state = initial;
  const counts = numbersFromTorch(
    weights,
    params,
    new Map([...entries].map(([name, entry]) => [name, countOf(entry)])),
  );
  state = withSteps(optimizer, state, counts);
  for (const [key, place] of Object.entries(layout.state)) {
    const before = leafMap(optimizer, initial, place);
    if (before.size === 0 || place === layout.steps) continue;
    const isNumbers = [...before.values()].every((value) => typeof value === "number");
    const given = [...entries].flatMap(([name, entry]) => {
      if (!plan.leaves(name).some((path) => before.has(path))) return [];
      const value = factorOf(entry, key, isNumbers ? null : plan.toTorch(before)[name].shape);
      // A buffer that torch has not made yet is None, or not there at all.
      if (value !== undefined && value !== null) return [[name, value] as const];
      if (key !== "momentum_buffer") wrong.missing.push(`${key} of ${name}`);
      return [];
    });
    if (isNumbers) {
      const numbers = new Map(given.map(([name, value]) => [name, numberOf(key, value)]));
      const found = numbersFromTorch(weights, params, numbers);
      const loaded = new Map([...found].filter(([path]) => isLoaded(plan, given, path)));
      state = withLeaves(optimizer, state, place, loaded);
      continue;
    }
    const expected = plan.toTorch(before);
    const tensors: Record<string, Tensor> = { ...expected };
    for (const [name, value] of given) {
      if (!(value instanceof Tensor)) {
        throw new TypeError(
          `loadStateDict expects ${key} of ${name} to be a tensor but got ${tree.describe(value)}`,
        );
      }
      const { shape, dtype } = expected[name];
      if (!equalShapes(shape, value.shape)) {
        wrong.misshapen.push(
          `${key} of ${name} ${formatShape(value.shape)} instead of ${formatShape(shape)}`,
        );
      }
      tensors[name] = value.dtype === dtype ? value : cast(value, dtype);
    }
    if (Object.values(wrong).some((list) => list.length > 0)) continue;
    const leaves = tree.entries(weights.fromTorch(tensors)).filter(({ path }) => isLoaded(plan, given, path));
    state = withLeaves(optimizer, state, place, new Map(leaves.map(({ path, value }) => [path, value])));
    const started = `${place.split("/")[0]}/started`;
    state = withLeaves(optimizer, state, started, new Map(leaves.map(({ path }) => [path, 1])));
  }
  const lists = Object.entries(wrong).filter(([, list]) => list.length > 0);
  if (lists.length > 0) {
    const text = lists.map(([what, list]) => `${what} ${list.join(", ")}`).join("; ");
    throw new RangeError(
      `loadStateDict expects the state of ${optimizer.definition.className} but got some ${text}`,
    );
  }
  const first = plan.indices[0]?.[0];
  if (layout.shared === undefined || first === undefined || !entries.has(first)) return state;
  const order = { params, weights, names: plan.indices.flat() };
  const shared = withSharedEntries(layout, groupState(state, 0), entries.get(first)!, order);
  return { ...state, 0: shared };
}

function isLoaded(plan: TorchPlan, given: readonly (readonly [string, unknown])[], path: string): boolean {
  return given.some(([name]) => plan.leaves(name).includes(path));
}

/** How many steps a parameter took: what torch counted, or one where it does not count. */
function countOf(entry: Readonly<Record<string, unknown>>): number {
  if (entry.step !== undefined) return numberOf("step", entry.step);
  return Object.values(entry).some((value) => value !== null && value !== undefined) ? 1 : 0;
}

function numberOf(key: string, value: unknown): number {
  if (typeof value === "number") return value;
  if (value instanceof Tensor && value.size === 1) return value.data()[0];
  throw new TypeError(
    `loadStateDict expects ${key} to be a number or a tensor of one but got ${tree.describe(value)}`,
  );
}

/** An entry; of Adafactor's rows and columns the one that has the shape. */
function factorOf(
  entry: Readonly<Record<string, unknown>>,
  key: string,
  shape: readonly number[] | null,
): unknown {
  const other = key === "row_var" ? entry.col_var : key === "col_var" ? entry.row_var : undefined;
  const value = entry[key];
  const fits = (one: unknown): boolean =>
    one instanceof Tensor && shape !== null && equalShapes(one.shape, shape);
  return !fits(value) && fits(other) ? other : value;
}

/** A state with other leaves at a place of its groups, by path. */
function withLeaves<O extends object, S, Extra>(
  optimizer: TorchOptimizer<O, S, Extra>,
  state: TorchState<S>,
  place: string,
  leaves: ReadonlyMap<string, unknown>,
): TorchState<S> {
  const groups = optimizer.paramGroups.map((_, index) => {
    const before = groupState(state, index);
    const values = atPlace(before, place);
    if (values === undefined) return [index, before];
    return [index, withPlace(before, place, tree.map(values, (leaf, path) => leaves.get(path) ?? leaf))];
  });
  return { ...state, ...Object.fromEntries(groups) };
}

/**
 * A state that has taken so many steps, by path: every tree of steps in it, and the count of each transform, which is
 * that of the parameter of its group that took the most.
 */
function withSteps<O extends object, S, Extra>(
  optimizer: TorchOptimizer<O, S, Extra>,
  state: TorchState<S>,
  steps: ReadonlyMap<string, number>,
): TorchState<S> {
  const groups = optimizer.paramGroups.map((_, index) => {
    const group = groupState(state, index) as Readonly<Record<string, unknown>>;
    const own = tree.map(
      atPlace(group, optimizer.definition.layout.steps),
      (_, path) => steps.get(path) ?? 0,
    );
    const count = Math.max(0, ...tree.entries(own).map(({ value }) => value as number));
    const counted = Object.entries(group).map(([key, inside]) => [
      key,
      tree.isNode(inside) && Object.hasOwn(inside, "count")
        ? { ...inside, count, ...(Object.hasOwn(inside, "steps") ? { steps: own } : {}) }
        : inside,
    ]);
    return [index, Object.fromEntries(counted)];
  });
  return { ...state, ...Object.fromEntries(groups) };
}
