/**
 * Groups of parameters in the course of a training: reading their options, changing them, adding groups.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { tree } from "../../tensor/mod.ts";
import { rest } from "../groups.ts";
import type {
  CurrentGroup,
  FilledGroup,
  ParamGroup,
  TorchLayout,
  TorchOptimizer,
  TorchState,
} from "./definition.ts";
import { filled, fromGroups } from "./optimizer.ts";
import { atPlace, groupState, numberAt, placeIn, withOptions } from "./places.ts";

/** An optimizer with its state. */
export interface OptimizerWithState<O extends object, S = unknown, Extra = unknown> {
  /** The optimizer. */
  readonly optimizer: TorchOptimizer<O, S, Extra>;
  /** Its state. */
  readonly state: TorchState<S>;
}

/**
 * The options of every group as they are now: numbers as the last step used them, where they are part of the state,
 * as `optimizer.param_groups` in torch.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = torch.Adam({ lr: (step) => 1 / (step + 1) });
 * const state = optimizer.init({ x: tensor(1) });
 * assertEquals(torch.paramGroups(optimizer, state)[0].lr, 1);
 * ```
 */
export function paramGroups<O extends object, S, Extra>(
  optimizer: TorchOptimizer<O, S, Extra>,
  state: TorchState<S>,
): readonly CurrentGroup<O>[] {
  const { layout } = optimizer.definition;
  return optimizer.paramGroups.map((group, index) => {
    const current: Record<string, unknown> = { ...group };
    for (const [option, places] of Object.entries(layout.options)) {
      const before = current[option];
      const values = [places].flat().map((place, i) =>
        numberAt(groupState(state, index), place) ?? (Array.isArray(before) ? before[i] : before)
      );
      current[option] = Array.isArray(places) ? values : values[0];
    }
    return current as CurrentGroup<O>;
  });
}

/**
 * A state with the numbers of the options that each group has, such as a scheduler gives: those that are part of the
 * state are put there, and the others are passed over. Numbers may be traced ones of `compile`.
 *
 * @throws {RangeError} If there is not one group for each of the optimizer's.
 *
 * @example A schedule beside the optimizer
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = torch.SGD({ lr: 0.5 });
 * const params = { x: tensor(1) };
 * const scheduler = torch.ExponentialLR({ gamma: 0.5 });
 * const start = optimizer.init(params);
 * let scheduled = scheduler.init(torch.paramGroups(optimizer, start));
 * const { state } = optimizer.step(start, params, params);
 * scheduled = scheduler.step(scheduled.state, scheduled.groups);
 * const next = torch.withParamGroups(optimizer, state, scheduled.groups);
 * assertEquals(optimizer.step(next, params, params).params.x.item(), 0.75);
 * ```
 */
export function withParamGroups<O extends object, S, Extra>(
  optimizer: TorchOptimizer<O, S, Extra>,
  state: TorchState<S>,
  groups: readonly object[],
): TorchState<S> {
  const { definition, paramGroups } = optimizer;
  if (groups.length !== paramGroups.length) {
    throw new RangeError(
      `withParamGroups expects ${paramGroups.length} groups but got ${groups.length}`,
    );
  }
  const states = { ...state } as Record<string, unknown>;
  groups.forEach((group, i) => states[i] = withOptions(definition.layout, groupState(state, i), group));
  return states as unknown as TorchState<S>;
}

/** What {@linkcode setParamGroup} changes. */
export interface SetParamGroupOptions<O extends object> {
  /** The index of the group. */
  readonly group: number;
  /** The options that change. */
  readonly options: Partial<O>;
  /** The params. */
  readonly params: unknown;
}

const SET_PARAM_GROUP_OPTIONS = { group: true, options: true, params: true } as const;

/**
 * An optimizer and its state with other options in a group, as setting them in `optimizer.param_groups[group]` does in
 * torch. Numbers that are part of the state change there alone, so that the optimizer before goes on with the new
 * state too, and a compiled step is not compiled anew. The state that was there already stays. What was given is not
 * changed.
 *
 * @throws {RangeError} If there is no such group.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const params = { x: tensor(1) };
 * const before = torch.SGD({ lr: 0.5 });
 * const { optimizer, state } = torch.setParamGroup(before, before.init(params), {
 *   group: 0,
 *   options: { lr: 0.25, momentum: 0.9 },
 *   params,
 * });
 * assertEquals(optimizer.step(state, params, params).params.x.item(), 0.75);
 * ```
 */
