/**
 * Kernels of linear algebra: loops over matrices that lie one after the other.
 *
 * @module
 */
import { generatedKernel } from "../generated.ts";
import type { KernelReference } from "../kernel.ts";
import type { FloatingDType } from "../plan.ts";

/**
 * The loop over the matrices `begin` to `end`. Arguments of the kernel are in `p` from `at` on, as for every
 * kernel; `x` is the heap as the dtype of the matrices. The function is carried to other threads as its own
 * source, so it uses nothing but its parameters and what the language has.
 */
export type MatrixLoop = (
  p: Float64Array,
  x: Float32Array | Float64Array,
  at: number,
  begin: number,
  end: number,
) => void;

/** The kernel called `name` for matrices of a dtype, made when it is first asked for. */
export function matrixKernel(name: string, dtype: FloatingDType, loop: MatrixLoop): KernelReference {
  return generatedKernel(`${name} ${dtype}`, () =>
    `(() => {
const loop = ${loop};
return (views, at, begin, end) => loop(views.float64, views.${dtype}, at, begin, end);
})()`);
}
