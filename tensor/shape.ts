/**
 * Pure arithmetic on shapes: sizes, strides, axes and broadcasting.
 *
 * @module
 */

/** The extent of each axis, outermost first. A scalar has the shape `[]`. */
export type Shape = readonly number[];

/** How a tensor lies over its storage: element (i, j, ...) is at `offset + i * strides[0] + j * strides[1] + ...`. */
export interface Layout {
  /** Extent of each axis. */
  readonly shape: Shape;
  /** Elements to step over in storage for one step along each axis. */
  readonly strides: readonly number[];
  /** Element of the storage where the first element lies. */
  readonly offset: number;
}

/** How a shape reads in an error: `[2, 3]`. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** The number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (let i = 0; i < shape.length; i++) size *= shape[i];
  return size;
}

/** Row-major strides of a shape. */
export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= shape[i];
  }
  return strides;
}

/** Whether elements lie row-major without gaps; the strides of axes of extent 1 do not matter. */
export function isContiguous(shape: Shape, strides: readonly number[]): boolean {
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1) {
      if (strides[i] !== step) return false;
      step *= shape[i];
    }
  }
  return true;
}

/** Whether two shapes are the same. */
export function equalShapes(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Throws unless `shape` is a list of non-negative integers. */
export function checkShape(operation: string, shape: Shape): void {
  if (!Array.isArray(shape)) {
    throw new TypeError(`${operation} expects a shape as an array of integers but got ${String(shape)}`);
  }
  for (const extent of shape) {
    if (typeof extent !== "number") {
      throw new TypeError(`${operation} expects a shape of integers but got ${formatShape(shape)}`);
    }
    if (!Number.isInteger(extent) || extent < 0) {
      throw new RangeError(
        `${operation} expects a shape of non-negative integers but got ${formatShape(shape)}`,
      );
    }
  }
}

/**
 * The shape that several shapes broadcast to, aligned at the last axis; extents agree or are 1.
 *
 * @throws {RangeError} If two extents differ and neither is 1.
 */
export function broadcastShapes(operation: string, ...shapes: readonly Shape[]): Shape {
  let result = shapes[0];
  for (let s = 1; s < shapes.length; s++) {
    const other = shapes[s];
    if (equalShapes(result, other)) continue;
    const rank = Math.max(result.length, other.length);
    const next = new Array<number>(rank);
    for (let i = 1; i <= rank; i++) {
      const a = i <= result.length ? result[result.length - i] : 1;
      const b = i <= other.length ? other[other.length - i] : 1;
      if (a !== b && a !== 1 && b !== 1) {
        throw new RangeError(
          `${operation} expects shapes that broadcast together but got ${
            shapes.map(formatShape).join(" and ")
          }`,
        );
      }
      next[rank - i] = a === 1 ? b : a;
    }
    result = next;
  }
  return result;
}

/** The strides with which a layout of `shape` reads as the broader shape `target`; repeated axes have stride 0. */
export function broadcastStrides(shape: Shape, strides: readonly number[], target: Shape): number[] {
  const lead = target.length - shape.length;
  const result = new Array<number>(target.length);
  for (let i = 0; i < target.length; i++) {
    const axis = i - lead;
    result[i] = axis < 0 || (shape[axis] === 1 && target[i] !== 1) ? 0 : strides[axis];
  }
  return result;
}

/**
 * An axis counted from the start; a negative one counts from the end.
 *
 * @throws {TypeError} If it is not an integer.
 * @throws {RangeError} If the rank has no such axis.
 */
export function normalizeAxis(operation: string, axis: number, rank: number): number {
  if (typeof axis !== "number" || !Number.isInteger(axis)) {
    throw new TypeError(`${operation} expects an axis to be an integer but got ${String(axis)}`);
  }
  if (axis < -rank || axis >= rank) {
    throw new RangeError(`${operation} expects an axis within rank ${rank} but got ${axis}`);
  }
  return axis < 0 ? axis + rank : axis;
}

/** One axis or several, counted from the start, in the order given. */
export function axesInOrder(
  operation: string,
  axes: number | readonly number[],
  rank: number,
): readonly number[] {
  const list = typeof axes === "number" ? [axes] : axes;
  if (!Array.isArray(list)) {
    throw new TypeError(`${operation} expects axes to be integers but got ${String(axes)}`);
  }
  return list.map((axis) => normalizeAxis(operation, axis, rank));
}

/** Axes counted from the start, ascending; `undefined` means all of them. Repeated axes are a RangeError. */
export function normalizeAxes(
  operation: string,
  axes: number | readonly number[] | undefined,
  rank: number,
): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, i) => i);
  const result = [...axesInOrder(operation, axes, rank)].sort((a, b) => a - b);
  for (let i = 1; i < result.length; i++) {
    if (result[i] === result[i - 1]) {
      throw new RangeError(`${operation} expects axes to be distinct but got ${formatShape([axes].flat())}`);
    }
  }
  return result;
}

/** The shape left when `axes` are reduced: dropped, or kept with extent 1. */
export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): number[] {
  const result: number[] = [];
  for (let i = 0; i < shape.length; i++) {
    if (!axes.includes(i)) result.push(shape[i]);
    else if (keepDims) result.push(1);
  }
  return result;
}

/**
 * The strides of `target` over the same storage as `shape` with `strides`, or null where the new axes cannot
 * be expressed without a copy. Both shapes have the same size.
 */
export function reshapeStrides(shape: Shape, strides: readonly number[], target: Shape): number[] | null {
  const size = sizeOf(shape);
  if (size === 0) return contiguousStrides(target);
  const from: number[] = [];
  const steps: number[] = [];
  for (let i = 0; i < shape.length; i++) {
    if (shape[i] !== 1) {
      from.push(shape[i]);
      steps.push(strides[i]);
    }
  }
  const result = new Array<number>(target.length).fill(0);
  let oldStart = 0;
  let newStart = 0;
  while (newStart < target.length) {
    if (oldStart === from.length) {
      for (; newStart < target.length; newStart++) result[newStart] = 0;
      break;
    }
    let oldEnd = oldStart + 1;
    let newEnd = newStart + 1;
    let oldSize = from[oldStart];
    let newSize = target[newStart];
    while (oldSize !== newSize) {
      if (newSize < oldSize) newSize *= target[newEnd++];
      else oldSize *= from[oldEnd++];
    }
    for (let i = oldStart; i < oldEnd - 1; i++) {
      if (steps[i] !== from[i + 1] * steps[i + 1]) return null;
    }
    let step = steps[oldEnd - 1];
    for (let i = newEnd - 1; i >= newStart; i--) {
      result[i] = step;
      step *= target[i];
    }
    oldStart = oldEnd;
    newStart = newEnd;
  }
  return result;
}
