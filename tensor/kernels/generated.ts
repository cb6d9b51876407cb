/**
 * Kernels that are made at run time from JavaScript source, kept by a name for what they compute.
 *
 * @module
 */
import type { KernelReference } from "./kernel.ts";
import { kernelFromSource } from "./source.ts";

const made = new Map<string, KernelReference>();

/** The kernel called `name`, which `make` makes for its id the first time it is asked for. */
export function keptKernel(name: string, make: (id: number) => KernelReference): KernelReference {
  let reference = made.get(name);
  if (reference === undefined) made.set(name, reference = make(-1 - made.size));
  return reference;
}

/**
 * The kernel called `name`, made of the source that `write` returns the first time it is asked for. The source
 * is an expression that evaluates to the kernel with `lib`, the scalar library, `kernels`, those that
 * finish, and `double`, the steps of linear algebra, in sight. See `KernelReference` for `aligned` and `label`.
 */
export function generatedKernel(
  name: string,
  write: () => string,
  aligned = false,
  label = "typed arrays",
): KernelReference {
  return keptKernel(name, (id) => {
    const source = write();
    return { run: kernelFromSource(source), id, source, aligned, label };
  });
}
