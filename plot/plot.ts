/**
 * What a plot is, and how one is made of series of points.
 *
 * @module
 */

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

/** A point of a line. */
export type Point = readonly [step: number, value: number];

/** A line. */
export interface Series {
  /** The label of the line. */
  readonly name: string;
  /** Its points in the order of their steps; a value that is not finite is a gap. */
  readonly points: readonly Point[];
}

/** Options with their defaults. */
export interface Drawing {
  /** See {@linkcode PlotOptions}. */
  readonly title: string;
  /** See {@linkcode PlotOptions}. */
  readonly valueLabel: string;
  /** See {@linkcode PlotOptions}. */
  readonly logarithmic: boolean;
  /** See {@linkcode PlotOptions}. */
  readonly size: { readonly width: number; readonly height: number };
  /** See {@linkcode PlotOptions}. */
  readonly textSize: { readonly columns: number; readonly rows: number };
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

/** The first and the last of the points, and the least and the greatest value of each of `count` stretches. */
export function thin(points: readonly Point[], count: number): readonly Point[] {
  if (points.length <= 2 * count) return points;
  const kept: Point[] = [];
  for (let i = 0; i < count; i++) {
    const [start, end] = [i, i + 1].map((bound) => Math.floor((bound * points.length) / count));
    let [low, high] = [start, start];
    for (let at = start; at < end; at++) {
      if (!(points[at][1] >= points[low][1])) low = at;
      if (!(points[at][1] <= points[high][1])) high = at;
    }
    for (const at of low === high ? [low] : [Math.min(low, high), Math.max(low, high)]) kept.push(points[at]);
  }
  const [first, last] = [points[0], points[points.length - 1]];
  return [
    ...(kept[0] === first ? [] : [first]),
    ...kept,
    ...(kept[kept.length - 1] === last ? [] : [last]),
  ];
}
