/**
 * What a plot is, and how one is made of series of points.
 *
 * @module
 */

import type { Drawing, Point, Series } from "./series.ts";
import { drawSvg } from "./svg.ts";
import { drawText } from "./text.ts";

/** A plot, drawn when it is asked for. */
export interface Plot {
  /** The plot as a standalone SVG document, each line labelled at its end. */
  svg(): string;
  /** The plot in characters, one panel a series. */
  text(): string;
}

/** Options that plots share. */
export interface PlotOptions {
  /** What stands above the plot; nothing by default. */
  readonly title?: string;
  /** What stands beside the values; nothing by default. */
  readonly valueLabel?: string;
  /** Whether values stand on a logarithmic scale; those that are not positive are then left out. @default {false} */
  readonly logarithmic?: boolean;
  /** The size of the SVG in pixels. @default {{ width: 640, height: 400 }} */
  readonly size?: { readonly width: number; readonly height: number };
  /** The size of a panel in characters, labels not counted. @default {{ columns: 60, rows: 10 }} */
  readonly textSize?: { readonly columns: number; readonly rows: number };
}

/**
 * A plot of series.
 *
 * @throws {RangeError} If a size is not positive.
 */
export function plotOf(operation: string, series: readonly Series[], options: PlotOptions): Plot {
  const {
    title = "",
    valueLabel = "",
    logarithmic = false,
    size = { width: 640, height: 400 },
    textSize = { columns: 60, rows: 10 },
  } = options;
  for (const [name, extent] of Object.entries({ ...size, ...textSize })) {
    if (!Number.isInteger(extent) || extent < 1) {
      throw new RangeError(`${operation} expects ${name} to be a positive integer but got ${extent}`);
    }
  }
  const shown = series.map(({ name, points }) => ({
    name,
    points: points.map(([step, value]): Point => [step, logarithmic && value <= 0 ? NaN : value]),
  }));
  const drawing: Drawing = { title, valueLabel, logarithmic, size, textSize };
  return { svg: () => drawSvg(shown, drawing), text: () => drawText(shown, drawing) };
}
