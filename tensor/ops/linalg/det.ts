/**
 * Determinants.
 *
 * @module
 */
import { apply, applyAll } from "../../apply.ts";
import {
  cofactorLoop,
  determinantByProductsLoop,
  determinantLoop,
} from "../../kernels/linalg/determinant.ts";
import { batchInFront } from "../../rules.ts";
import { definePrimitive, type Primitive } from "../../primitive.ts";
import type { Machine, Operand } from "../../machine.ts";
import type { Tensor } from "../../tensor.ts";
import { multiply, subtract } from "../arithmetic.ts";
import { matmul } from "../matmul.ts";
import { sum } from "../reduce.ts";
import { reshape } from "../reshape.ts";
import { swapAxes } from "../transpose.ts";
import { eachMatrix, launchMatrices, rowStep, SMALL, squareMatrices } from "./matrix.ts";
import { inv } from "./solve.ts";

function launchDeterminant(
  machine: Machine,
  x: Operand,
  results: readonly Operand[],
  logarithmic: boolean,
): void {
  const n = x.shape[x.shape.length - 1];
  const [isSmall, step] = [n <= SMALL, rowStep(n)];
  launchMatrices(machine, {
    name: isSmall ? "determinant" : "determinantByProducts",
    loop: isSmall ? determinantLoop : determinantByProductsLoop,
    operands: [x, ...results],
    area: isSmall ? n * n : n * (step + 1),
    numbers: [n, logarithmic ? 1 : 0, step],
    cost: n ** 3 / 3,
  });
}

/** A number for each matrix, with axes beside those of matrices. */
function besides(x: Tensor): Tensor {
  return reshape(x, [...x.shape, 1, 1]);
}

const detPrimitive: Primitive = definePrimitive({
  name: "det",
  flops: ([x]) => eachMatrix(x, (n) => 2 * n ** 3 / 3),
  batch: batchInFront,
  infer: ([x]) => [{ dtype: x.dtype, shape: x.shape.slice(0, -2) }],
  execute: ([x], [result], _, machine) => launchDeterminant(machine, x, [result, result], false),
  pullback: {
    rule: ([g], { inputs: [x] }) => [multiply(besides(g), apply(cofactorPrimitive, [x], {}))],
  },
});

const cofactorPrimitive: Primitive = definePrimitive({
  name: "cofactor",
  flops: ([x]) => eachMatrix(x, (n) => 2 * n ** 3),
  batch: batchInFront,
  infer: ([x]) => [{ dtype: x.dtype, shape: x.shape }],
  execute([x], [result], _, machine) {
    const n = x.shape[x.shape.length - 1];
    launchMatrices(machine, {
      name: "cofactor",
      loop: cofactorLoop,
      operands: [x, result],
      area: n * (2 * n + 4),
      numbers: [n],
      cost: n ** 3,
    });
  },
  pullback: {
    // C = det(A) inv(A)^T: dC = tr(inv(A) dA) C - inv(A)^T dA^T C. Singular matrices give infinities or NaN.
    rule([g], { inputs: [x], outputs: [cofactor] }) {
      const turned = swapAxes(inv(x), -1, -2);
      const along = besides(sum(multiply(g, cofactor), { axes: [-1, -2] }));
      return [
        subtract(multiply(along, turned), matmul(matmul(cofactor, swapAxes(g, -1, -2)), turned)),
      ];
    },
  },
});

const slogdetPrimitive: Primitive = definePrimitive({
  name: "slogdet",
  flops: ([x]) => eachMatrix(x, (n) => 2 * n ** 3 / 3),
  batch: batchInFront,
  infer([x]) {
    const like = { dtype: x.dtype, shape: x.shape.slice(0, -2) };
    return [like, like];
  },
  execute: ([x], results, _, machine) => launchDeterminant(machine, x, results, true),
  pullback: {
    rule: ([_, g], { inputs: [x] }) => [multiply(besides(g), swapAxes(inv(x), -1, -2))],
  },
});

/**
 * The determinant of matrices, as `jnp.linalg.det`. The gradient is the matrix of cofactors, right for singular
 * matrices too.
 *
 * @param x Matrices [..., n, n].
 * @returns Determinants [...].
 * @throws {RangeError} If x is not square.
 *
 * @example
 * ```ts
 * import { det, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(det(tensor([[2, 1], [4, 5]])).item(), 6);
 * ```
 */
export function det(x: Tensor): Tensor {
  return apply(detPrimitive, [squareMatrices("det", x)], {});
}

/** What `slogdet` gives for each matrix. */
export interface SignedLogarithm {
  /** -1, 0 or 1. */
  readonly sign: Tensor;
  /** The natural logarithm of the size of the determinant; -Infinity where it is 0. */
  readonly logAbs: Tensor;
}

/**
 * The sign and the logarithm of the size of the determinant, which does not overflow, as `jnp.linalg.slogdet`.
 *
 * @param x Matrices [..., n, n].
 * @throws {RangeError} If x is not square.
 *
 * @example
 * ```ts
 * import { slogdet, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { sign, logAbs } = slogdet(tensor([[0, 1], [1, 0]]));
 * assertEquals([sign.item(), logAbs.item()], [-1, 0]);
 * ```
 */
export function slogdet(x: Tensor): SignedLogarithm {
  const [sign, logAbs] = applyAll(slogdetPrimitive, [squareMatrices("slogdet", x)], {});
  return { sign, logAbs };
}
