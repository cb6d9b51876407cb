/**
 * The transforms of optax, by the names of its functions and options, built from ours.
 *
 * @module
 */

import {
  addDecayedWeights,
  type AddDecayedWeightsOptions,
  chain,
  clipByGlobalNorm,
  identity,
  masked,
  type ScalarOrSchedule,
  scale,
  scaleBySchedule,
  type Selector,
  setToZero,
} from "../../optim/mod.ts";
import type { Schedule } from "../../schedules/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";
import type { OptaxOptions } from "../schedules/optax.ts";
import { ADAPTIVE } from "./optax_adaptive.ts";
import { COMBINATORS } from "./optax_combinators.ts";
import { CONTRIB } from "./optax_contrib.ts";
import type { AnyTransform, Builders, Call } from "./optax_reader.ts";
import { UPDATES } from "./optax_updates.ts";
import { UnsupportedError } from "./replay.ts";
import { schedule } from "./replay_schedules.ts";

/** The functions written in Python that cases have, as tests of leaves. */
const PYTHON: Readonly<Record<string, (leaf: Tensor) => boolean>> = {
  "lambda tree: jax.tree.map(lambda x: x.ndim > 1, tree)": (leaf) => leaf.rank > 1,
};

/** What makes ours for each function of optax. */
const BUILDERS: Builders = {
  ...ADAPTIVE,
  ...UPDATES,
  ...CONTRIB,
  ...COMBINATORS,
  "optax.add_decayed_weights": (read) =>
    addDecayedWeights({
      weightDecay: 0,
      ...read.as<Partial<AddDecayedWeightsOptions>>({ weight_decay: "weightDecay", mask: "mask" }),
    }),
  "optax.chain": (read) => chain(...(read.raw("args") as Call[]).map(read.build)),
  "optax.clip_by_global_norm": (read) => clipByGlobalNorm(read.scalar("max_norm")),
  "optax.identity": () => identity(),
  "optax.masked": (read) => masked(read.transform("inner"), read.mask("mask"), { rest: "pass" }),
  "optax.named_chain": (read) =>
    chain(...(read.raw("args") as [string, Call][]).map(([_, call]) => read.build(call))),
  "optax.scale": (read) => scale(read.scalar("step_size")),
  "optax.scale_by_schedule": (read) => scaleBySchedule(read.scalar("step_size_fn") as Schedule),
  "optax.set_to_zero": () => setToZero(),
  "optax.with_extra_args_support": (read) => read.transform("tx"),
};

function isCall(value: unknown): value is Call {
  return typeof value === "object" && value !== null && "call" in value;
}

function isPython(value: unknown): value is { readonly python: string } {
  return typeof value === "object" && value !== null && "python" in value;
}

function python({ python }: { readonly python: string }): (leaf: Tensor) => boolean {
  const known = PYTHON[python];
  if (known === undefined) throw new UnsupportedError(python);
  return known;
}

/**
 * The transform that a call of optax makes. Schedules in options pass through `pin`, which may replace them.
 *
 * @throws {UnsupportedError} If a function or an option has no counterpart here.
 */
export function transformFromOptax(
  call: string,
  options: OptaxOptions,
  pin: (schedule: Schedule) => Schedule,
): AnyTransform {
  // Any hyperparameter of ours may be a schedule, and stands in the state.
  const name = call.replace(/^optax\.inject_hyperparams\((optax\.\w+).*\)$/, "$1");
  const builder = BUILDERS[name];
  if (builder === undefined) throw new UnsupportedError(name);
  const asked = new Set<string>();
  const value = (raw: unknown): unknown => {
    if (isCall(raw)) return pin(schedule(raw.call, raw.options));
    return isPython(raw) ? maskOf(raw) : raw;
  };
  const maskOf = (raw: unknown): Selector => {
    if (!isPython(raw)) return raw as Selector;
    const test = python(raw);
    return (_, leaf) => test(leaf);
  };
  const ask = (key: string): unknown => {
    asked.add(key);
    return options[key];
  };
  const needed = (key: string): unknown => {
    const raw = ask(key);
    if (raw === undefined || raw === null) throw new UnsupportedError(`${name} without ${key}`);
    return raw;
  };
  const build = (raw: unknown): AnyTransform => {
    if (!isCall(raw)) throw new UnsupportedError(`${name} of ${JSON.stringify(raw)}`);
    return transformFromOptax(raw.call, raw.options, pin);
  };
  const made = builder({
    as: <T>(names: Readonly<Record<string, string>>) => {
      const given = Object.entries(names).filter(([theirs]) => (ask(theirs) ?? null) !== null);
      return Object.fromEntries(given.map(([theirs, ours]) => [ours, value(options[theirs])])) as T;
    },
    scalar: (key) => value(needed(key)) as ScalarOrSchedule,
    transform: (key) => build(needed(key)),
    mask: (key) => maskOf(needed(key)),
    raw: ask,
    build,
  });
  for (const key of Object.keys(options)) {
    if (!asked.has(key)) throw new UnsupportedError(`${name} with ${key}`);
  }
  return made;
}
