/**
 * What was recorded while training.
 *
 * @module
 */

import { checkOptionNames } from "../tensor/check_option_names.ts";
import { type Plot, plotOf, type PlotOptions } from "./plot.ts";
import type { Series } from "./series.ts";

/** Numbers that were recorded one after the other, by name, such as `{ loss: [2.3, 1.9], accuracy: [0.1, 0.4] }`. */
export type History = Readonly<Record<string, ArrayLike<number>>>;

/** Options of {@linkcode plotHistory}. */
export interface PlotHistoryOptions extends PlotOptions {
  /** How many steps lie between two numbers; positive. @default {1} */
  readonly every?: number;
  /** The step of the first number. @default {0} */
  readonly start?: number;
}

const PLOT_HISTORY_OPTIONS = {
  every: true,
  start: true,
  title: true,
  valueLabel: true,
  logarithmic: true,
  size: true,
  textSize: true,
} as const;

/**
 * A plot of what was recorded while training. The SVG has all series on the same axes, the sketch has a panel for each.
 * Numbers that are not finite are gaps. Where there are more numbers than pixels or characters, the least and the
 * greatest of each stretch are drawn, so that no spike is lost.
 *
 * @param history The numbers of each series, in their order.
 * @param options How often they were recorded, and how to draw them.
 * @returns The plot, as SVG or for the terminal.
 * @throws {TypeError} If a series is not a list of numbers.
 * @throws {RangeError} If there is no series, `every` is not positive or a size is not a positive integer.
 *
 * @example
 * ```ts
 * import { plotHistory } from "@weft/weft/plot";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const loss = Array.from({ length: 200 }, (_, step) => 2 / (step + 1));
 * const plot = plotHistory({ loss }, { every: 10, logarithmic: true });
 * assertEquals(plot.svg().startsWith("<svg"), true);
 * ```
 */
export function plotHistory(history: History, options: PlotHistoryOptions = {}): Plot {
  checkOptionNames("plotHistory", options, PLOT_HISTORY_OPTIONS);
  const { every = 1, start = 0 } = options;
  if (!Number.isFinite(every) || every <= 0) {
    throw new RangeError(`plotHistory expects every to be positive but got ${every}`);
  }
  if (!Number.isFinite(start)) {
    throw new RangeError(`plotHistory expects start to be finite but got ${start}`);
  }
  const named = Object.entries(history ?? {});
  if (named.length === 0) throw new RangeError("plotHistory expects at least one series but got none");
  const series = named.map(([name, values]): Series => {
    const numbers = typeof values === "object" && values !== null ? Array.from(values) : [NaN, "none"];
    if (numbers.some((value) => typeof value !== "number")) {
      throw new TypeError(`plotHistory expects series of numbers but got something else in ${name}`);
    }
    return { name, points: (numbers as number[]).map((value, i) => [start + i * every, value]) };
  });
  const only = named.length === 1 ? { valueLabel: named[0][0] } : {};
  return plotOf("plotHistory", series, { ...only, ...options });
}
