/**
 * Going on with the state of an optimizer of torch.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { scope, Tensor, tree } from "../../tensor/mod.ts";
import type { FilledGroup, TorchOptimizer } from "./definition.ts";
import { filled, type TorchEntries } from "./fill_state.ts";
import { camelCase } from "./option_names.ts";
import { fromGroups } from "./optimizer.ts";
import type { OptimizerWithState } from "./param_groups.ts";
import type { SchedulerGroup } from "./schedulers/scheduler_group.ts";
import type { StateDict } from "./state_dict.ts";
import { TORCH_PARAMS_OPTIONS, type TorchParamsOptions, type TorchPlan, torchPlan } from "./torch_plan.ts";
import { plainWeights } from "./torch_weights.ts";

/** What {@linkcode loadStateDict} returns. */
export interface LoadedStateDict<O extends object, S = unknown, Extra = unknown>
  extends OptimizerWithState<O, S, Extra> {
  /** The groups as schedulers take them, with what torch's schedulers have written to them. */
  readonly groups: readonly SchedulerGroup[];
}

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
  checkOptionNames("loadStateDict", options, TORCH_PARAMS_OPTIONS);
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
    const entries: TorchEntries = new Map(
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
