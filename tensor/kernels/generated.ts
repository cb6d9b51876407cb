/**
 * Kernels that are made at run time from JavaScript source, kept by a name for what they compute.
 *
 * @module
 */
import type { Kernel, KernelReference } from "./kernel.ts";
import { FINISHING } from "./finishing.ts";
import { lib } from "./scalar.ts";

const made = new Map<string, KernelReference>();

/**
 * The kernel called `name`, made of the source that `write` returns the first time it is asked for. The source
 * is an expression that evaluates to the kernel with `lib`, the scalar library, and `kernels`, those that
 * finish, in sight. See `KernelReference` for `aligned`.
 */
export function generatedKernel(name: string, write: () => string, aligned = false): KernelReference {
  let reference = made.get(name);
  if (reference === undefined) {
    const source = write();
    const run = new Function("lib", "kernels", `return ${source}`)(lib, FINISHING) as Kernel;
    reference = { run, id: -1 - made.size, source, aligned };
    made.set(name, reference);
  }
  return reference;
}
