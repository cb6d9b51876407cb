/**
 * Products of vectors and matrices over their last axes.
 *
 * @module
 */
import { checkOptionNames, NO_OPTIONS } from "../../check_option_names.ts";
import { describe, type Tensor } from "../../tensor.ts";
import { multiply } from "../arithmetic.ts";
import { promoted } from "../convert.ts";
import { einsum } from "../contraction/einsum.ts";
import { matmul } from "../matmul.ts";
import { sum } from "../reduce.ts";
import { expandDims, squeeze } from "../reshape.ts";
import { swapAxes } from "../transpose.ts";
import { matrices } from "./matrix.ts";

/**
 * Matrices with rows and columns exchanged: the last two axes.
 *
 * @throws {RangeError} If there are fewer than 2 axes.
 *
 * @example
 * ```ts
 * import { matrixTranspose, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(matrixTranspose(tensor([[1, 2]])).toArray(), [[1], [2]]);
 * ```
 */
export function matrixTranspose(x: Tensor): Tensor {
  if (x.rank < 2) throw new RangeError(`matrixTranspose expects matrices but got ${describe(x)}`);
  return swapAxes(x, -1, -2);
}

const VECDOT_OPTIONS = { axis: true } as const;

/**
 * The dot products of vectors along an axis, the last by default; the other axes broadcast.
 *
 * @example
 * ```ts
 * import { tensor, vecdot } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(vecdot(tensor([[1, 2], [3, 4]]), tensor([1, 1])).toArray(), [3, 7]);
 * ```
 */
export function vecdot(a: Tensor, b: Tensor, options: { readonly axis?: number } = NO_OPTIONS): Tensor {
  checkOptionNames("vecdot", options, VECDOT_OPTIONS);
  const [x, y] = promoted("vecdot", a, b);
  return sum(multiply(x, y), { axes: options.axis ?? -1 });
}

/**
 * Products of matrices [..., m, n] and vectors [..., n], whose axes before the last broadcast: [..., m].
 *
 * @throws {RangeError} If the extents do not agree.
 *
 * @example
 * ```ts
 * import { matvec, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(matvec(tensor([[1, 2], [3, 4]]), tensor([[1, 0], [0, 1]])).toArray(), [[1, 3], [2, 4]]);
 * ```
 */
export function matvec(a: Tensor, x: Tensor): Tensor {
  checkVectors("matvec", a, x, a.shape[a.rank - 1]);
  return squeeze(matmul(a, expandDims(x, -1)), -1);
}

/**
 * Products of vectors [..., m] and matrices [..., m, n], whose axes before the last broadcast: [..., n].
 *
 * @throws {RangeError} If the extents do not agree.
 *
 * @example
 * ```ts
 * import { tensor, vecmat } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(vecmat(tensor([1, 1]), tensor([[1, 2], [3, 4]])).toArray(), [4, 6]);
 * ```
 */
export function vecmat(x: Tensor, a: Tensor): Tensor {
  checkVectors("vecmat", a, x, a.shape[a.rank - 2]);
  return squeeze(matmul(expandDims(x, -2), a), -2);
}

function checkVectors(operation: string, a: Tensor, x: Tensor, extent: number): void {
  if (a.rank < 2 || x.rank < 1 || x.shape[x.rank - 1] !== extent) {
    throw new RangeError(
      `${operation} expects matrices and vectors that fit them but got ${describe(a)} and ${describe(x)}`,
    );
  }
}

/**
 * The product of several matrices in the order of the fewest multiplications; the first and the last may be vectors.
 *
 * @throws {RangeError} If there are fewer than two, or extents do not agree.
 *
 * @example
 * ```ts
 * import { multiDot, ones } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(multiDot([ones([2, 3]), ones([3, 4]), ones([4])]).toArray(), [12, 12]);
 * ```
 */
export function multiDot(factors: readonly Tensor[]): Tensor {
  if (!Array.isArray(factors) || factors.length < 2) {
    throw new RangeError("multiDot expects at least two factors");
  }
  const letter = (i: number): string => String.fromCharCode(97 + i);
  const last = factors.length - 1;
  const terms = factors.map((factor: Tensor, i) => {
    if (i > 0 && i < last) matrices("multiDot", factor);
    if (factor.rank < 1 || factor.rank > 2) {
      throw new RangeError(`multiDot expects matrices but got ${describe(factor)}`);
    }
    if (factor.rank === 2) return letter(i) + letter(i + 1);
    return i === 0 ? letter(1) : letter(last);
  });
  const ends = (factors[0].rank === 2 ? letter(0) : "") + (factors[last].rank === 2 ? letter(last + 1) : "");
  for (let i = 0; i < last; i++) {
    const [left, right] = [factors[i], factors[i + 1]];
    if (left.shape[left.rank - 1] !== right.shape[0]) {
      throw new RangeError(
        `multiDot expects the inner extents to agree but got ${describe(left)} and ${describe(right)}`,
      );
    }
  }
  return einsum(`${terms.join(",")}->${ends}`, ...factors);
}
