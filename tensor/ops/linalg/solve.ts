/**
 * Systems of linear equations, and inverses.
 *
 * @module
 */
import { apply } from "../../apply.ts";
import { solveByProductsLoop, solveLoop } from "../../kernels/linalg/solve.ts";
import { definePrimitive, type Primitive } from "../../primitive.ts";
import { broadcastShapes } from "../../shape.ts";
import { describe, type Tensor } from "../../tensor.ts";
import { negative } from "../arithmetic.ts";
import { promoted } from "../convert.ts";
import { matmul } from "../matmul.ts";
import { broadcastTo } from "../broadcast_to.ts";
import { reshape } from "../reshape.ts";
import { swapAxes } from "../transpose.ts";
import { eachMatrix, launchMatrices, matrices, rowStep, SMALL, squareMatrices } from "./matrix.ts";
import { hasPanels, launchPanels } from "./panels.ts";
import { eyeLike } from "./triangle.ts";

const solvePrimitive: Primitive = definePrimitive({
  name: "solve",
  flops: ([_, b]) => eachMatrix(b, (n, k) => 2 * n ** 3 / 3 + 2 * n * n * k),
  batch: { rule: ({ all, attributes, apply }) => apply(all(), attributes) },
  infer: ([_, b]) => [{ dtype: b.dtype, shape: b.shape }],
  execute([a, b], [x], _, machine) {
    if (hasPanels(b.shape)) {
      return launchPanels(machine, [a, b, x], { lower: { unit: true }, upper: { unit: false } });
    }
    const [n, k] = b.shape.slice(-2);
    const [isSmall, step] = [n <= SMALL, rowStep(n + k)];
    launchMatrices(machine, {
      name: isSmall ? "solve" : "solveByProducts",
      loop: isSmall ? solveLoop : solveByProductsLoop,
      operands: [a, b, x],
      area: isSmall ? n * (n + k) : n * (step + 2),
      numbers: [n, k, step],
      cost: n ** 3 / 3 + n * n * k,
    });
  },
  pullback: {
    rule([g], { inputs: [a], outputs: [x], wanted }) {
      const byRight = apply(solvePrimitive, [swapAxes(a, -1, -2), g], {});
      return [wanted[0] ? negative(matmul(byRight, swapAxes(x, -1, -2))) : null, byRight];
    },
  },
});

/**
 * The solution x of `a x = b` by elimination with partial pivoting in double precision, as `jnp.linalg.solve`. Axes
 * before the last two broadcast. A singular matrix gives infinities or NaN.
 *
 * @param a Matrices [..., n, n].
 * @param b Right sides [..., n, k], or [n] for one.
 * @throws {RangeError} If a is not square or b does not fit.
 *
 * @example
 * ```ts
 * import { solve, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(solve(tensor([[0, 2], [4, 0]]), tensor([6, 8])).toArray(), [2, 3]);
 * ```
 */
export function solve(a: Tensor, b: Tensor): Tensor {
  const left = squareMatrices("solve", a);
  if (b.rank === 1) {
    const x = solve(left, reshape(b, [b.size, 1]));
    return reshape(x, x.shape.slice(0, -1));
  }
  const [m, y] = promoted("solve", left, matrices("solve", b));
  const n = m.shape[m.rank - 1];
  if (y.shape[y.rank - 2] !== n) {
    throw new RangeError(
      `solve expects right sides for ${n} unknowns but got ${describe(a)} and ${describe(b)}`,
    );
  }
  const batch = broadcastShapes("solve", m.shape.slice(0, -2), y.shape.slice(0, -2));
  return apply(solvePrimitive, [
    broadcastTo(m, [...batch, n, n]),
    broadcastTo(y, [...batch, ...y.shape.slice(-2)]),
  ], {});
}

/**
 * The inverse of matrices, as `jnp.linalg.inv`. A singular matrix gives infinities or NaN; to solve a system,
 * `solve` is quicker and more accurate.
 *
 * @param x Matrices [..., n, n].
 * @throws {RangeError} If x is not square.
 *
 * @example
 * ```ts
 * import { inv, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(inv(tensor([[2, 0], [0, 4]])).toArray(), [[0.5, 0], [0, 0.25]]);
 * ```
 */
export function inv(x: Tensor): Tensor {
  const square = squareMatrices("inv", x);
  return apply(solvePrimitive, [square, eyeLike(square)], {});
}
