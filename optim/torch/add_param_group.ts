/**
 * A group that is added in the course of a training.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { tree } from "../../tensor/mod.ts";
import { rest } from "../groups.ts";
import type { ParamGroup, TorchOptimizer, TorchState } from "./definition.ts";
import { filled, fromGroups } from "./optimizer.ts";
import type { OptimizerWithState } from "./param_groups.ts";
import { atPlace, groupState } from "./places.ts";

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
