/**
 * Products of all elements with all elements.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../../check_option_names.ts";
import { normalizeAxis } from "../../shape.ts";
import { describe, type Tensor } from "../../tensor.ts";
import { multiply, subtract } from "../arithmetic.ts";
import { asTensor } from "../convert.ts";
import { reshape } from "../reshape.ts";
import { stack } from "../concatenate.ts";
import { unstack } from "../slice.ts";

/**
 * The products of each element of a with each of b, `[size of a, size of b]`, as `jnp.outer`.
 *
 * @example
 * ```ts
 * import { outer, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(outer(tensor([1, 2]), tensor([3, 4, 5])).toArray(), [[3, 4, 5], [6, 8, 10]]);
 * ```
 */
export function outer(a: Tensor, b: Tensor): Tensor {
  const [x, y] = [asTensor("outer", a), asTensor("outer", b)];
  return multiply(reshape(x, [x.size, 1]), reshape(y, [1, y.size]));
}

/**
 * The Kronecker product: each element of a times all of b, in blocks, as `jnp.kron`. The operand of fewer axes gets
 * axes of extent 1 in front.
 *
 * @example
 * ```ts
 * import { kron, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(kron(tensor([1, 10]), tensor([1, 2])).toArray(), [1, 2, 10, 20]);
 * ```
 */
export function kron(a: Tensor, b: Tensor): Tensor {
  const [x, y] = [asTensor("kron", a), asTensor("kron", b)];
  const rank = Math.max(x.rank, y.rank);
  const shapeOf = (
    { shape }: Tensor,
  ): number[] => [...new Array<number>(rank - shape.length).fill(1), ...shape];
  const [rows, columns] = [shapeOf(x), shapeOf(y)];
  const blocks = multiply(
    reshape(x, rows.flatMap((extent) => [extent, 1])),
    reshape(y, columns.flatMap((extent) => [1, extent])),
  );
  return reshape(blocks, rows.map((extent, i) => extent * columns[i]));
}

/** Options of `cross`. */
export interface CrossOptions {
  /** The axis with the components, negative from the end; the last by default. */
  readonly axis?: number;
}

const CROSS_OPTIONS = { axis: true } as const;

/**
 * The vector product along an axis of 3 components, as `jnp.cross`; of 2 components, the number that would be the
 * third. The other axes broadcast.
 *
 * @throws {RangeError} If the axis has neither 2 nor 3 components.
 *
 * @example
 * ```ts
 * import { cross, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(cross(tensor([1, 0, 0]), tensor([0, 1, 0])).toArray(), [0, 0, 1]);
 * ```
 */
export function cross(a: Tensor, b: Tensor, options: CrossOptions = NO_OPTIONS): Tensor {
  checkOptionNames("cross", options, CROSS_OPTIONS);
  const { axis = -1 } = options;
  const components = [a, b].map((operand) => {
    const x = asTensor("cross", operand);
    const extent = x.shape[normalizeAxis("cross", axis, x.rank)];
    if (extent !== 2 && extent !== 3) {
      throw new RangeError(
        `cross expects 2 or 3 components along axis ${axis} but got ${describe(a)} and ${describe(b)}`,
      );
    }
    return unstack(x, axis);
  });
  const [x, y] = components;
  const part = (i: number, j: number): Tensor | null => {
    const [xi, xj, yi, yj] = [x[i], x[j], y[i], y[j]];
    const left = xi === undefined || yj === undefined ? null : multiply(xi, yj);
    const right = xj === undefined || yi === undefined ? null : multiply(xj, yi);
    if (left === null) return right === null ? null : multiply(right, -1);
    return right === null ? left : subtract(left, right);
  };
  const third = part(0, 1)!;
  if (x.length === 2 && y.length === 2) return third;
  return stack([part(1, 2)!, part(2, 0)!, third], axis);
}
