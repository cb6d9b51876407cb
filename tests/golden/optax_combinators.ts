/**
 * The wrappers of optax, built from ours.
 *
 * @module
 */

import {
  applyIfFinite,
  conditionallyMask,
  conditionallyTransform,
  flatten,
  freeze,
  globalNorm,
  lookahead,
  measureWithEma,
  mechanize,
  type MechanizeOptions,
  monitor,
  multiSteps,
  normalizeByUpdateNorm,
  partition,
  reduceOnPlateau,
  type ReduceOnPlateauOptions,
  sam,
  selectiveTransform,
  skipLargeUpdates,
  skipNotFinite,
  type SkipPolicy,
  snapshot,
  stateless,
  statelessLeaves,
  type WhenOptions,
  zipLeaves,
} from "../../optim/mod.ts";
import { abs, add, greater, less, multiply, sign, type Tensor, tree } from "../../tensor/mod.ts";
import type { AnyTransform, Builders, Call, OptionReader } from "./optax_reader.ts";
import { UnsupportedError } from "./replay.ts";

interface Python {
  readonly python: string;
}

/** What `python` stands for in a table of functions. */
function known<T>(table: Readonly<Record<string, T>>, raw: unknown): T {
  const { python } = raw as Python;
  if (!Object.hasOwn(table, python)) throw new UnsupportedError(python);
  return table[python];
}

const SKIPS: Readonly<Record<string, SkipPolicy>> = {
  "optax.skip_not_finite": skipNotFinite(),
  "functools.partial(optax.skip_large_updates, max_squared_norm=100.0)": skipLargeUpdates({
    maxSquaredNorm: 100,
  }),
};

const EVERY: Readonly<Record<string, (step: number) => number>> = {
  "lambda step: jnp.where(step < 2, 1, 3)": (step) => step < 2 ? 1 : 3,
};

type Value = { readonly value: Tensor };

const WHEN: Readonly<Record<string, WhenOptions<Value>>> = {
  "lambda step: step % 3 == 1": { step: (count) => count % 3 === 1 },
  "lambda step: step < 4": { step: (count) => count < 4 },
  "lambda step, value, **_: value > 0.5": { extra: ({ value }) => greater(value, 0.5) },
  "lambda step, value, **_: value < 1.5": { extra: ({ value }) => less(value, 1.5) },
};

const MEASURES = { "optax.tree.norm": globalNorm };

const STATELESS: Readonly<Record<string, AnyTransform>> = {
  "lambda updates, params: jax.tree.map(lambda u, p: u + 0.1 * p, updates, params)": stateless(
    (updates, params) => zipLeaves("stateless", [updates, params], (u, p) => add(u, multiply(p, 0.1))),
  ),
  "lambda u, p: jnp.sign(u) * jnp.abs(p)": statelessLeaves((u, p) => multiply(sign(u), abs(p))),
};

function when(read: OptionReader): WhenOptions<Value> {
  read.raw("forward_extra_args");
  return known(WHEN, read.raw("should_transform_fn"));
}

/** What makes ours for each function of optax. */
export const COMBINATORS: Builders = {
  "optax.MultiSteps": (read) => {
    const every = read.raw("every_k_schedule");
    const skip = read.raw("should_skip_update_fn");
    return multiSteps(read.transform("opt"), {
      every: typeof every === "number" ? every : known(EVERY, every),
      reduction: read.raw("use_grad_mean") === false ? "sum" : "mean",
      // optax sums in float32 whatever the dtype.
      accumulatorDtype: "float32",
      ...(skip === undefined ? {} : { skip: known(SKIPS, skip) }),
    }) as unknown as AnyTransform;
  },
  "optax.apply_if_finite": (read) =>
    applyIfFinite(read.transform("inner"), { maxConsecutiveErrors: read.scalar("max_consecutive_errors") }),
  "optax.conditionally_mask": (read) =>
    conditionallyMask(read.transform("inner"), when(read)) as unknown as AnyTransform,
  "optax.conditionally_transform": (read) =>
    conditionallyTransform(read.transform("inner"), when(read)) as unknown as AnyTransform,
  "optax.contrib.mechanize": (read) =>
    mechanize(
      read.transform("base_optimizer"),
      read.as<MechanizeOptions>({
        weight_decay: "weightDecay",
        eps: "eps",
        s_init: "initialScale",
        num_betas: "numBetas",
      }),
    ),
  "optax.contrib.normalize": () => normalizeByUpdateNorm({ eps: 0 }),
  "optax.contrib.reduce_on_plateau": (read) =>
    reduceOnPlateau({
      multiplicativeLimit: true,
      ...read.as<ReduceOnPlateauOptions>({
        factor: "factor",
        patience: "patience",
        rtol: "relativeTolerance",
        atol: "absoluteTolerance",
        cooldown: "cooldown",
        accumulation_size: "accumulationSize",
        min_scale: "minScale",
      }),
    }) as unknown as AnyTransform,
  "optax.contrib.sam": (read) =>
    sam(
      read.transform("optimizer"),
      read.transform("adv_optimizer"),
      read.as({ sync_period: "syncPeriod", reset_state: "resetState" }),
    ),
  "optax.flatten": (read) => flatten(read.transform("inner")),
  "optax.freeze": (read) => freeze(read.mask("mask")),
  "optax.lookahead": (read) =>
    lookahead(read.transform("fast_optimizer"), {
      syncPeriod: read.scalar("sync_period"),
      slowStepSize: read.scalar("slow_step_size"),
      ...read.as<{ readonly resetState?: boolean }>({ reset_state: "resetState" }),
    }),
  "optax.monitor": (read) => {
    const measures = read.raw("measures") as Readonly<Record<string, Python | Call>>;
    return monitor(Object.fromEntries(
      Object.entries(measures).map(([name, one]) => {
        if ("python" in one) return [name, known(MEASURES, one)];
        const { measure, decay } = one.options as { readonly measure: Python; readonly decay: number };
        return [name, measureWithEma(known(MEASURES, measure), { decay })];
      }),
    ));
  },
  "optax.multi_transform": partitioned,
  "optax.partition": partitioned,
  "optax.selective_transform": (read) =>
    selectiveTransform(read.transform("optimizer"), { freeze: read.mask("freeze_mask") }),
  "optax.snapshot": (read) =>
    snapshot(String(read.raw("measure_name")), known(MEASURES, read.raw("measure"))),
  "optax.stateless": (read) => known(STATELESS, read.raw("f")),
  "optax.stateless_with_tree_map": (read) => known(STATELESS, read.raw("f")),
};

const LABELS: Readonly<Record<string, (params: unknown) => unknown>> = {
  "lambda tree: jax.tree.map(lambda x: 'decay' if x.ndim > 1 else 'none', tree)": (params) =>
    tree.map(params, (leaf) => (leaf as Tensor).rank > 1 ? "decay" : "none"),
};

function partitioned(read: OptionReader): AnyTransform {
  const transforms = read.raw("transforms") as Readonly<Record<string, Call>>;
  const labels = read.raw("param_labels") as string | Python;
  return partition(
    Object.fromEntries(Object.entries(transforms).map(([label, call]) => [label, read.build(call)])),
    typeof labels === "object" && "python" in labels ? known(LABELS, labels) : labels,
  );
}
