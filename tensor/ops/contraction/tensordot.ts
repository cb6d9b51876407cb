/**
 * Sums of products over chosen axes.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../../check_option_names.ts";
import { formatShape, normalizeAxis, sizeOf } from "../../shape.ts";
import { describe, type Tensor } from "../../tensor.ts";
import { asTensor } from "../convert.ts";
import { multiply } from "../arithmetic.ts";
import { matmul } from "../matmul.ts";
import { reshape } from "../reshape.ts";
import { transpose } from "../transpose.ts";

/** Options of `tensordot`. */
export interface TensordotOptions {
  /**
   * How many of the last axes of a meet the first of b, or the axes of a and the axes of b that meet, pair by pair,
   * negative from the end; 2 by default.
   */
  readonly axes?: number | readonly [readonly number[], readonly number[]];
}

const TENSORDOT_OPTIONS = { axes: true } as const;

/**
 * The sum of products over pairs of axes; the other axes of a come first, then those of b. As `jnp.tensordot`.
 *
 * @throws {RangeError} If the axes do not exist, repeat, or differ in extent.
 *
 * @example
 * ```ts
 * import { ones, tensordot } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(tensordot(ones([2, 3, 4]), ones([4, 3, 5]), { axes: [[1, 2], [1, 0]] }).shape, [2, 5]);
 * assertEquals(tensordot(ones([2, 3]), ones([3]), { axes: 1 }).toArray(), [3, 3]);
 * ```
 */
export function tensordot(a: Tensor, b: Tensor, options: TensordotOptions = NO_OPTIONS): Tensor {
  checkOptionNames("tensordot", options, TENSORDOT_OPTIONS);
  const { axes = 2 } = options;
  return contract("tensordot", asTensor("tensordot", a), asTensor("tensordot", b), axes);
}

function contract(
  operation: string,
  a: Tensor,
  b: Tensor,
  axes: number | readonly [readonly number[], readonly number[]],
): Tensor {
  const [left, right] = axesOf(operation, a, b, axes);
  if (left.some((axis, i) => a.shape[axis] !== b.shape[right[i]])) {
    throw new RangeError(
      `${operation} expects axes ${formatShape(left)} and ${formatShape(right)} to agree but got ${
        describe(a)
      } and ${describe(b)}`,
    );
  }
  const [freeA, freeB] = [rest(a, left), rest(b, right)];
  const shape = [...freeA.map((axis) => a.shape[axis]), ...freeB.map((axis) => b.shape[axis])];
  const inner = sizeOf(left.map((axis) => a.shape[axis]));
  const x = reshape(transpose(a, [...freeA, ...left]), [a.size / Math.max(1, inner), inner]);
  const y = reshape(transpose(b, [...right, ...freeB]), [inner, b.size / Math.max(1, inner)]);
  return reshape(matmul(x, y), shape);
}

function rest(x: Tensor, axes: readonly number[]): number[] {
  return x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
}

function axesOf(
  operation: string,
  a: Tensor,
  b: Tensor,
  axes: number | readonly [readonly number[], readonly number[]],
): readonly [readonly number[], readonly number[]] {
  if (typeof axes === "number") {
    if (!Number.isInteger(axes) || axes < 0 || axes > Math.min(a.rank, b.rank)) {
      throw new RangeError(
        `${operation} expects a number of axes that both operands have but got ${axes} for ${
          describe(a)
        } and ${describe(b)}`,
      );
    }
    const count = Array.from({ length: axes }, (_, i) => i);
    return [count.map((i) => a.rank - axes + i), count];
  }
  const [left, right] = axes;
  if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) {
    throw new RangeError(
      `${operation} expects as many axes of either operand but got ${JSON.stringify(axes)}`,
    );
  }
  const normal = [
    left.map((axis) => normalizeAxis(operation, axis, a.rank)),
    right.map((axis) => normalizeAxis(operation, axis, b.rank)),
  ] as const;
  if (normal.some((list) => new Set(list).size !== list.length)) {
    throw new RangeError(`${operation} expects each axis once but got ${JSON.stringify(axes)}`);
  }
  return normal;
}

/**
 * The product of `jnp.dot`: of scalars and anything the elementwise product, else the sum over the last axis of a and
 * the last but one of b (its only one where it is a vector). For stacks of matrices see `matmul`.
 *
 * @throws {RangeError} If the axes differ in extent.
 *
 * @example
 * ```ts
 * import { dot, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(dot(tensor([1, 2]), tensor([3, 4])).item(), 11);
 * ```
 */
export function dot(a: Tensor, b: Tensor): Tensor {
  const [x, y] = [asTensor("dot", a), asTensor("dot", b)];
  if (x.rank === 0 || y.rank === 0) return multiply(x, y);
  if (x.rank === 1 && y.rank === 1 && x.size === y.size) return matmul(x, y);
  return contract("dot", x, y, [[-1], [Math.max(0, y.rank - 2)]]);
}

/**
 * The sum of products over the last axes of both, as `jnp.inner`; the elementwise product with a scalar.
 *
 * @throws {RangeError} If the last axes differ in extent.
 *
 * @example
 * ```ts
 * import { inner, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(inner(tensor([[1, 2], [3, 4]]), tensor([1, 10])).toArray(), [21, 43]);
 * ```
 */
export function inner(a: Tensor, b: Tensor): Tensor {
  const [x, y] = [asTensor("inner", a), asTensor("inner", b)];
  if (x.rank === 0 || y.rank === 0) return multiply(x, y);
  return contract("inner", x, y, [[-1], [-1]]);
}

/**
 * The sum of products of all elements, in row-major order, as `jnp.vdot`.
 *
 * @throws {RangeError} If the sizes differ.
 *
 * @example
 * ```ts
 * import { tensor, vdot } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(vdot(tensor([[1, 2], [3, 4]]), tensor([[1, 1], [1, 1]])).item(), 10);
 * ```
 */
export function vdot(a: Tensor, b: Tensor): Tensor {
  const [x, y] = [asTensor("vdot", a), asTensor("vdot", b)];
  if (x.size !== y.size) {
    throw new RangeError(`vdot expects as many elements in both but got ${describe(x)} and ${describe(y)}`);
  }
  return matmul(reshape(x, [x.size]), reshape(y, [y.size]));
}
