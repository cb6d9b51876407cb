/**
 * Replaying optimizers of `mindspore.experimental.optim`, step by step.
 *
 * @module
 */

import { mindspore, torch } from "../../optim/mod.ts";
import { atPlace } from "../../optim/torch/places.ts";
import { Tensor } from "../../tensor/mod.ts";
import { Allowance, compareRateList, type OptimizerCase } from "./mindspore_optimizers.ts";
import type { Precision } from "./golden_tensor.ts";
import { compareNumbers, data, type Golden, number, readTensors, unit } from "./mindspore_reader.ts";
import { withoutMomentum } from "./mindspore_schedules.ts";
import { schedulesOf } from "./replay_torch.ts";
import { UnsupportedError } from "./replay.ts";
import { type AnyTorchOptimizer, groupOf, optionsOf } from "./torch_reader.ts";
import type { SchedulerCall } from "./torch_schedulers.ts";

/** A case of the kind "optimizer" with the module "experimental". */
export interface ExperimentalCase extends OptimizerCase {
  readonly schedulers?: readonly SchedulerCall[];
}

/** What MindSpore calls entries of the state that torch has under another name. */
const STATE_NAMES: Readonly<Record<string, readonly string[]>> = {
  accum: ["momentum_buffer", "square_avg", "sum"],
  accum_update: ["acc_delta"],
  mean_square: ["square_avg"],
  moment: ["momentum_buffer"],
  mean_grad: ["grad_avg"],
};

function read({ optimizer, options, groups }: ExperimentalCase): AnyTorchOptimizer {
  const { experimental } = mindspore as unknown as {
    readonly experimental: Readonly<Record<string, (...args: unknown[]) => AnyTorchOptimizer>>;
  };
  const make = experimental[optimizer];
  if (typeof make !== "function") throw new UnsupportedError(`experimental ${optimizer}`);
  return groups === undefined ? make(optionsOf(options)) : make(groups.map(groupOf), optionsOf(options));
}

/**
 * How much larger the terms of a step are than the step. MindSpore has powers of betas in single precision here, so the
 * largest term of `1 - beta^t` is 1, and what is divided by it loses as much more as it is smaller.
 */
function amplification({ paramGroups }: AnyTorchOptimizer, step: number): number {
  const betas = paramGroups.flatMap((group) => (group as { readonly betas?: readonly number[] }).betas ?? []);
  return 1 / (1 - Math.max(0, ...betas) ** step);
}

/** Runs a case. Returns the first difference, or an empty text. */
export function replayExperimental(golden: ExperimentalCase): string {
  const { name, dtype, expect, schedulers = [] } = golden;
  const optimizer = read(golden);
  let params: Readonly<Record<string, Tensor>> = readTensors(golden.params, dtype);
  let state = optimizer.init(params);
  let schedules = schedulers.length === 0
    ? null
    : schedulesOf(schedulers.map(withoutMomentum), { optimizer, state, params });
  // Powers, rates and some of the step sizes are in single precision, whatever params are.
  const precision: Precision = "float32";
  // NAdam takes two steps at once, the sizes of which are not known: the largest of the leaf stands for them.
  const allowance = new Allowance(precision, golden.optimizer === "NAdam");
  for (const [step, expected] of expect.entries()) {
    const at = `${name}: step ${step + 1}`;
    const before = params;
    if (schedules !== null) {
      state = torch.withParamGroups(optimizer, state, schedules.groups);
      schedules = schedules.next();
    }
    const rates = torch.paramGroups(optimizer, state).map((group) => (group as unknown as { lr: number }).lr);
    const different = expected.lr === undefined ? "" : compareRateList(at, rates, expected.lr, step + 1);
    if (different !== "") return different;
    ({ state, params } = optimizer.step(state, readTensors(golden.grads[step], dtype), params));
    for (const [path, values] of Object.entries(expected.params!)) {
      allowance.add(path, data(before[path]), values, amplification(optimizer, step + 1));
      const difference = compareNumbers(
        `${at}: ${path}`,
        data(params[path]),
        values,
        allowance.of(path),
        precision,
      );
      if (difference !== "") return difference;
    }
    if (expected.state === undefined) continue;
    const entries = Object.entries(expected.state).filter(([path]) => path !== "");
    for (const [path, states] of entries) {
      for (const [entry, value] of Object.entries(states)) {
        const values = [value].flat() as readonly Golden[];
        const difference = compareEntry(
          `${at}: state: ${path} ${entry}`,
          found(optimizer, state, path, entry),
          values,
          {
            steps: step + 1,
            precision,
          },
        );
        if (difference !== "") return difference;
      }
    }
  }
  return "";
}

/** An entry of the state of a parameter under MindSpore's name; null where we keep none. */
function found(
  optimizer: AnyTorchOptimizer,
  state: torch.TorchState,
  path: string,
  entry: string,
): ArrayLike<number> | null {
  const { layout } = optimizer.definition;
  for (const name of STATE_NAMES[entry] ?? [entry]) {
    for (const [i] of optimizer.paramGroups.entries()) {
      const place = layout.state[name];
      const leaves = place === undefined ? undefined : atPlace(state[`${i}`], place);
      const leaf = (leaves as Readonly<Record<string, unknown>> | undefined)?.[path];
      if (leaf instanceof Tensor) return data(leaf);
      if (typeof leaf === "number") return [leaf];
    }
  }
  return null;
}

/** What is not kept has to be zeros, or the ones of MindSpore's mark of params that have not yet moved. */
function compareEntry(
  at: string,
  got: ArrayLike<number> | null,
  expected: readonly Golden[],
  { steps, precision }: { readonly steps: number; readonly precision: Precision },
): string {
  if (got === null) {
    const isNothing = expected.every((value) => value === 0) || expected.every((value) => value === 1);
    return isNothing ? "" : `${at}: expected an entry but got none`;
  }
  const largest = Math.max(...expected.map((value) => Math.abs(number(value))));
  const each = precision === "float32" ? 4 * unit(largest, "float32") : 1e-12 * largest;
  return compareNumbers(at, got, expected, () => steps * each, precision);
}
