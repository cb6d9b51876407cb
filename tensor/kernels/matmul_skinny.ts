/**
 * Products with few rows or few columns, such as a matrix by a vector: each element of the matrix is used
 * once or twice, so it is read where it lies instead of being packed.
 *
 * @module
 */
import type { Kernel } from "./kernel.ts";
import { type FloatingDType, grainFor, type KernelPlan } from "./plan.ts";

/** A product is skinny when it has fewer rows or fewer columns than this. */
export const SKINNY = 4;

/** Elements along the longer side of C in one unit. */
const STRIP = 32;

/** A batch axis of a product: its extent and the strides of A and B. */
export interface BatchAxis {
  /** Extent. */
  readonly extent: number;
  /** Stride of A. */
  readonly a: number;
  /** Stride of B. */
  readonly b: number;
}

/** The two matrices of a product. */
export interface MatrixSizes {
  /** Element type of all three. */
  readonly dtype: FloatingDType;
  /** m. */
  readonly rows: number;
  /** k. */
  readonly inner: number;
  /** n. */
  readonly columns: number;
  /** Stride of A over its rows. */
  readonly aRow: number;
  /** Stride of A over k. */
  readonly aInner: number;
  /** Stride of B over k. */
  readonly bInner: number;
  /** Stride of B over its columns. */
  readonly bColumn: number;
}

/**
 * The launch of a skinny product. Operands: A, B, C, as for `matmulPlan`.
 *
 * With few columns, the product is read as its transpose: columns of B are the rows of the few, rows of A the
 * columns of the many.
 */
export function matmulSkinnyPlan(sizes: MatrixSizes, axes: readonly BatchAxis[], count: number): KernelPlan {
  const { dtype, rows, inner, columns, aRow, aInner, bInner, bColumn } = sizes;
  const swapped = rows > columns;
  const [few, many] = swapped ? [columns, rows] : [rows, columns];
  const strides = swapped
    ? [bColumn, bInner, aInner, aRow, 1, columns]
    : [aRow, aInner, bInner, bColumn, columns, 1];
  const batchScalars = axes.toReversed().flatMap((axis) => [axis.extent, axis.a, axis.b]);
  return {
    kernel: `matmulSkinny.${dtype}`,
    scalars: [few, inner, many, ...strides, swapped ? 1 : 0, axes.length, ...batchScalars],
    total: count * Math.ceil(many / STRIP),
    grain: grainFor(few * Math.min(many, STRIP) * (2 + inner)),
  };
}

/**
 * One unit is a strip of the longer side of C, over all of the shorter side.
 *
 * Arguments: A, B, C; the shorter side, k, the longer side; for the operand of the shorter side its strides
 * over that side and k; for the other its strides over k and the longer side; strides of C over the shorter
 * and the longer side; 1 if A is the operand of the longer side; batch axes as for `matmul`.
 */
export const matmulSkinnyFloat32: Kernel = (views, at, begin, end): void => {
  const heap = views.float64;
  const source = views.float32;
  const few = heap[at + 3] >>> 0;
  const inner = heap[at + 4] >>> 0;
  const many = heap[at + 5] >>> 0;
  const fewStride = heap[at + 6] | 0;
  const fewInner = heap[at + 7] | 0;
  const manyInner = heap[at + 8] | 0;
  const manyStride = heap[at + 9] | 0;
  const outFew = heap[at + 10] >>> 0;
  const outMany = heap[at + 11] >>> 0;
  const swapped = heap[at + 12] === 1;
  const axes = heap[at + 13] >>> 0;
  const strips = Math.ceil(many / STRIP);
  for (let unit = begin; unit < end; unit++) {
    const matrix = Math.floor(unit / strips);
    const first = (unit - matrix * strips) * STRIP;
    const last = Math.min(many, first + STRIP);
    let a = heap[at];
    let b = heap[at + 1];
    for (let axis = 0, rest = matrix, p = at + 14; axis < axes; axis++, p += 3) {
      const index = rest % heap[p];
      rest = Math.floor(rest / heap[p]);
      a += index * heap[p + 1];
      b += index * heap[p + 2];
    }
    const fewStart = swapped ? b : a;
    const manyStart = swapped ? a : b;
    const out = heap[at + 2] + matrix * few * many;
    for (let i = 0; i < few; i++) {
      let j = first;
      // Four elements of C at a time: four sums that do not wait for each other.
      for (; j + 4 <= last; j += 4) {
        let p = (fewStart + i * fewStride) | 0;
        let q0 = (manyStart + j * manyStride) | 0;
        let q1 = (q0 + manyStride) | 0;
        let q2 = (q1 + manyStride) | 0;
        let q3 = (q2 + manyStride) | 0;
        let sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
        for (let k = 0; k < inner; k++) {
          const x = source[p];
          sum0 += x * source[q0];
          sum1 += x * source[q1];
          sum2 += x * source[q2];
          sum3 += x * source[q3];
          p = (p + fewInner) | 0;
          q0 = (q0 + manyInner) | 0, q1 = (q1 + manyInner) | 0;
          q2 = (q2 + manyInner) | 0, q3 = (q3 + manyInner) | 0;
        }
        const to = (out + i * outFew + j * outMany) >>> 0;
        source[to] = sum0;
        source[to + outMany] = sum1;
        source[to + 2 * outMany] = sum2;
        source[to + 3 * outMany] = sum3;
      }
      for (; j < last; j++) {
        let p = (fewStart + i * fewStride) | 0;
        let q = (manyStart + j * manyStride) | 0;
        let sum = 0;
        for (let k = 0; k < inner; k++, p = (p + fewInner) | 0, q = (q + manyInner) | 0) {
          sum += source[p] * source[q];
        }
        source[(out + i * outFew + j * outMany) >>> 0] = sum;
      }
    }
  }
};

