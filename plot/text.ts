/**
 * Series of points in characters.
 *
 * @module
 */

import { plot as sketch } from "simple-ascii-chart";
import { type Drawing, type Series, thin } from "./series.ts";

/** A panel for each series, one below the other. */
export function drawText(series: readonly Series[], drawing: Drawing): string {
  const panels = series.map((one) => drawPanel(one, series.length === 1 ? "" : one.name, drawing));
  return [...(drawing.title === "" ? [] : [drawing.title]), ...panels].join("\n");
}

function drawPanel({ points }: Series, name: string, drawing: Drawing): string {
  const { logarithmic, valueLabel, textSize: { columns, rows } } = drawing;
  const above = name === "" ? valueLabel : name;
  const heading = above === "" ? [] : [above];
  const finite = points.filter(([_, value]) => Number.isFinite(value));
  if (finite.length === 0) return [...heading, "(no finite values)"].join("\n");
  const scaled = finite.map(([step, value]) => [step, logarithmic ? Math.log10(value) : value] as const);
  const steps = [scaled[0][0], scaled[scaled.length - 1][0]];
  const values = scaled.map(([_, value]) => value);
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  const ticks = low === high ? [low] : [low, (low + high) / 2, high];
  const label = (value: number): string => String(Number((logarithmic ? 10 ** value : value).toPrecision(3)));
  const width = Math.max(...ticks.map((tick) => label(tick).length));
  const lines = sketch(thin(scaled, columns).map(([step, value]): [number, number] => [step, value]), {
    width: columns,
    height: rows,
    customXAxisTicks: steps[0] === steps[1] ? [steps[0]] : steps,
    customYAxisTicks: ticks,
    // The margin is as wide as the label of any point, so those without a tick get none.
    formatter: (value, { axis }) =>
      axis === "x" ? value : (ticks.includes(value) ? label(value) : "").padStart(width),
  });
  return [...heading, ...lines.split("\n").map((line) => line.trimEnd()).filter((line) => line !== "")].join(
    "\n",
  );
}
