/**
 * Exponentials and powers of matrices.
 *
 * @module
 */
import { apply } from "../../apply.ts";
import { expmLoop } from "../../kernels/linalg/expm.ts";
import { batchInFront } from "../../rules.ts";
import { definePrimitive, type Primitive } from "../../primitive.ts";
import type { Tensor } from "../../tensor.ts";
import { matmul } from "../matmul.ts";
import { zerosLike } from "../full.ts";
import { concatenate } from "../concatenate.ts";
import { slice } from "../slice.ts";
import { swapAxes } from "../transpose.ts";
import { eachMatrix, launchMatrices, rowStep, squareMatrices } from "./matrix.ts";
import { inv } from "./solve.ts";
import { eyeLike } from "./triangle.ts";

const expmPrimitive: Primitive = definePrimitive({
  name: "expm",
  flops: ([x]) => eachMatrix(x, (n) => 30 * n ** 3),
  batch: batchInFront,
  infer: ([{ dtype, shape }]) => [{ dtype, shape }],
  execute([x], [result], _, machine) {
    const n = x.shape[x.shape.length - 1];
    launchMatrices(machine, {
      name: "expm",
      loop: expmLoop,
      operands: [x, result],
      area: n * (7 * rowStep(n) + 1),
      numbers: [n, rowStep(n)],
      cost: 12 * n ** 3,
    });
  },
  pullback: { rule: ([g], { inputs: [x] }) => [derivative(swapAxes(x, -1, -2), g)] },
  pushforward: { rule: ([tangent], { inputs: [x] }) => [derivative(x, tangent!)] },
});

/** The derivative along a direction: the corner of the exponential of [[x, d], [0, x]] (Najfeld and Havel, 1995). */
function derivative(x: Tensor, direction: Tensor): Tensor {
  const n = x.shape[x.rank - 1];
  const top = concatenate([x, direction], -1);
  const bottom = concatenate([zerosLike(x), x], -1);
  const whole = apply(expmPrimitive, [concatenate([top, bottom], -2)], {});
  const batch = x.shape.slice(0, -2).map((extent) => [0, extent] as const);
  return slice(whole, [...batch, [0, n], [n, 2 * n]]);
}

/**
 * The exponential of matrices, the sum of `x^k / k!`, by scaling and squaring in double precision (Higham, 2005), as
 * `jax.scipy.linalg.expm`.
 *
 * @param x Matrices [..., n, n].
 * @throws {RangeError} If x is not square.
 *
 * @example
 * ```ts
 * import { expm, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(expm(tensor([[0, 1], [0, 0]])).toArray(), [[1, 1], [0, 1]]);
 * ```
 */
export function expm(x: Tensor): Tensor {
  return apply(expmPrimitive, [squareMatrices("expm", x)], {});
}

/**
 * A whole power of matrices by repeated squaring; a negative one is of the inverse. As `jnp.linalg.matrix_power`.
 *
 * @param x Matrices [..., n, n].
 * @param exponent A whole number.
 * @throws {RangeError} If x is not square or the exponent is not whole.
 *
 * @example
 * ```ts
 * import { matrixPower, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(matrixPower(tensor([[1, 1], [1, 0]]), 5).toArray(), [[8, 5], [5, 3]]);
 * ```
 */
export function matrixPower(x: Tensor, exponent: number): Tensor {
  const square = squareMatrices("matrixPower", x);
  if (!Number.isInteger(exponent)) {
    throw new RangeError(`matrixPower expects a whole exponent but got ${exponent}`);
  }
  if (exponent === 0) return eyeLike(square);
  let base = exponent < 0 ? inv(square) : square;
  let result: Tensor | null = null;
  for (let left = Math.abs(exponent); left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = result === null ? base : matmul(result, base);
    if (left > 1) base = matmul(base, base);
  }
  return result!;
}
