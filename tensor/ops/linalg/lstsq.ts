/**
 * Least squares.
 *
 * @module
 */
import { applyAll } from "../../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../../check_option_names.ts";
import { lstsqLoop } from "../../kernels/linalg/lstsq.ts";
import { definePrimitive, type Primitive } from "../../primitive.ts";
import { describe, type Tensor } from "../../tensor.ts";
import { add, multiply, square, subtract } from "../arithmetic.ts";
import { greater } from "../comparison.ts";
import { promoted } from "../convert.ts";
import { matmul } from "../matmul.ts";
import { sum } from "../reduce.ts";
import { reshape } from "../reshape.ts";
import { stopGradient } from "../stop_gradient.ts";
import { swapAxes } from "../transpose.ts";
import { eachMatrix, epsilonOf, launchMatrices, matrices, rowStep } from "./matrix.ts";

interface Counted {
  /** Singular values of at most this part of the largest count as zero. */
  readonly cutoff: number;
  /** Whether the shortest y with `a^T y = x` is wanted too. */
  readonly twice: boolean;
}

const lstsqPrimitive: Primitive<Counted> = definePrimitive<Counted>({
  name: "lstsq",
  flops: ([a, b]) => eachMatrix(a, (m, n) => costOf(m, n, b.shape[b.shape.length - 1])),
  batch: { rule: ({ all, attributes, apply }) => apply(all(), attributes) },
  infer([{ dtype, shape }, b], { twice }) {
    const batch = shape.slice(0, -2);
    const [m, n] = shape.slice(-2);
    const k = b.shape[b.shape.length - 1];
    const [x, s] = [{ dtype, shape: [...batch, n, k] }, { dtype, shape: [...batch, Math.min(m, n)] }];
    return twice ? [x, s, { dtype, shape: [...batch, m, k] }] : [x, s];
  },
  execute([a, b], [x, s, y = x], { cutoff, twice }, machine) {
    const [known, unknown] = a.shape.slice(-2);
    const k = b.shape[b.shape.length - 1];
    const [m, n] = [Math.max(known, unknown), Math.min(known, unknown)];
    const step = rowStep(n + n % 2);
    const area = (2 * m + 5 * n) * step + (m + n + 64) * (k + 1) + n * (n + 95);
    launchMatrices(machine, {
      name: "lstsq",
      loop: lstsqLoop,
      operands: [a, b, x, y, s],
      area,
      numbers: [m, n, k, step, known < unknown ? 1 : 0, twice ? 1 : 0, cutoff, area],
      cost: costOf(m, n, k),
    });
  },
  saving: (attributes) => ({ ...attributes, twice: true }),
  trim: ([, , y], attributes) =>
    y ? null : { attributes: { ...attributes, twice: false }, kept: [true, true, false] },
  pullback: {
    // Golub and Pereyra, The differentiation of pseudo-inverses (1973), for matrices that keep their rank.
    rule([byX, _, byY], { inputs: [a, b], outputs: [x, , y], attributes: { cutoff }, wanted, hasCotangent }) {
      const turned = swapAxes(a, -1, -2);
      const shortest = (a: Tensor, b: Tensor, twice = false): readonly Tensor[] =>
        applyAll(lstsqPrimitive, [a, b], { cutoff, twice });
      /** The cotangent of A for one of X, its shortest Y, and what that of B is and the shortest for it. */
      const pull = (
        a: Tensor,
        b: Tensor,
        x: Tensor,
        y: Tensor,
        g: Tensor,
        [byB, again]: readonly Tensor[],
      ): Tensor =>
        subtract(
          add(
            matmul(subtract(b, matmul(a, x)), swapAxes(again, -1, -2)),
            matmul(y, swapAxes(subtract(g, matmul(swapAxes(a, -1, -2), byB)), -1, -2)),
          ),
          matmul(byB, swapAxes(x, -1, -2)),
        );
      // Forward mode comes without Y where only X was asked for.
      const isAlone = y === undefined || !hasCotangent[2];
      const [fromY, , fromYAgain] = isAlone ? [] : shortest(a, byY, wanted[0]);
      const g = isAlone ? byX : add(byX, fromY);
      const [byB, , again] = shortest(turned, g, wanted[0]);
      if (!wanted[0]) return [null, byB];
      const second = y ?? shortest(turned, x)[0];
      const byA = pull(a, b, x, second, g, [byB, again]);
      if (isAlone) return [byA, byB];
      const byTurned = pull(turned, x, y, shortest(a, y)[0], byY, [fromY, fromYAgain]);
      return [add(byA, swapAxes(byTurned, -1, -2)), byB];
    },
  },
});

/** Multiplications for a matrix [m, n] and k right sides. */
function costOf(m: number, n: number, k: number): number {
  const [most, least] = [Math.max(m, n), Math.min(m, n)];
  return 4 * most * least * least + 4 * most * least * k;
}

/** Options of `lstsq`. */
export interface LstsqOptions {
  /** Singular values of at most this part of the largest count as zero; `max(m, n) epsilon` by default. */
  readonly cutoff?: number;
}

const LSTSQ_OPTIONS = { cutoff: true } as const;

/** What `lstsq` gives. */
export interface LeastSquares {
  /** The solution of least length [n] or [n, k]. */
  readonly x: Tensor;
  /** The sums of squares of `b - a x` [k]. */
  readonly residuals: Tensor;
  /** The number of singular values that count, an int32. */
  readonly rank: Tensor;
  /** The singular values of a [min(m, n)], descending. */
  readonly singularValues: Tensor;
}

/**
 * The x for which the sum of squares of `b - a x` is least, of all such x the shortest, by the singular values of a,
 * as `jnp.linalg.lstsq`.
 *
 * @param a A matrix [m, n].
 * @param b Right sides [m] or [m, k].
 * @throws {RangeError} If a is no matrix or b does not fit.
 *
 * @example A line through points
 * ```ts
 * import { lstsq, tensor } from "@weft/weft";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * const { x } = lstsq(tensor([[0, 1], [1, 1], [2, 1]]), tensor([1, 3, 5]));
 * assertAlmostEquals(x.data()[0], 2, 1e-5);
 * assertAlmostEquals(x.data()[1], 1, 1e-5);
 * ```
 */
export function lstsq(a: Tensor, b: Tensor, options: LstsqOptions = NO_OPTIONS): LeastSquares {
  checkOptionNames("lstsq", options, LSTSQ_OPTIONS);
  const matrix = matrices("lstsq", a);
  if (matrix.rank !== 2 || (b.rank !== 1 && b.rank !== 2) || b.shape[0] !== matrix.shape[0]) {
    throw new RangeError(
      `lstsq expects a matrix and as many right sides as it has rows but got ${describe(a)} and ${
        describe(b)
      }`,
    );
  }
  const [left, right] = promoted("lstsq", matrix, b);
  const { cutoff = Math.max(...left.shape) * epsilonOf(left.dtype) } = options;
  const sides = b.rank === 1 ? reshape(right, [b.size, 1]) : right;
  if (!(cutoff >= 0)) throw new RangeError(`lstsq expects cutoff to be at least 0 but got ${cutoff}`);
  const [x, values] = applyAll(lstsqPrimitive, [left, sides], { cutoff, twice: false });
  const singularValues = stopGradient(values);
  const counted = greater(singularValues, multiply(singularValues.slice([[0, 1]]), cutoff));
  return {
    x: b.rank === 1 ? reshape(x, [x.shape[0]]) : x,
    residuals: sum(square(subtract(sides, matmul(left, x))), { axes: 0 }),
    rank: sum(counted),
    singularValues,
  };
}
