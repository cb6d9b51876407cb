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
 * as `lib`, the kernels that finish as `kernels`, and the heap's memory as `memory`, for importing it into a WebAssembly module.
 */
export function kernelFromSource(source: string, memory: WebAssembly.Memory): Kernel {
  return new Function("lib", "kernels", "memory", `return ${source}`)(lib, FINISHING, memory) as Kernel;
}
