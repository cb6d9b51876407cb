/**
 * Putting the entries of torch's optimizers into a state.
 *
 * @module
 */

import { cast, Tensor, tree } from "../../tensor/mod.ts";
import { equalShapes, formatShape } from "../../tensor/shape.ts";
import type { TorchOptimizer, TorchState } from "./definition.ts";
import { atPlace, groupState, withPlace } from "./places.ts";
import { withSharedEntries } from "./shared_state.ts";
import { leafMap, type TorchPlan } from "./torch_plan.ts";
import { numbersFromTorch, type TorchWeights } from "./torch_weights.ts";

/** The entries of each parameter that has a state, by torch's name of it. */
export type TorchEntries = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** What a state is filled from. */
export interface Filling<P> {
  /** The params. */
  readonly params: P;
  /** How they stand in torch. */
  readonly weights: TorchWeights<P>;
  /** Torch's names of them. */
  readonly plan: TorchPlan;
  /** What torch saved. */
  readonly entries: TorchEntries;
}

/** What does not fit, in lists. */
interface Wrong {
  readonly missing: string[];
  readonly unknown: string[];
  readonly misshapen: string[];
}

/** The value of an entry for each name that has one. */
type Given = readonly (readonly [name: string, value: unknown])[];

/**
 * A state before the first step with the entries of torch in it.
 *
 * @throws {TypeError} If an entry is neither a tensor nor a number.
 * @throws {RangeError} If entries are missing, unknown or misshapen; all of them are listed.
 */
export function filled<O extends object, S, Extra, P>(
  optimizer: TorchOptimizer<O, S, Extra>,
  initial: TorchState<S>,
  filling: Filling<P>,
): TorchState<S> {
  const { params, weights, plan, entries } = filling;
  const { layout, className } = optimizer.definition;
  const wrong: Wrong = { missing: [], unknown: unknownEntries(optimizer, entries), misshapen: [] };
  const steps = new Map([...entries].map(([name, entry]) => [name, countOf(entry)]));
  let state = withSteps(optimizer, initial, numbersFromTorch(weights, params, steps));
  for (const [key, place] of Object.entries(layout.state)) {
    const before = leafMap(optimizer, initial, place);
    if (before.size === 0 || place === layout.steps) continue;
    const isNumbers = [...before.values()].every((value) => typeof value === "number");
    const expected = isNumbers ? null : plan.toTorch(before);
    const given = givenFor(key, before, expected, filling, wrong);
    const named = expected === null ? null : checked(key, given, expected, wrong);
    if (Object.values(wrong).some((list) => list.length > 0)) continue;
    const leaves = named === null
      ? numbersFromTorch(weights, params, new Map(given.map(([name, value]) => [name, numberOf(key, value)])))
      : new Map(tree.entries(weights.fromTorch(named)).map(({ path, value }) => [path, value]));
    const paths = new Set(given.flatMap(([name]) => plan.leaves(name)));
    const loaded = new Map([...leaves].filter(([path]) => paths.has(path)));
    state = withLeaves(optimizer, state, place, loaded);
    const started = `${place.split("/")[0]}/started`;
    state = withLeaves(optimizer, state, started, new Map([...paths].map((path) => [path, 1])));
  }
  const lists = Object.entries(wrong).filter(([, list]) => list.length > 0);
  if (lists.length > 0) {
    const text = lists.map(([what, list]) => `${what} ${list.join(", ")}`).join("; ");
    throw new RangeError(`loadStateDict expects the state of ${className} but got some ${text}`);
  }
  const first = plan.indices[0]?.[0];
  if (layout.shared === undefined || first === undefined || !entries.has(first)) return state;
  const order = { params, weights, names: plan.indices.flat() };
  return { ...state, 0: withSharedEntries(layout, groupState(state, 0), entries.get(first)!, order) };
}

function unknownEntries<O extends object, S, Extra>(
  { definition: { layout } }: TorchOptimizer<O, S, Extra>,
  entries: TorchEntries,
): string[] {
  // The scratch of LBFGS is no part of its state.
  const known = new Set([...Object.keys({ ...layout.state, ...layout.shared }), "al"]);
  return [...entries].flatMap(([name, entry]) =>
    Object.keys(entry).filter((key) => !known.has(key)).map((key) => `${key} of ${name}`)
  );
}

function givenFor<P>(
  key: string,
  before: ReadonlyMap<string, unknown>,
  expected: Readonly<Record<string, Tensor>> | null,
  { plan, entries }: Filling<P>,
  wrong: Wrong,
): Given {
  return [...entries].flatMap(([name, entry]) => {
    if (!plan.leaves(name).some((path) => before.has(path))) return [];
    const value = expected === null ? entry[key] : factorOf(entry, key, expected[name].shape);
    if (value !== undefined && value !== null) return [[name, value] as const];
    // A buffer that torch has not made yet is None, or not there at all.
    if (key !== "momentum_buffer") wrong.missing.push(`${key} of ${name}`);
    return [];
  });
}

/** All tensors by name, those that are given in the place of those before, and in their dtypes. */
function checked(
  key: string,
  given: Given,
  expected: Readonly<Record<string, Tensor>>,
  wrong: Wrong,
): Readonly<Record<string, Tensor>> {
  const tensors: Record<string, Tensor> = { ...expected };
  for (const [name, value] of given) {
    if (!(value instanceof Tensor)) {
      throw new TypeError(
        `loadStateDict expects ${key} of ${name} to be a tensor but got ${tree.describe(value)}`,
      );
    }
    const { shape, dtype } = expected[name];
    if (!equalShapes(shape, value.shape)) {
      wrong.misshapen.push(`${key} of ${name} ${formatShape(value.shape)} instead of ${formatShape(shape)}`);
    }
    tensors[name] = value.dtype === dtype ? value : cast(value, dtype);
  }
  return tensors;
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
  shape: readonly number[],
): unknown {
  const other = key === "row_var" ? entry.col_var : key === "col_var" ? entry.row_var : undefined;
  const value = entry[key];
  const fits = (one: unknown): boolean => one instanceof Tensor && equalShapes(one.shape, shape);
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
