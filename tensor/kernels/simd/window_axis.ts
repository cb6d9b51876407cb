/**
 * Which rows (or columns) of a source the rows of a target see under the taps of a window.
 *
 * As in `../convolution.ts`, target row u and source row v meet under tap t where
 *
 *     v expansion = u step + origin + t shift
 *
 * Within the phase u = phase + i expansion, tap t sees the rows v = i step + base(t). The source is split by
 * remainders modulo `step`, so that what a tap sees for i = 0, 1, 2, ... are neighbours: row
 *
 *     i + line(t) of the split with number split(t), whose row q is the source's (q step + start)
 *
 * Splits are for remainders, or (`apart`) for every base: then every line(t) is 0, and the splits are no longer
 * than the target.
 *
 * @module
 */

/** What one tap of a phase sees. */
export interface Tap {
  /** Its number in the window. */
  readonly tap: number;
  /** The split of the source that it sees. */
  readonly split: number;
  /** The row of the split that i = 0 sees. */
  readonly line: number;
}

/** The taps and target rows of a phase. */
export interface Phase {
  /** The taps that meet source rows; every so many of the window. */
  readonly taps: readonly Tap[];
  /** Target rows of the phase. */
  readonly count: number;
}

/** An axis of a convolution. */
export interface WindowAxis {
  /** The phases of the target; `expansion` many. */
  readonly phases: readonly Phase[];
  /** For each split the source row that is its row 0; may lie before the source. */
  readonly starts: readonly number[];
  /** The most that `line` is. */
  readonly reach: number;
  /** The most target rows of a phase. */
  readonly count: number;
  /** Source rows from one i to the next. */
  readonly step: number;
}

function modulo(a: number, b: number): number {
  return a - b * Math.floor(a / b);
}

/** The geometry of an axis with `taps` taps and `extent` target rows; see above for `apart`. */
export function windowAxis(
  taps: number,
  extent: number,
  expansion: number,
  step: number,
  origin: number,
  shift: number,
  apart: boolean,
): WindowAxis {
  const seen: { readonly tap: number; readonly base: number }[][] = [];
  for (let phase = 0; phase < expansion; phase++) {
    seen.push([]);
    for (let tap = 0; tap < taps; tap++) {
      const place = phase * step + origin + tap * shift;
      if (modulo(place, expansion) === 0) seen[phase].push({ tap, base: place / expansion });
    }
  }
  const bases = seen.flat().map(({ base }) => base);
  const low = bases.reduce((a, b) => Math.min(a, b), bases[0] ?? 0);
  const startOf = (base: number): number => apart ? base : low + modulo(base - low, step);
  const starts = [...new Set(bases.map(startOf))].sort((a, b) => a - b);
  const lineOf = (base: number): number => (base - startOf(base)) / step;
  return {
    phases: seen.map((list, phase) => ({
      taps: list.map(({ tap, base }) => ({ tap, split: starts.indexOf(startOf(base)), line: lineOf(base) })),
      count: Math.max(0, Math.ceil((extent - phase) / expansion)),
    })),
    starts,
    reach: bases.reduce((most, base) => Math.max(most, lineOf(base)), 0),
    count: Math.ceil(extent / expansion),
    step,
  };
}

/** Whether all that the taps of the first phase see lies inside of `extent` rows. */
export function within({ phases: [{ taps, count }], starts, step }: WindowAxis, extent: number): boolean {
  return taps.every(({ split, line }) => {
    const first = starts[split] + line * step;
    return first >= 0 && first + (count - 1) * step < extent;
  });
}

/** The rows of a split from `first` on that lie inside the source. */
export interface Inside {
  /** The first, counted from `first`. */
  readonly from: number;
  /** How many. */
  readonly count: number;
  /** The source row of the first. */
  readonly source: number;
}

/** Which of the rows `first` to `first + lines` of the split that starts there lie inside of `extent` rows. */
export function inside(
  axis: Pick<WindowAxis, "step">,
  split: number,
  first: number,
  lines: number,
  extent: number,
): Inside {
  const start = first * axis.step + split;
  const from = Math.min(lines, Math.max(0, Math.ceil(-start / axis.step)));
  const end = Math.min(lines, Math.max(from, Math.floor((extent - 1 - start) / axis.step) + 1));
  return { from, count: end - from, source: start + from * axis.step };
}
