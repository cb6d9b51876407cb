/**
 * Groups of parameters in the course of a training: reading their options and writing them.
 *
 * @module
 */

import type { CurrentGroup, TorchOptimizer, TorchState } from "./definition.ts";
import { groupState, numberAt, withOptions } from "./places.ts";

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
