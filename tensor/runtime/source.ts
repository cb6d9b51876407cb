/**
 * Kernels made at run time: how their text becomes a kernel, the same on every thread.
 *
 * @module
 */
import { FINISHING } from "../kernels/finishing.ts";
import { multiplyDouble } from "../kernels/simd/double_product.ts";
import { rotateSimd } from "../kernels/simd/rotate.ts";
import type { Kernel } from "../kernels/kernel.ts";
import { lib } from "../kernels/scalar.ts";

/**
 * The kernel that the JavaScript expression `source` evaluates to. The expression sees the scalar functions
 * as `lib` the kernels that finish as `kernels`, products of float64 as `multiply`, and rotations of rows as `rotate`.
 */
export function kernelFromSource(source: string): Kernel {
  return new Function("lib", "kernels", "multiply", "rotate", `return ${source}`)(
    lib,
    FINISHING,
    multiplyDouble,
    rotateSimd,
  ) as Kernel;
}
