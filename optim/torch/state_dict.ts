/**
 * The state of an optimizer in torch's layout.
 *
 * @module
 */

import { checkOptionNames } from "../../tensor/check_option_names.ts";
import { scope, Tensor, tensor } from "../../tensor/mod.ts";
import { equalShapes } from "../../tensor/shape.ts";
import type { FilledGroup, TorchOptimizer, TorchState } from "./definition.ts";
import { snakeCase } from "./option_names.ts";
import { paramGroups } from "./param_groups.ts";
import { groupState } from "./places.ts";
import type { SchedulerGroup } from "./schedulers/scheduler_group.ts";
import { sharedEntries } from "./shared_state.ts";
import { leafMap, type TorchParamsOptions, torchPlan } from "./torch_plan.ts";
import { plainWeights } from "./torch_weights.ts";

/** What torch's `optimizer.state_dict()` holds. */
export interface StateDict {
  /** The state of each parameter that has one, under its index: tensors, and numbers as scalars. */
  readonly state: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** The groups: options by torch's names, and in `params` the indices of their parameters. */
  readonly param_groups: readonly Readonly<Record<string, unknown>>[];
}

/** Options of {@linkcode stateDict}. */
export interface StateDictOptions<P> extends TorchParamsOptions<P> {
  /** The groups that schedulers returned, whose learning rates and own numbers torch keeps in its groups. */
  readonly groups?: readonly SchedulerGroup[];
}

const STATE_DICT_OPTIONS = { groups: true, params: true, weights: true, order: true } as const;

/**
 * The state of an optimizer as torch's `optimizer.state_dict()` has it: `state` by the index of each parameter, with
 * torch's names and layouts, and `param_groups` with every option as it is now. `flattenStateDict` makes tensors and
 * JSON of it; torch takes it with `load_state_dict`. The tensors are those of the state, not copies.
 *
 * @param optimizer An optimizer of this dialect.
 * @param state Its state.
 * @param options The params, and how they stand in torch.
 * @throws {TypeError} If the optimizer is of another kind.
 * @throws {RangeError} If a tensor of torch has leaves of several groups, or `order` is not that of the params.
 *
 * @example
 * ```ts
 * import { tensor } from "@weft/weft";
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const optimizer = torch.Adam({ lr: 0.5 });
 * const { state, params } = optimizer.step(optimizer.init({ x: tensor(1) }), { x: tensor(2) }, { x: tensor(1) });
 * const dict = torch.stateDict(optimizer, state, { params });
 * assertEquals(Object.keys(dict.state[0]), ["step", "exp_avg", "exp_avg_sq"]);
 * assertEquals([dict.param_groups[0].lr, dict.param_groups[0].params], [0.5, [0]]);
 * ```
 */
export function stateDict<O extends object, S, Extra, P>(
  optimizer: TorchOptimizer<O, S, Extra>,
  state: TorchState<S>,
  options: StateDictOptions<P>,
): StateDict {
  checkOptionNames("stateDict", options, STATE_DICT_OPTIONS);
  return scope(() => {
    const plan = torchPlan("stateDict", optimizer, state, options);
    const { layout } = optimizer.definition;
    const steps = leafMap(optimizer, state, layout.steps);
    const entries: Record<string, Record<string, unknown>> = {};
    plan.indices.flat().forEach((name, index) => {
      if (plan.numberOf(steps, name) > 0) entries[index] = {};
    });
    for (const [entry, place] of Object.entries(layout.state)) {
      const values = leafMap(optimizer, state, place);
      if (values.size === 0) continue;
      // Of a buffer that has no gradient in it yet torch has none.
      const started = leafMap(optimizer, state, `${place.split("/")[0]}/started`);
      const isNumbers = [...values.values()].every((value) => typeof value === "number");
      const tensors = isNumbers ? null : plan.toTorch(values);
      plan.indices.flat().forEach((name, index) => {
        const isThere = plan.leaves(name).some((path) => values.has(path) && started.get(path) !== 0);
        if (entries[index] === undefined || !isThere) return;
        entries[index][entry] = tensors === null ? tensor(plan.numberOf(values, name)) : tensors[name];
      });
    }
    if (layout.shared !== undefined && entries[0] !== undefined) {
      const { params, weights = plainWeights(params) } = options;
      const order = { params, weights, names: plan.indices.flat() };
      Object.assign(entries[0], sharedEntries(layout, groupState(state, 0), order));
    }
    const shapes = plan.toTorch(new Map());
    plan.indices.flat().forEach((name, index) => exchangeFactors(entries[index], shapes[name].shape));
    const groups = paramGroups(optimizer, state);
    let next = 0;
    const written = Object.entries(entries).filter(([, entry]) => Object.keys(entry).length > 0);
    return {
      state: Object.fromEntries(written),
      param_groups: groups.map((group, i) => ({
        ...named(group, options.groups?.[i]),
        params: plan.indices[i].map(() => next++),
      })),
    };
  });
}

/**
 * Exchanges the rows and columns of Adafactor where torch has the transpose of a parameter, so that the rows have the
 * parameter's shape but for the last axis.
 */
function exchangeFactors(entry: Record<string, unknown> | undefined, shape: readonly number[]): void {
  const { row_var: rows, col_var: columns } = entry ?? {};
  if (!(rows instanceof Tensor) || !(columns instanceof Tensor)) return;
  const expected = [...shape.slice(0, -1), 1];
  if (!equalShapes(rows.shape, expected) && equalShapes(columns.shape, expected)) {
    Object.assign(entry!, { row_var: columns, col_var: rows });
  }
}

function named<O extends object>(
  group: FilledGroup<O>,
  scheduled: SchedulerGroup | undefined,
): Record<string, unknown> {
  const { params: _, ...options } = { ...group, ...scheduled } as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [snakeCase(name), value]));
}
