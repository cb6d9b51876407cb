/**
 * The state of schedulers in torch's layout.
 *
 * @module
 */

import { tree } from "../../../tensor/mod.ts";
import { snakeCase } from "../option_names.ts";
import type { SchedulerState } from "./scheduler.ts";

/** Names of torch's attributes that are not ours in snake case. */
const NAMES: Readonly<Record<string, string>> = {
  lastLr: "_last_lr",
  stepCount: "_step_count",
  schedulers: "_schedulers",
  TCur: "T_cur",
  TI: "T_i",
};

/**
 * The state of a scheduler as torch's `scheduler.state_dict()` has it, without the options, which are those of the
 * constructor: torch's `load_state_dict` takes it.
 *
 * @example
 * ```ts
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { state } = torch.StepLR({ stepSize: 2 }).init([{ lr: 1 }]);
 * assertEquals(torch.schedulerStateDict(state), { _last_lr: [1], last_epoch: 0, _step_count: 1, base_lrs: [1] });
 * ```
 */
export function schedulerStateDict(state: SchedulerState): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(state).filter(([key]) => key !== "kind").map(([key, value]) => [
      NAMES[key] ?? snakeCase(key),
      key === "schedulers" ? (value as readonly SchedulerState[]).map(schedulerStateDict) : value,
    ]),
  );
}

/**
 * The state of a scheduler out of what torch's `scheduler.state_dict()` holds: the inverse of
 * {@linkcode schedulerStateDict}. The options of the scheduler are its own.
 *
 * @param state The state that `init` gave.
 * @param dict What torch saved.
 * @throws {TypeError} If it is no state of a scheduler, or an entry is missing or of another type.
 * @throws {RangeError} If it has another number of groups or of schedulers inside.
 *
 * @example
 * ```ts
 * import { torch } from "@weft/weft/optim";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const scheduler = torch.StepLR({ stepSize: 2, gamma: 0.5 });
 * const dict = { last_epoch: 3, _step_count: 4, base_lrs: [1], _last_lr: [0.5] };
 * const state = torch.loadSchedulerStateDict(scheduler.init([{ lr: 1 }]).state, dict);
 * assertEquals(scheduler.step(state, [{ lr: 0.5 }]).groups[0].lr, 0.25);
 * ```
 */
export function loadSchedulerStateDict<S extends SchedulerState>(
  state: S,
  dict: Readonly<Record<string, unknown>>,
): S {
  if (!tree.isNode(dict)) {
    throw new TypeError(
      `loadSchedulerStateDict expects the state of a scheduler but got ${tree.describe(dict)}`,
    );
  }
  const loaded = Object.entries(state).map(([key, before]) => {
    if (key === "kind") return [key, before];
    const name = NAMES[key] ?? snakeCase(key);
    // JSON has no infinity, which the best metric starts at.
    const isInfinite = typeof before === "number" && !Number.isFinite(before);
    const value = isInfinite ? dict[name] ?? before : dict[name];
    const isList = Array.isArray(before);
    if (isList ? !Array.isArray(value) : typeof value !== typeof before) {
      throw new TypeError(
        `loadSchedulerStateDict expects ${name} of ${state.kind} to be ${tree.describe(before)} but got ${
          tree.describe(value)
        }`,
      );
    }
    if (isList && (value as readonly unknown[]).length !== before.length) {
      throw new RangeError(
        `loadSchedulerStateDict expects ${before.length} in ${name} of ${state.kind} but got ${
          (value as readonly unknown[]).length
        }`,
      );
    }
    if (key !== "schedulers") return [key, value];
    const inside = value as readonly Readonly<Record<string, unknown>>[];
    return [
      key,
      (before as readonly SchedulerState[]).map((one, i) => loadSchedulerStateDict(one, inside[i])),
    ];
  });
  return Object.fromEntries(loaded) as S;
}
