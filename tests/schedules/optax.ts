/**
 * The schedules of optax, by the names of its functions and options, built from ours.
 *
 * @module
 */

import {
  constant,
  cosineDecay,
  cosineOneCycle,
  exponentialDecay,
  type Interpolation,
  join,
  linear,
  linearOneCycle,
  multiStepDecay,
  piecewiseInterpolate,
  polynomialDecay,
  type Schedule,
  sgdr,
  warmupConstant,
  warmupCosine,
  type WarmupCosineOptions,
  warmupExponential,
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
      const scales = sortedScales(options);
      return multiStepDecay({
        initial: initial(),
        boundaries: scales.map(([boundary]) => boundary),
        decayRate: scales.map(([_, scale]) => scale),
      });
    }
    case "piecewise_interpolate_schedule": {
      const scales = sortedScales(options);
      if (scales.some(([_, scale]) => scale < 0)) throw new RangeError("Expected scales not to be negative");
      const values = [initial()];
      for (const [_, scale] of scales) values.push(values[values.length - 1] * scale);
      const interpolation = options.interpolate_type as Interpolation;
      return piecewiseInterpolate(scales.map(([boundary]) => boundary), values, { interpolation });
    }
    case "linear_onecycle_schedule":
    case "cosine_onecycle_schedule": {
      const cycle = {
        peak: number("peak_value"),
        steps: number("transition_steps"),
        peakFraction: number("pct_start", 0.3),
        initialDivisor: number("div_factor", 25),
        finalDivisor: number("final_div_factor", 1e4),
      };
      if (name === "cosine_onecycle_schedule") return cosineOneCycle(cycle);
      return linearOneCycle({ ...cycle, returnFraction: number("pct_final", 0.85) });
    }
    case "warmup_cosine_decay_schedule":
      return warmupCosine(warmupCosineOptions(options));
    case "warmup_constant_schedule":
      return warmupConstant({
        initial: initial(),
        peak: number("peak_value"),
        warmupSteps: number("warmup_steps"),
      });
    case "warmup_exponential_decay_schedule":
      return warmupExponential({
        initial: initial(),
        peak: number("peak_value"),
        warmupSteps: number("warmup_steps"),
        steps: number("transition_steps"),
        decayRate: number("decay_rate"),
        begin: begin(),
        staircase: options.staircase === true,
        ...(typeof options.end_value === "number" ? { end: options.end_value } : {}),
      });
    case "sgdr_schedule":
      return sgdr((options.cosine_kwargs as readonly OptaxOptions[]).map(warmupCosineOptions));
    case "join_schedules": {
      const calls = options.schedules as readonly { readonly call: string; readonly options: OptaxOptions }[];
      const parts = calls.map((part) => scheduleFromOptax(part.call.replace("optax.", ""), part.options));
      return join(parts, options.boundaries as readonly number[]);
    }
    default:
      throw new TypeError(`No schedule of ours is optax.${name}`);
  }
}

/** The boundaries of a piecewise schedule with their factors, in order. */
function sortedScales(options: OptaxOptions): (readonly [boundary: number, scale: number])[] {
  return Object.entries((options.boundaries_and_scales ?? {}) as Record<string, number>)
    .map(([boundary, scale]) => [Number(boundary), scale] as const)
    .sort((a, b) => a[0] - b[0]);
}

function warmupCosineOptions(options: OptaxOptions): WarmupCosineOptions {
  const number = (key: string, otherwise: number): number =>
    (options[key] as number | undefined) ?? otherwise;
  return {
    initial: number("init_value", 0),
    peak: number("peak_value", NaN),
    warmupSteps: number("warmup_steps", NaN),
    steps: number("decay_steps", NaN),
    end: number("end_value", 0),
    exponent: number("exponent", 1),
  };
}
