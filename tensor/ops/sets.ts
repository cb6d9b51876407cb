/**
 * Sets of numbers: their union, intersection and differences, in order and each once.
 *
 * @module
 */
import type { Tensor } from "../tensor.ts";
import { concatenate } from "./concatenate.ts";
import { promoted } from "./convert.ts";
import { extract } from "./choose.ts";
import { isIn, unique } from "./unique.ts";
import { ravel } from "./reshape.ts";

function distinct(operation: string, a: Tensor, b: Tensor): readonly [Tensor, Tensor] {
  const [x, y] = promoted(operation, a, b);
  return [unique(ravel(x)), unique(ravel(y))];
}

/**
 * The numbers that are in either of two tensors.
 *
 * @throws {TypeError} Inside of `compile` or a gradient, where their number is not known.
 *
 * @example
 * ```ts
 * import { tensor, union1d } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(union1d(tensor([3, 1]), tensor([2, 3])).toArray(), [1, 2, 3]);
 * ```
 */
export function union1d(a: Tensor, b: Tensor): Tensor {
  return unique(concatenate([...distinct("union1d", a, b)]));
}

/**
 * The numbers that are in both of two tensors.
 *
 * @throws {TypeError} Inside of `compile` or a gradient, where their number is not known.
 *
 * @example
 * ```ts
 * import { intersect1d, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(intersect1d(tensor([3, 1, 3]), tensor([2, 3])).toArray(), [3]);
 * ```
 */
export function intersect1d(a: Tensor, b: Tensor): Tensor {
  const [x, y] = distinct("intersect1d", a, b);
  return extract(isIn(x, y), x);
}

/**
 * The numbers of the first tensor that are not in the second.
 *
 * @throws {TypeError} Inside of `compile` or a gradient, where their number is not known.
 *
 * @example
 * ```ts
 * import { setdiff1d, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(setdiff1d(tensor([3, 1, 3]), tensor([2, 3])).toArray(), [1]);
 * ```
 */
export function setdiff1d(a: Tensor, b: Tensor): Tensor {
  const [x, y] = distinct("setdiff1d", a, b);
  return extract(isIn(x, y, { invert: true }), x);
}

/**
 * The numbers that are in one of two tensors alone.
 *
 * @throws {TypeError} Inside of `compile` or a gradient, where their number is not known.
 *
 * @example
 * ```ts
 * import { setxor1d, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(setxor1d(tensor([3, 1]), tensor([2, 3])).toArray(), [1, 2]);
 * ```
 */
export function setxor1d(a: Tensor, b: Tensor): Tensor {
  const [x, y] = distinct("setxor1d", a, b);
  const alone = [extract(isIn(x, y, { invert: true }), x), extract(isIn(y, x, { invert: true }), y)];
  return unique(concatenate(alone));
}
