/**
 * Systems whose matrix is a triangle.
 *
 * @module
 */
import { apply } from "../../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../../check_option_names.ts";
import { triangularSolveByProductsLoop, triangularSolveLoop } from "../../kernels/linalg/triangular_solve.ts";
import { definePrimitive, type Primitive } from "../../primitive.ts";
import { broadcastShapes, formatShape } from "../../shape.ts";
import { describe, type Tensor } from "../../tensor.ts";
import { negative } from "../arithmetic.ts";
import { promoted } from "../convert.ts";
import { matmul } from "../matmul.ts";
import { broadcastTo } from "../broadcast_to.ts";
import { reshape } from "../reshape.ts";
import { swapAxes } from "../transpose.ts";
import { eachMatrix, launchMatrices, matrices, rowStep, SMALL, squareMatrices } from "./matrix.ts";
import { hasPanels, launchPanels } from "./panels.ts";
import { triangle } from "./triangle.ts";

interface Triangular {
  readonly lower: boolean;
  readonly unitDiagonal: boolean;
}

/** Right sides below which products do not pay. */
const FEW = 4;

const triangularSolvePrimitive: Primitive<Triangular> = definePrimitive<Triangular>({
  name: "triangularSolve",
  flops: ([_, x]) => eachMatrix(x, (n, k) => n * n * k),
  batch: { rule: ({ all, attributes, apply }) => apply(all(), attributes) },
  infer: ([_, b]) => [{ dtype: b.dtype, shape: b.shape }],
  execute([a, b], [x], { lower, unitDiagonal }, machine) {
    if (hasPanels(b.shape)) {
      const side = { unit: unitDiagonal };
      return launchPanels(machine, [a, b, x], { lower: lower ? side : null, upper: lower ? null : side });
    }
    const [n, k] = b.shape.slice(-2);
    const [isSmall, step] = [n <= SMALL || k < FEW, rowStep(n + k)];
    const numbers = [n, k, lower ? 1 : 0, unitDiagonal ? 1 : 0];
    launchMatrices(machine, {
      name: isSmall ? "triangularSolve" : "triangularSolveByProducts",
      loop: isSmall ? triangularSolveLoop : triangularSolveByProductsLoop,
      operands: [a, b, x],
      area: isSmall ? null : n * step,
      numbers: isSmall ? numbers : [...numbers, step],
      cost: n * n * k / 2,
    });
  },
  pullback: {
    rule([g], { inputs: [a], outputs: [x], attributes: { lower, unitDiagonal }, wanted }) {
      const byRight = apply(triangularSolvePrimitive, [swapAxes(a, -1, -2), g], {
        lower: !lower,
        unitDiagonal,
      });
      return [
        wanted[0]
          ? negative(triangle(matmul(byRight, swapAxes(x, -1, -2)), lower, unitDiagonal ? 1 : 0))
          : null,
        byRight,
      ];
    },
  },
});

/** Options of `triangularSolve`. */
export interface TriangularSolveOptions {
  /** Whether the unknown stands right of the matrix, `a x = b`, rather than left, `x a = b`; true by default. */
  readonly leftSide?: boolean;
  /** Whether the lower triangle is taken rather than the upper; true by default. */
  readonly lower?: boolean;
  /** Whether the matrix is transposed first; false by default. */
  readonly transposeA?: boolean;
  /** Whether the diagonal counts as ones, unread; false by default. */
  readonly unitDiagonal?: boolean;
}

const TRIANGULAR_SOLVE_OPTIONS = {
  leftSide: true,
  lower: true,
  transposeA: true,
  unitDiagonal: true,
} as const;

/**
 * The solution x of `a x = b` (or `x a = b`) for triangular matrices a by substitution, as
 * `jax.lax.linalg.triangular_solve`. Only the triangle is read. Axes before the last two broadcast; a zero on the
 * diagonal gives infinities and NaN.
 *
 * @param a Matrices [..., n, n].
 * @param b Right sides [..., n, k], or [n] for one; [..., k, n] where `leftSide` is false.
 * @throws {RangeError} If a is not square or b does not fit.
 *
 * @example
 * ```ts
 * import { tensor, triangularSolve } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const a = tensor([[2, 0], [1, 4]]);
 * assertEquals(triangularSolve(a, tensor([2, 9])).toArray(), [1, 2]);
 * assertEquals(triangularSolve(a, tensor([2, 4]), { lower: false }).toArray(), [1, 1]);
 * ```
 */
export function triangularSolve(a: Tensor, b: Tensor, options: TriangularSolveOptions = NO_OPTIONS): Tensor {
  checkOptionNames("triangularSolve", options, TRIANGULAR_SOLVE_OPTIONS);
  const { leftSide = true, lower = true, transposeA = false, unitDiagonal = false } = options;
  const left = squareMatrices("triangularSolve", a);
  if (b.rank === 1) {
    const column = reshape(b, leftSide ? [b.size, 1] : [1, b.size]);
    const x = triangularSolve(left, column, options);
    return reshape(x, [...x.shape.slice(0, -2), b.size]);
  }
  const [m, y] = promoted("triangularSolve", left, matrices("triangularSolve", b));
  const n = m.shape[m.rank - 1];
  if (y.shape[y.rank - (leftSide ? 2 : 1)] !== n) {
    throw new RangeError(
      `triangularSolve expects right sides for ${n} unknowns but got ${describe(a)} and ${
        formatShape(b.shape)
      }`,
    );
  }
  // x a = b is a^T x^T = b^T.
  const turned = transposeA === leftSide;
  const side = leftSide ? y : swapAxes(y, -1, -2);
  const batch = broadcastShapes("triangularSolve", m.shape.slice(0, -2), side.shape.slice(0, -2));
  const x = apply(
    triangularSolvePrimitive,
    [
      broadcastTo(turned ? swapAxes(m, -1, -2) : m, [...batch, n, n]),
      broadcastTo(side, [...batch, ...side.shape.slice(-2)]),
    ],
    { lower: turned ? !lower : lower, unitDiagonal },
  );
  return leftSide ? x : swapAxes(x, -1, -2);
}
