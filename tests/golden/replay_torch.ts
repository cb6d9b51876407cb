/**
 * Replaying step by step what torch's optimizers did with given gradients.
 *
 * @module
 */

import { torch } from "../../optim/mod.ts";
import { atPlace } from "../../optim/torch/places.ts";
import { Tensor } from "../../tensor/mod.ts";
import { type GoldenFile, type Replay, replayCases, type Replayer } from "./replay.ts";
import type { GoldenNumber } from "./replay_optax.ts";
import { firstDifference } from "./torch_compare.ts";
import { type StepTolerance, stepTolerance } from "./torch_tolerance.ts";
import type { Precision } from "./golden_tensor.ts";
import {
  type AnyTorchOptimizer,
  type GoldenGroup,
  type GoldenOptions,
  type GoldenTensors,
  groupOf,
  type Leaves,
  leavesOf,
  type OptimizerCall,
  optimizerOf,
  optionsOf,
  pathsOf,
} from "./torch_reader.ts";
import { type SchedulerCall, schedulerFromTorch } from "./torch_schedulers.ts";

/** What happens to an optimizer before a step. */
export interface GoldenEvent {
  readonly beforeStep: number;
  readonly addGroup?: GoldenGroup;
  readonly set?: { readonly group: number; readonly options: GoldenOptions };
}

type Elements = Readonly<Record<string, readonly GoldenNumber[]>>;

interface GoldenStep {
  readonly params?: Elements;
  readonly lr?: readonly GoldenNumber[];
  readonly momentum?: readonly GoldenNumber[];
  readonly state?: Readonly<Record<string, Readonly<Record<string, GoldenNumber | readonly GoldenNumber[]>>>>;
  readonly error?: unknown;
}

/** A case of an optimizer with given gradients. */
export interface OptimizerCase extends OptimizerCall {
  readonly name: string;
  readonly kind: "optimizer";
  readonly dtype: Precision;
  readonly params: GoldenTensors;
  readonly grads: readonly GoldenTensors[];
  readonly events?: readonly GoldenEvent[];
  readonly schedulers?: readonly SchedulerCall[];
  readonly expect: readonly GoldenStep[];
}

/** Files of torch. Cases of other kinds are named as skipped, unless another replayer runs them. */
export const torchReplayer: Replayer = {
  match: ({ framework }) => framework === "torch",
  replay: (file) => {
    const { results, skipped } = replayTorch(file);
    const others = (file.cases as readonly { readonly name: string; readonly kind: string }[])
      .filter(({ kind }) => kind !== "optimizer")
      .map(({ name, kind }) => ({ case: name, operation: `torch ${kind}` }));
    return { results, skipped: [...skipped, ...others] };
  },
};

function casesOf({ cases }: GoldenFile): readonly OptimizerCase[] {
  return (cases as readonly OptimizerCase[]).filter(({ kind }) => kind === "optimizer");
}

/** Runs every optimizer of a file: params after each step, and the state after the last. */
export function replayTorch(file: GoldenFile): Replay {
  return replayCases(casesOf(file), ({ name }) => name, replayCase);
}

/** An optimizer with its state and params, and the leaves that it has. */
export interface Run {
  readonly optimizer: AnyTorchOptimizer;
  readonly state: torch.TorchState;
  readonly params: Leaves;
}

/** The start of a case: leaves in no group are holes. */
export function startOf(golden: OptimizerCall & Pick<OptimizerCase, "params" | "dtype">): Run {
  const optimizer = optimizerOf(golden);
  const inside = new Set(pathsOf(golden, golden.params));
  const all = leavesOf(golden.params, Object.keys(golden.params), golden.dtype);
  const params = Object.fromEntries(
    Object.entries(all).map(([path, leaf]) => [path, inside.has(path) ? leaf : null]),
  );
  return { optimizer, state: optimizer.init(params), params };
}

/** What came of the events before a step. */
export function afterEvents(
  golden: Pick<OptimizerCase, "params" | "dtype" | "events">,
  step: number,
  run: Run,
): Run {
  let { optimizer, state, params } = run;
  for (const { beforeStep, addGroup, set } of golden.events ?? []) {
    if (beforeStep !== step) continue;
    if (addGroup !== undefined) {
      params = { ...params, ...leavesOf(golden.params, addGroup.paths, golden.dtype) };
      ({ optimizer, state } = torch.addParamGroup(optimizer, state, { group: groupOf(addGroup), params }));
    }
    if (set !== undefined) {
      const options = optionsOf(set.options);
      ({ optimizer, state } = torch.setParamGroup(optimizer, state, { group: set.group, options, params }));
    }
  }
  return { optimizer, state, params };
}

/** Schedulers that are stepped after an optimizer. */
export interface Schedules {
  /** The groups with the rates of the next step. */
  readonly groups: readonly torch.SchedulerGroup[];
  /** After a step. */
  readonly next: () => Schedules;
}

