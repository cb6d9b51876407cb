/**
 * Kernels made at run time: how their text becomes a kernel, the same on every thread.
 *
 * @module
 */
import { FINISHING } from "../kernels/finishing.ts";
import type { Kernel } from "../kernels/kernel.ts";
import { lib } from "../kernels/scalar.ts";

/**
 * The kernel that the JavaScript expression `source` evaluates to. The expression sees the scalar functions
 * as `lib` and the kernels that finish as `kernels`.
 */
export function kernelFromSource(source: string): Kernel {
  return new Function("lib", "kernels", `return ${source}`)(lib, FINISHING) as Kernel;
}
