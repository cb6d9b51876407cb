/**
 * Series of points, and how they are to be drawn.
 *
 * @module
 */

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
  /** What stands above the plot. */
  readonly title: string;
  /** What stands beside the values. */
  readonly valueLabel: string;
  /** Whether values stand on a logarithmic scale. */
  readonly logarithmic: boolean;
  /** The size of the SVG in pixels. */
  readonly size: { readonly width: number; readonly height: number };
  /** The size of a panel in characters. */
  readonly textSize: { readonly columns: number; readonly rows: number };
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
