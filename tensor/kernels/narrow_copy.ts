/**
 * Copies in which an axis of few elements is innermost, in the source, in the target or in both.
 *
 * @module
 */

/** The elements of such an axis: where both have them as neighbours, in bytes, and else how many; those of a matrix. */
const [MOST_BYTES, MOST_APART, MOST_IN_MATRIX] = [64, 4, 16];

/** Places of the long axis that are a unit. */
export const LINE = 1024;

/**
 * Which side has the few elements as neighbours: both ("rows"), the target alone, into which lines are joined
 * ("join"), or the source alone, whose lines are split ("split"). In these two, what has them as neighbours has no
 * gaps between them, and the other has the places of the long axis as neighbours. Or both have small matrices of them
 * without gaps, the target the transposes of those of the source ("matrices").
 */
export type NarrowKind = "rows" | "join" | "split" | "matrices";

/** A copy of this kind. */
export interface NarrowCopy {
  /** Which side has the few elements as neighbours. */
  readonly kind: NarrowKind;
  /** How many there are. */
  readonly few: number;
  /** The columns of a matrix of the target; as many where there are none. */
  readonly columns: number;
  /** The extent of the long axis. */
  readonly length: number;
  /** Strides of the source along the long axis and along the short one. */
  readonly from: readonly [number, number];
  /** Strides of the target along them. */
  readonly to: readonly [number, number];
  /** Extents of the other axes, outermost first. */
  readonly outer: readonly number[];
  /** Strides of the source along them. */
  readonly fromOuter: readonly number[];
  /** Strides of the target along them. */
  readonly toOuter: readonly number[];
}

/** Elements from which such a copy pays, and of the long axis. */
const [LEAST, LEAST_LENGTH] = [1024, 4];

/** Elements that a thread copies at a time. */
const CHUNK = 32768;

/** A copy over `shape`, whose axes are merged, of elements of so many bytes; null if it is not of this kind. */
export function narrowCopy(
  shape: readonly number[],
  source: readonly number[],
  target: readonly number[],
  bytes: number,
): NarrowCopy | null {
  const last = shape.length - 1;
  const size = shape.reduce((product, extent) => product * extent, 1);
  if (last < 1 || size < LEAST || target[last] !== 1) return null;
  const of = (kind: NarrowKind, long: number, short: number, rows = short): NarrowCopy => {
    const others = (list: readonly number[]): number[] =>
      list.filter((_, i) => i !== long && i !== short && i !== rows);
    return {
      kind,
      few: rows === short ? shape[short] : shape[rows] * shape[short],
      columns: shape[short],
      length: shape[long],
      from: [source[long], source[short]],
      to: [target[long], target[short]],
      outer: others(shape),
      fromOuter: others(source),
      toOuter: others(target),
    };
  };
  /** The longest of the first axes. */
  const longest = (axes: number): number =>
    shape.slice(0, axes).reduce((most, extent, i, list) => extent > list[most] ? i : most, 0);
  if (source[last] === 1) {
    return shape[last] * bytes > MOST_BYTES ? null : of("rows", longest(last), last);
  }
  if (bytes !== 4) return null;
  const rows = last - 1;
  const areTurned = source[rows] === 1 && source[last] === shape[rows] && target[rows] === shape[last];
  if (last > 1 && areTurned && shape[rows] * shape[last] <= MOST_IN_MATRIX) {
    return of("matrices", longest(rows), last, rows);
  }
  const isFew = (axis: number): boolean => shape[axis] >= 2 && shape[axis] <= MOST_APART;
  const joined = shape.findIndex((extent, axis) =>
    extent >= LEAST_LENGTH && source[axis] === 1 && target[axis] === shape[last]
  );
  if (isFew(last) && joined >= 0) return of("join", joined, last);
  const split = source.findIndex((stride, axis) =>
    stride === 1 && isFew(axis) && source[last] === shape[axis]
  );
  return split >= 0 && shape[last] >= LEAST_LENGTH ? of("split", last, split) : null;
}

/** Units of the copy, and how many of them a thread takes at a time. */
export function narrowUnits({ few, length, outer }: NarrowCopy): readonly [number, number] {
  const lines = outer.reduce((product, extent) => product * extent, 1) * Math.ceil(length / LINE);
  return [lines, Math.max(1, Math.round(CHUNK / (few * Math.min(length, LINE))))];
}

/**
 * The arguments that follow the addresses of the source and the target: the extent of the long axis, strides of the source
 * along the long and the short axis, those of the target, extents of the other axes, strides of the source and then of
 * the target along them.
 */
export function narrowNumbers(copy: NarrowCopy): readonly number[] {
  const { length, from, to, outer, fromOuter, toOuter } = copy;
  return [length, ...from, ...to, ...outer, ...fromOuter, ...toOuter];
}