/** The schedulers of a case, one after another on the groups of its optimizer. */
export function schedulesOf(calls: readonly SchedulerCall[], { optimizer, state }: Run): Schedules {
  const schedulers = calls.map(schedulerFromTorch);
  let groups = torch.paramGroups(optimizer, state) as unknown as readonly torch.SchedulerGroup[];
  const states = schedulers.map((scheduler) => {
    const scheduled = scheduler.init(groups);
    groups = scheduled.groups;
    return scheduled.state;
  });
  const at = (
    groups: readonly torch.SchedulerGroup[],
    states: readonly torch.SchedulerState[],
  ): Schedules => ({
    groups,
    next: () => {
      let after = groups;
      const next = schedulers.map((scheduler, i) => {
        const scheduled = scheduler.step(states[i], after, {});
        after = scheduled.groups;
        return scheduled.state;
      });
      return at(after, next);
    },
  });
  return at(groups, states);
}

function replayCase(golden: OptimizerCase): string {
  const { name, dtype, expect, schedulers = [] } = golden;
  let run = startOf(golden);
  let schedules = schedulers.length === 0 ? null : schedulesOf(schedulers, run);
  const tolerance = stepTolerance(golden);
  for (const [step, expected] of expect.entries()) {
    run = afterEvents(golden, step, run);
    const { optimizer } = run;
    const given = gradsOf(golden, step, run.params);
    let { state, params } = run;
    if (schedules !== null) {
      state = torch.withParamGroups(optimizer, state, schedules.groups);
      const message = differentRates(golden, step, schedules);
      if (message !== "") return message;
      schedules = schedules.next();
    }
    try {
      ({ state, params } = optimizer.step(state, given, params));
    } catch (error) {
      if (expected.error !== undefined) return "";
      throw error;
    }
    if (expected.error !== undefined) return `${name}: step ${step}: expected an error but got none`;
    run = { optimizer, state, params };
    tolerance.next(expected.params!);
    for (const [path, data] of Object.entries(expected.params!)) {
      const leaf = params[path] ?? leavesOf(golden.params, [path], dtype)[path];
      const at = `${name}: step ${step}, params/${path}`;
      const allowed = (i: number) => tolerance.ofParams(path, i);
      const message = firstDifference(at, data, (leaf as Tensor).data(), dtype, allowed);
      if (message !== "") return message;
    }
  }
  return differentState(golden, run, tolerance);
}

/** The gradients of a step; leaves that are in no group have none. */
function gradsOf({ grads, dtype }: OptimizerCase, step: number, params: Leaves): Leaves {
  const paths = Object.keys(params);
  const given = leavesOf(grads[step], paths, dtype);
  return Object.fromEntries(paths.map((path) => [path, params[path] === null ? null : given[path]]));
}

function differentRates({ name, expect }: OptimizerCase, step: number, { groups }: Schedules): string {
  const { lr = [], momentum = [] } = expect[step];
  const differs = (what: string, expected: readonly GoldenNumber[], got: readonly number[]): string =>
    firstDifference(
      `${name}: step ${step}, ${what}`,
      expected,
      got,
      "float64",
      (i) => ({ relative: 1e-12, scale: Math.abs(Number(expected[i])) }),
    );
  const momenta = groups.map(({ betas, momentum }) => betas?.[0] ?? momentum ?? NaN);
  return differs("lr", lr, groups.map(({ lr }) => lr)) ||
    (momentum.length === 0 ? "" : differs("momentum", momentum, momenta));
}

/** The first entry of the state after the last step that is not torch's. */
function differentState(
  { name, dtype, expect }: OptimizerCase,
  { optimizer, state }: Run,
  tolerance: StepTolerance,
): string {
  const { layout } = optimizer.definition;
  const groups = optimizer.paramGroups.map((_, i) => state[`${i}`]);
  for (const [path, entries] of Object.entries(expect.at(-1)?.state ?? {})) {
    for (const [entry, value] of Object.entries(entries)) {
      const at = `${name}: state of ${path}, ${entry}`;
      const place = layout.state[entry];
      const found = groups.map((group) => place === undefined ? undefined : atPlace(group, place))
        .map((tree) => (tree as Leaves | undefined)?.[path]).find((leaf) =>
          leaf !== undefined && leaf !== null
        );
      if (found === undefined) return `${at}: expected an entry but got none`;
      const got = found instanceof Tensor ? found.data() : [found as number];
      const list = [value].flat() as readonly GoldenNumber[];
      // Scalars of torch's state are of single precision.
      const precision = found instanceof Tensor ? dtype : "float32";
      const numbers = list.map(Number);
      const message = firstDifference(
        at,
        list,
        precision === "float32" ? Array.from(got, Math.fround) : got,
        precision,
        () => tolerance.ofState(numbers),
      );
      if (message !== "") return message;
    }
  }
  return "";
}
