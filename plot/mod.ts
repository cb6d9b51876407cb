/**
 * Plots of schedules and of training histories, as SVG for a page and as a sketch for the terminal, and tapes drawn as
 * graphs.
 *
 * The SVG is drawn by Observable Plot, the sketch by simple-ascii-chart, graphs are laid out by dagre. They are loaded by this entry point alone,
 * so that no other program waits for them.
 *
 * @example A schedule in the terminal and in a file
 * ```ts
 * import { warmupCosine } from "@weft/weft/schedules";
 * import { plotSchedule } from "@weft/weft/plot";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const plot = plotSchedule(warmupCosine({ peak: 3e-3, steps: 500 }), { steps: 500, title: "learning rate" });
 * console.log(plot.text());
 * const svg = plot.svg(); // for Deno.writeTextFile("learning_rate.svg", svg)
 * assertEquals(svg.startsWith("<svg"), true);
 * ```
 *
 * @module
 */

export { drawTape, type DrawTapeOptions } from "./draw_tape.ts";
export type { Plot, PlotOptions } from "./plot.ts";
export { type History, plotHistory, type PlotHistoryOptions } from "./plot_history.ts";
export { plotSchedule, type PlotScheduleOptions } from "./plot_schedule.ts";
