/**
 * Orthogonal times triangular factors.
 *
 * @module
 */
import { applyAll } from "../../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../../check_option_names.ts";
import { qrByProductsLoop, qrLoop } from "../../kernels/linalg/qr.ts";
import { batchInFront } from "../../rules.ts";
import { definePrimitive, type Primitive } from "../../primitive.ts";
import type { Tensor } from "../../tensor.ts";
import { add, negative, subtract } from "../arithmetic.ts";
import { matmul } from "../matmul.ts";
import { concatenate } from "../concatenate.ts";
import { slice } from "../slice.ts";
import { swapAxes } from "../transpose.ts";
import { eachMatrix, launchMatrices, matrices, rowStep } from "./matrix.ts";
import { solve } from "./solve.ts";
import { eyeLike, triangle } from "./triangle.ts";
import { triangularSolve } from "./triangular_solve.ts";

/** Columns up to which products do not pay. */
const FEW = 8;

const qrPrimitive: Primitive<{ readonly columns: number }> = definePrimitive<{ readonly columns: number }>({
  name: "qr",
  flops: ([x]) => eachMatrix(x, (m, n) => 4 * m * n * Math.min(m, n)),
  batch: batchInFront,
  infer([x], { columns }) {
    const batch = x.shape.slice(0, -2);
    const [m, n] = x.shape.slice(-2);
    return [{ dtype: x.dtype, shape: [...batch, m, columns] }, {
      dtype: x.dtype,
      shape: [...batch, columns, n],
    }];
  },
  execute([x], [q, r], { columns }, machine) {
    const [m, n] = x.shape.slice(-2);
    const [isSmall, step, qStep] = [n <= FEW, rowStep(n), rowStep(columns)];
    launchMatrices(machine, {
      name: isSmall ? "qr" : "qrByProducts",
      loop: isSmall ? qrLoop : qrByProductsLoop,
      operands: [x, q, r],
      area: isSmall ? m * (n + columns + 1) : (2 * m + n) * step + m * qStep + n * (2 * columns + 16),
      numbers: [m, n, columns, step, qStep],
      cost: 2 * m * n * Math.min(m, n),
    });
  },
  pullback: {
    rule([byQ, byR], { inputs: [x], outputs: [q, r], attributes: { columns } }) {
      const n = x.shape[x.rank - 1];
      if (columns === n) return [thinRule(byQ, byR, q, r)];
      const [q1, q2] = split(q, n, -1);
      const [by1, by2] = split(byQ, n, -1);
      const byFirst = add(by1, completionRule(by2, q1, q2));
      return [thinRule(byFirst, split(byR, n, -2)[0], q1, split(r, n, -2)[0])];
    },
  },
});

/** The cotangent of x from those of thin factors: Walter, Lehmann and Lamour (2012). */
function thinRule(byQ: Tensor, byR: Tensor, q: Tensor, r: Tensor): Tensor {
  const m = subtract(matmul(r, swapAxes(byR, -1, -2)), matmul(swapAxes(byQ, -1, -2), q));
  const symmetric = add(triangle(m, true), swapAxes(triangle(m, true, 1), -1, -2));
  return triangularSolve(r, add(byQ, matmul(q, symmetric)), {
    leftSide: false,
    lower: false,
    transposeA: true,
  });
}

/** What the cotangent of the completing columns q2 adds to that of q1: Roberts and Roberts (2024), equation 32. */
function completionRule(by: Tensor, q1: Tensor, q2: Tensor): Tensor {
  const [top, bottom] = split(q1, q1.shape[q1.rank - 1], -2);
  const turned = swapAxes(subtract(top, eyeLike(top)), -1, -2);
  const zt = solve(turned, swapAxes(bottom, -1, -2));
  const z = swapAxes(zt, -1, -2);
  const across = matmul(swapAxes(by, -1, -2), add(q1, matmul(q2, z)));
  return add(matmul(by, z), concatenate([matmul(zt, across), negative(across)], -2));
}

/** The first `count` places along an axis, and the rest. */
function split(x: Tensor, count: number, axis: -1 | -2): readonly [Tensor, Tensor] {
  const part = (start: number, stop: number): Tensor =>
    slice(x, x.shape.map((extent, i) => i === x.rank + axis ? [start, stop] : [0, extent]));
  return [part(0, count), part(count, x.shape[x.rank + axis])];
}

/** Options of `qr`. */
export interface QrOptions {
  /** Whether Q [..., m, k] has k = min(m, n) columns ("reduced", the default) or m ("complete"). */
  readonly mode?: "reduced" | "complete";
}

const QR_OPTIONS = { mode: true } as const;

/** What `qr` gives for each matrix. */
export interface QrFactors {
  /** Orthonormal columns [..., m, k]. */
  readonly q: Tensor;
  /** The upper triangle [..., k, n]. */
  readonly r: Tensor;
}

/**
 * Factors of matrices, `x = q r`, q with orthonormal columns and r upper triangular, by reflections in double
 * precision with the signs of LAPACK, as `jnp.linalg.qr`.
 *
 * @param x Matrices [..., m, n].
 * @throws {RangeError} If the mode is another.
 *
 * @example
 * ```ts
 * import { matmul, qr, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const { q, r } = qr(tensor([[0, 2], [3, 1]]));
 * assertEquals(matmul(q, r).toArray(), [[0, 2], [3, 1]]);
 * ```
 */
export function qr(x: Tensor, options: QrOptions = NO_OPTIONS): QrFactors {
  checkOptionNames("qr", options, QR_OPTIONS);
  const { mode = "reduced" } = options;
  if (mode !== "reduced" && mode !== "complete") {
    throw new RangeError(`qr expects mode "reduced" or "complete" but got ${String(mode)}`);
  }
  const tensor = matrices("qr", x);
  const [m, n] = tensor.shape.slice(-2);
  if (n <= m) return factor(tensor, mode === "complete" ? m : n);
  // The first m columns have the factor q, and the others are what they are in its basis.
  const [first, others] = split(tensor, m, -1);
  const { q, r } = factor(first, m);
  return { q, r: concatenate([r, matmul(swapAxes(q, -1, -2), others)], -1) };
}

function factor(x: Tensor, columns: number): QrFactors {
  const [q, r] = applyAll(qrPrimitive, [x], { columns });
  return { q, r };
}
