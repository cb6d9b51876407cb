/**
 * Kernels made at run time: how their text becomes a kernel, the same on every thread.
 *
 * @module
 */
import { FINISHING } from "./finishing.ts";
import { DOUBLE_STEPS } from "./simd/double_steps.ts";
import type { Kernel } from "./kernel.ts";
import { lib } from "./scalar.ts";

/**
 * The kernel that the JavaScript expression `source` evaluates to. The expression sees the scalar functions
 * as `lib`, the kernels that finish as `kernels`, and the steps of linear algebra as `double`.
 */
export function kernelFromSource(source: string): Kernel {
  return new Function("lib", "kernels", "double", `return ${source}`)(lib, FINISHING, DOUBLE_STEPS) as Kernel;
}
