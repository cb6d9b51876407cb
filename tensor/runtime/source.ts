/**
 * Kernels made at run time: how their text becomes a kernel, the same on every thread.
 *
 * @module
 */
import { FINISHING } from "../kernels/finishing.ts";
import { multiplyDouble } from "../kernels/simd/double_product.ts";
import type { Kernel } from "../kernels/kernel.ts";
import { lib } from "../kernels/scalar.ts";

/**
 * The kernel that the JavaScript expression `source` evaluates to. The expression sees the scalar functions
 * as `lib` the kernels that finish as `kernels`, and products of float64 as `multiply`.
 */
export function kernelFromSource(source: string): Kernel {
  return new Function("lib", "kernels", "multiply", `return ${source}`)(
    lib,
    FINISHING,
    multiplyDouble,
  ) as Kernel;
}
