/**
 * Schedules over their steps.
 *
 * @module
 */

import type { Schedule } from "../schedules/mod.ts";
import { checkOptionNames } from "../tensor/check_option_names.ts";
import { type Plot, plotOf, type PlotOptions } from "./plot.ts";
import type { Series } from "./series.ts";

/** How many steps of a schedule are read at most. */
const SAMPLES = 4096;

/** Options of {@linkcode plotSchedule}. */
export interface PlotScheduleOptions extends PlotOptions {
  /** How many steps are shown, from step 0 on; a positive integer. */
  readonly steps: number;
}

const PLOT_SCHEDULE_OPTIONS = {
  steps: true,
  title: true,
  valueLabel: true,
  logarithmic: true,
  size: true,
  textSize: true,
} as const;

/**
 * A plot of a schedule, or of several by their names on the same axes, over the steps 0 to `steps`. Beyond 4096 steps
 * as many are picked at even distances.
 *
 * @param schedule The schedule, or schedules by name.
 * @param options How many steps to show, and how.
 * @returns The plot, as SVG or for the terminal.
 * @throws {TypeError} If something is not a schedule.
 * @throws {RangeError} If `steps` or a size is not a positive integer, or there is no schedule.
 *
 * @example
 * ```ts
 * import { cosineDecay, stepDecay } from "@weft/weft/schedules";
 * import { plotSchedule } from "@weft/weft/plot";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const schedules = { cosine: cosineDecay({ initial: 1, steps: 90 }), stairs: stepDecay({ initial: 1, steps: 30 }) };
 * const plot = plotSchedule(schedules, { steps: 100, textSize: { columns: 40, rows: 6 } });
 * assertEquals(plot.text().startsWith("cosine\n"), true);
 * ```
 */
export function plotSchedule(
  schedule: Schedule | Readonly<Record<string, Schedule>>,
  options: PlotScheduleOptions,
): Plot {
  checkOptionNames("plotSchedule", options, PLOT_SCHEDULE_OPTIONS);
  const { steps } = options;
  if (!Number.isInteger(steps) || steps < 1) {
    throw new RangeError(`plotSchedule expects steps to be a positive integer but got ${steps}`);
  }
  const schedules: Readonly<Record<string, Schedule>> = typeof schedule === "function"
    ? { [options.valueLabel ?? "value"]: schedule }
    : schedule;
  const named = Object.entries(schedules ?? {});
  if (named.length === 0) throw new RangeError("plotSchedule expects at least one schedule but got none");
  const count = Math.min(steps, SAMPLES);
  const at = Array.from({ length: count + 1 }, (_, i) => Math.round((i * steps) / count));
  const series = named.map(([name, one]): Series => {
    if (typeof one !== "function") {
      throw new TypeError(`plotSchedule expects schedules but got ${typeof one} for ${name}`);
    }
    return { name, points: at.map((step) => [step, one(step)]) };
  });
  return plotOf("plotSchedule", series, options);
}