export function setParamGroup<O extends object, S, Extra>(
  optimizer: TorchOptimizer<O, S, Extra>,
  state: TorchState<S>,
  options: SetParamGroupOptions<O>,
): OptimizerWithState<O, S, Extra> {
  checkOptionNames("setParamGroup", options, SET_PARAM_GROUP_OPTIONS);
  const { group, options: changes, params } = options;
  const { definition, defaults } = optimizer;
  const current = paramGroups(optimizer, state);
  if (!Number.isInteger(group) || group < 0 || group >= current.length) {
    throw new RangeError(
      `setParamGroup expects the index of one of ${current.length} groups but got ${group}`,
    );
  }
  const changed = optimizer.paramGroups.map((one, i) => i === group ? { ...one, ...changes } : one);
  const before = groupState(state, group) as Readonly<Record<string, unknown>>;
  const made = optimizer.made.map((one, i) =>
    i === group ? { ...changed[i], ...numbersInPlace(definition.layout, changed[i], before, one) } : one
  );
  const next = fromGroups<O, S, Extra>(definition, defaults, changed, made);
  const fresh = groupState(next.init(params), group) as Readonly<Record<string, unknown>>;
  const kept = Object.fromEntries(Object.keys(fresh).map((key) => [key, before[key] ?? fresh[key]]));
  return {
    optimizer: next,
    state: { ...state, [group]: withOptions(definition.layout, kept, changes) } as TorchState<S>,
  };
}

/**
 * The options that are numbers in the state, as the chain was made with them. It stays as it is for those: a buffer that
 * is not used while a number is 0 stays for later.
 */
function numbersInPlace<O extends object>(
  { options }: TorchLayout,
  group: FilledGroup<O>,
  state: unknown,
  made: FilledGroup<O>,
): Record<string, unknown> {
  const [now, then] = [group, made] as readonly Readonly<Record<string, unknown>>[];
  const isNumber = (value: unknown): boolean => [value].flat().every((one) => typeof one === "number");
  const names = Object.keys(options).filter((name) =>
    isNumber(now[name]) && [options[name]].flat().every((place) => placeIn(state, place) !== null)
  );
  return Object.fromEntries(names.map((name) => [name, then[name]]));
}

/** What {@linkcode addParamGroup} adds. */
export interface AddParamGroupOptions<O extends object> {
  /** The group. */
  readonly group: ParamGroup<O>;
  /** The params of all groups, with those that are new. */
  readonly params: unknown;
}

const ADD_PARAM_GROUP_OPTIONS = { group: true, params: true } as const;

/**
 * An optimizer and its state with one more group of parameters, as `optimizer.add_param_group` in torch. The state of
 * the other groups goes on. Leaves that are to come later are holes in the params until then. What was given is not
 * changed.
 *
 * @throws {TypeError} If the group has no params.
 * @throws {RangeError} If a leaf of it is in another group already, or it has none.
 *
 * @example
 * ```ts
 * import { tensor, type Tensor } from "@weft/weft";
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * type Params = { readonly head: Tensor; readonly stem: Tensor | null };
 * const start: Params = { head: tensor(1), stem: null };
 * const before = torch.SGD({ lr: 0.5 });
 * const { state, params } = before.step(before.init(start), start, start);
 * const thawed: Params = { ...params, stem: tensor(2) };
 * const added = torch.addParamGroup(before, state, { group: { params: "stem", lr: 0.25 }, params: thawed });
 * const next = added.optimizer.step(added.state, thawed, thawed);
 * assertEquals([next.params.head.item(), next.params.stem?.item()], [0.25, 1.5]);
 * ```
 */
export function addParamGroup<O extends object, S, Extra>(
  optimizer: TorchOptimizer<O, S, Extra>,
  state: TorchState<S>,
  options: AddParamGroupOptions<O>,
): OptimizerWithState<O, S, Extra> {
  checkOptionNames("addParamGroup", options, ADD_PARAM_GROUP_OPTIONS);
  const { group, params } = options;
  const { definition, defaults } = optimizer;
  const { className, layout } = definition;
  const added = filled(className, defaults, group);
  if (added.params === rest && optimizer.paramGroups.some((one) => one.params === rest)) {
    throw new RangeError(`${className} expects one group at most to have the rest but got two`);
  }
  const next = fromGroups<O, S, Extra>(definition, defaults, [...optimizer.paramGroups, added], [
    ...optimizer.made,
    added,
  ]);
  const index = optimizer.paramGroups.length;
  const fresh = groupState(next.init(params), index);
  const paths = (one: unknown): string[] => tree.entries(atPlace(one, layout.steps)).map(({ path }) => path);
  const known = new Set(optimizer.paramGroups.flatMap((_, i) => paths(groupState(state, i))));
  const twice = paths(fresh).filter((path) => known.has(path));
  if (twice.length > 0) {
    throw new RangeError(`${className} expects every leaf in one group but got ${twice.join(", ")} in two`);
  }
  return { optimizer: next, state: { ...state, [index]: fresh } as TorchState<S> };
}
