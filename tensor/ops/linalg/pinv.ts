/**
 * Pseudo-inverses.
 *
 * @module
 */
import { apply } from "../../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../../check_option_names.ts";
import { pinvLoop } from "../../kernels/linalg/pinv.ts";
import { batchInFront } from "../../rules.ts";
import { definePrimitive, type Primitive } from "../../primitive.ts";
import type { Tensor } from "../../tensor.ts";
import { add, subtract } from "../arithmetic.ts";
import { matmul } from "../matmul.ts";
import { swapAxes } from "../transpose.ts";
import { eachMatrix, epsilonOf, launchMatrices, matrices } from "./matrix.ts";
import { launchSvd } from "./svd.ts";
import { eyeLike } from "./triangle.ts";

const pinvPrimitive: Primitive<{ readonly cutoff: number }> = definePrimitive<{ readonly cutoff: number }>({
  name: "pinv",
  flops: ([x]) => eachMatrix(x, (m, n) => 22 * m * n * n),
  batch: batchInFront,
  infer([{ dtype, shape }]) {
    const [m, n] = shape.slice(-2);
    const batch = shape.slice(0, -2);
    return [{ dtype, shape: [...batch, n, m] }];
  },
  execute([x], [result], { cutoff }, machine) {
    const batch = x.shape.slice(0, -2);
    const [m, n] = x.shape.slice(-2);
    const s = machine.temporary(x.dtype, [...batch, n]);
    const u = machine.temporary(x.dtype, x.shape);
    const vt = machine.temporary(x.dtype, [...batch, n, n]);
    launchSvd(machine, x, [s, u, vt], n);
    launchMatrices(machine, {
      name: "pinv",
      loop: pinvLoop,
      operands: [u, s, vt, result],
      area: n * (n + 2 * m),
      numbers: [m, n, cutoff],
      cost: m * n * n,
    });
  },
  pullback: {
    // Golub and Pereyra, The differentiation of pseudo-inverses (1973), for matrices that keep their rank.
    rule([g], { inputs: [x], outputs: [p] }) {
      const [pt, gt] = [swapAxes(p, -1, -2), swapAxes(g, -1, -2)];
      const rest = (y: Tensor): Tensor => subtract(eyeLike(y), y);
      const along = matmul(matmul(pt, g), pt);
      const left = matmul(matmul(rest(matmul(x, p)), gt), matmul(p, pt));
      const right = matmul(matmul(matmul(pt, p), gt), rest(matmul(p, x)));
      return [subtract(add(left, right), along)];
    },
  },
});

/** Options of `pinv`. */
export interface PinvOptions {
  /**
   * Singular values of at most this part of the largest count as zero; `10 max(m, n) epsilon` by default, with the
   * epsilon of the dtype.
   */
  readonly cutoff?: number;
}

const PINV_OPTIONS = { cutoff: true } as const;

/**
 * The Moore-Penrose pseudo-inverse of matrices by their singular values, as `jnp.linalg.pinv`.
 *
 * @param x Matrices [..., m, n].
 * @returns Matrices [..., n, m].
 *
 * @example
 * ```ts
 * import { pinv, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(pinv(tensor([[2, 0], [0, 0], [0, 4]])).toArray(), [[0.5, 0, 0], [0, 0, 0.25]]);
 * ```
 */
export function pinv(x: Tensor, options: PinvOptions = NO_OPTIONS): Tensor {
  checkOptionNames("pinv", options, PINV_OPTIONS);
  const tensor = matrices("pinv", x);
  const { cutoff = 10 * Math.max(...tensor.shape.slice(-2)) * epsilonOf(tensor.dtype) } = options;
  if (!(cutoff >= 0)) throw new RangeError(`pinv expects cutoff to be at least 0 but got ${cutoff}`);
  const isWide = tensor.shape[tensor.rank - 2] < tensor.shape[tensor.rank - 1];
  const inverse = apply(pinvPrimitive, [isWide ? swapAxes(tensor, -1, -2) : tensor], { cutoff });
  return isWide ? swapAxes(inverse, -1, -2) : inverse;
}
