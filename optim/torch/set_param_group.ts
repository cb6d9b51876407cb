/**
 * Options of one group that change in the course of a training.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import type { FilledGroup, TorchLayout, TorchOptimizer, TorchState } from "./definition.ts";
import { fromGroups } from "./optimizer.ts";
import { type OptimizerWithState, paramGroups } from "./param_groups.ts";
import { groupState, placeIn, withOptions } from "./places.ts";

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