/** `matmulSkinnyFloat32` for float64; a text of its own, because a loop that has seen both is slow for both. */
export const matmulSkinnyFloat64: Kernel = (views, at, begin, end): void => {
  const heap = views.float64;
  const source = views.float64;
  const few = heap[at + 3] >>> 0;
  const inner = heap[at + 4] >>> 0;
  const many = heap[at + 5] >>> 0;
  const fewStride = heap[at + 6] | 0;
  const fewInner = heap[at + 7] | 0;
  const manyInner = heap[at + 8] | 0;
  const manyStride = heap[at + 9] | 0;
  const outFew = heap[at + 10] >>> 0;
  const outMany = heap[at + 11] >>> 0;
  const swapped = heap[at + 12] === 1;
  const axes = heap[at + 13] >>> 0;
  const strips = Math.ceil(many / STRIP);
  for (let unit = begin; unit < end; unit++) {
    const matrix = Math.floor(unit / strips);
    const first = (unit - matrix * strips) * STRIP;
    const last = Math.min(many, first + STRIP);
    let a = heap[at];
    let b = heap[at + 1];
    for (let axis = 0, rest = matrix, p = at + 14; axis < axes; axis++, p += 3) {
      const index = rest % heap[p];
      rest = Math.floor(rest / heap[p]);
      a += index * heap[p + 1];
      b += index * heap[p + 2];
    }
    const fewStart = swapped ? b : a;
    const manyStart = swapped ? a : b;
    const out = heap[at + 2] + matrix * few * many;
    for (let i = 0; i < few; i++) {
      let j = first;
      // Four elements of C at a time: four sums that do not wait for each other.
      for (; j + 4 <= last; j += 4) {
        let p = (fewStart + i * fewStride) | 0;
        let q0 = (manyStart + j * manyStride) | 0;
        let q1 = (q0 + manyStride) | 0;
        let q2 = (q1 + manyStride) | 0;
        let q3 = (q2 + manyStride) | 0;
        let sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
        for (let k = 0; k < inner; k++) {
          const x = source[p];
          sum0 += x * source[q0];
          sum1 += x * source[q1];
          sum2 += x * source[q2];
          sum3 += x * source[q3];
          p = (p + fewInner) | 0;
          q0 = (q0 + manyInner) | 0, q1 = (q1 + manyInner) | 0;
          q2 = (q2 + manyInner) | 0, q3 = (q3 + manyInner) | 0;
        }
        const to = (out + i * outFew + j * outMany) >>> 0;
        source[to] = sum0;
        source[to + outMany] = sum1;
        source[to + 2 * outMany] = sum2;
        source[to + 3 * outMany] = sum3;
      }
      for (; j < last; j++) {
        let p = (fewStart + i * fewStride) | 0;
        let q = (manyStart + j * manyStride) | 0;
        let sum = 0;
        for (let k = 0; k < inner; k++, p = (p + fewInner) | 0, q = (q + manyInner) | 0) {
          sum += source[p] * source[q];
        }
        source[(out + i * outFew + j * outMany) >>> 0] = sum;
      }
    }
  }
};
