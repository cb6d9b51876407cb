/**
 * The schedules of optax, by the names of its functions and options, built from ours.
 *
 * @module
 */

import {
  constant,
  cosineDecay,
  exponentialDecay,
  join,
  linear,
  piecewiseConstant,
  polynomialDecay,
  type Schedule,
  warmupCosine,
} from "../../schedules/mod.ts";

/** Options by optax's names: numbers and booleans, and lists for the functions that take several schedules. */
export type OptaxOptions = Readonly<Record<string, unknown>>;

/**
 * The schedule that `optax.<name>(**options)` makes. Where optax gives a constant for a transition that has no
 * steps or no rate (and logs a warning), our schedules throw, so that constant is made here.
 */
export function scheduleFromOptax(name: string, options: OptaxOptions): Schedule {
  const number = (key: string, otherwise?: number): number => {
    const value = options[key] ?? otherwise;
    if (typeof value !== "number") {
      throw new TypeError(`${name} expects ${key} to be a number but got ${value}`);
    }
    return value;
  };
  const initial = (): number => number("init_value", 0);
  const begin = (): number => Math.max(0, number("transition_begin", 0));
  switch (name) {
    case "constant_schedule":
      return constant(number("value"));
    case "linear_schedule":
    case "polynomial_schedule": {
      const steps = number("transition_steps");
      if (steps <= 0) return constant(initial());
      const line = { initial: initial(), end: number("end_value"), steps, begin: begin() };
      return name === "linear_schedule" ? linear(line) : polynomialDecay({ ...line, power: number("power") });
    }
    case "exponential_decay": {
      const [steps, decayRate] = [number("transition_steps"), number("decay_rate")];
      if (steps <= 0 || decayRate === 0) return constant(initial());
      const staircase = options.staircase === true;
      const end = typeof options.end_value === "number" ? { end: options.end_value } : {};
      return exponentialDecay({ initial: initial(), decayRate, steps, begin: begin(), staircase, ...end });
    }
    case "cosine_decay_schedule":
      return cosineDecay({
        initial: initial(),
        steps: number("decay_steps"),
        alpha: number("alpha", 0),
        exponent: number("exponent", 1),
      });
    case "piecewise_constant_schedule": {
      const scales = Object.entries((options.boundaries_and_scales ?? {}) as Record<string, number>)
        .map(([boundary, scale]) => [Number(boundary), scale] as const)
        .sort((a, b) => a[0] - b[0]);
      if (scales.some(([, scale]) => scale < 0)) throw new RangeError("Expected scales not to be negative");
      const values = [initial()];
      for (const [, scale] of scales) values.push(values[values.length - 1] * scale);
      return piecewiseConstant(scales.map(([boundary]) => boundary), values);
    }
    case "warmup_cosine_decay_schedule":
      return warmupCosine({
        initial: initial(),
        peak: number("peak_value"),
        warmupSteps: number("warmup_steps"),
        steps: number("decay_steps"),
        end: number("end_value", 0),
        exponent: number("exponent", 1),
      });
    case "warmup_constant_schedule":
      return linear({ initial: initial(), end: number("peak_value"), steps: number("warmup_steps") });
    case "warmup_exponential_decay_schedule": {
      const [peak, steps] = [number("peak_value"), number("warmup_steps")];
      return join([
        linear({ initial: initial(), end: peak, steps }),
        scheduleFromOptax("exponential_decay", { ...options, init_value: peak }),
      ], [steps]);
    }
    case "sgdr_schedule": {
      const cycles = options.cosine_kwargs as readonly OptaxOptions[];
      let total = 0;
      const ends = cycles.map((cycle) => total += cycle.decay_steps as number);
      const parts = cycles.map((cycle) => scheduleFromOptax("warmup_cosine_decay_schedule", cycle));
      return join(parts, ends.slice(0, -1));
    }
    case "join_schedules": {
      const calls = options.schedules as readonly { readonly call: string; readonly options: OptaxOptions }[];
      const parts = calls.map((part) => scheduleFromOptax(part.call.replace("optax.", ""), part.options));
      return join(parts, options.boundaries as readonly number[]);
    }
    default:
      throw new TypeError(`No schedule of ours is optax.${name}`);
  }
}
