/**
 * Bad options of schedules, and bad steps.
 *
 * @module
 */
import * as schedules from "../../schedules/mod.ts";
import { wrong } from "./operands.ts";
import { optionRows } from "./options.ts";
import type { Row } from "./row.ts";

/** Schedules of options, all of which are right. */
const FACTORIES = {
  cosineDecay: { initial: 1, steps: 10 },
  cyclic: { initial: 0.1, peak: 1, riseSteps: 5 },
  exponentialDecay: { initial: 1, decayRate: 0.5, steps: 10 },
  inverseSquareRoot: { peak: 1, warmupSteps: 10 },
  cosineOneCycle: { peak: 1, steps: 10 },
  linear: { initial: 1, end: 0.1, steps: 10 },
  linearOneCycle: { peak: 1, steps: 10 },
  multiStepDecay: { initial: 1, boundaries: [2, 4] },
  polynomialDecay: { initial: 1, end: 0.1, steps: 10, power: 2 },
  stepDecay: { initial: 1, steps: 5 },
  warmupConstant: { peak: 1, warmupSteps: 5 },
  warmupCosine: { peak: 1, steps: 10 },
  warmupStableDecay: { peak: 1, steps: 10, warmupSteps: 2, decaySteps: 2, decay: "linear" },
} as const;

const WARMUP = { peak: 1, warmupSteps: 5, decayRate: 0.5, steps: 10 };

const factories = Object.fromEntries(
  Object.entries(FACTORIES).map(([name, options]) =>
    [name, [schedules[name as keyof typeof FACTORIES], options]] as const
  ),
);

/** Calls that fail. */
export const ROWS: readonly Row[] = [
  ...optionRows(factories, ["staircase"]),
  // What comes after the warm-up is an exponentialDecay, which speaks for itself.
  ...optionRows({ warmupExponential: [schedules.warmupExponential, WARMUP] }, [
    "begin",
    "decayRate",
    "end",
    "staircase",
    "steps",
  ]),
  ["constant", () => schedules.constant(wrong("x")), "TypeError", "a number", "string"],
  ["constant", () => schedules.constant(NaN), "RangeError", "NaN"],
  ["join", () => schedules.join(wrong(1), []), "TypeError", "an array of schedules"],
  ["join", () => schedules.join([schedules.constant(1)], [2]), "RangeError"],
  ["piecewiseConstant", () => schedules.piecewiseConstant(wrong(1), [1]), "TypeError", "an array", "number"],
  ["piecewiseConstant", () => schedules.piecewiseConstant([2, 1], [1, 1, 1]), "RangeError"],
  ["piecewiseInterpolate", () => schedules.piecewiseInterpolate(wrong("x"), [1]), "TypeError", "an array"],
  ["sgdr", () => schedules.sgdr(wrong({})), "TypeError", "an array"],
];
