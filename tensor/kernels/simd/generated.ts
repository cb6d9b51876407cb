/**
 * Kernels in WebAssembly that are made at run time.
 *
 * @module
 */
import { keptKernel } from "../generated.ts";
import type { Kernel, KernelReference } from "../kernel.ts";
import { assembled } from "./assembled.ts";
import { instantiate, type ModuleBuilder } from "./assembler.ts";
import { moduleSource } from "./module_source.ts";

type Run = (block: number, begin: number, end: number, scratch: number) => void;

/**
 * The kernel called `name`, whose module `define` writes when it first runs. The module exports `run`, a function
 * of four i32: the byte address of the argument block (float64 numbers), the first unit, the unit after the last,
 * and the byte address of the thread's scratch area. Each thread makes its own instance when it first runs the
 * kernel. See `KernelReference` for `aligned` and `label`.
 */
export function simdKernel(
  name: string,
  define: (module: ModuleBuilder) => void,
  aligned = false,
  label = "simd",
): KernelReference {
  return keptKernel(name, (id) => {
    let made: Uint8Array<ArrayBuffer> | null = null;
    const bytes = (): Uint8Array<ArrayBuffer> => made ??= assembled(name, define);
    let source: string | null = null;
    return {
      run: instanceOf(bytes),
      id,
      // Only other threads need the text.
      get source(): string {
        return source ??= moduleSource(bytes(), ["begin", "end"]);
      },
      aligned,
      label,
    };
  });
}

/** The kernel of this thread: it makes its instance for the memory of the views. */
function instanceOf(bytes: () => Uint8Array<ArrayBuffer>): Kernel {
  let owner: WebAssembly.Memory | null = null;
  let run: Run | null = null;
  return (views, at, begin, end) => {
    if (owner !== views.memory) {
      run = instantiate(bytes(), views.memory).run as Run;
      owner = views.memory;
    }
    run!(8 * at, begin, end, views.scratch);
  };
}
