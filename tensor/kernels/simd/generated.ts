/**
 * Kernels in WebAssembly that are made at run time: generated kernels whose source carries a module's bytes.
 *
 * @module
 */
import { generatedKernel } from "../generated.ts";
import type { KernelReference } from "../kernel.ts";
import { assemble, memoryLimits, type ModuleBuilder } from "./assembler.ts";

/**
 * The kernel called `name`, whose module `define` writes the first time it is asked for. The module exports
 * `run`, a function of four i32: the byte address of the argument block (float64 numbers), the first unit, the
 * unit after the last, and the byte address of the thread's scratch area. Each thread makes its own instance
 * when it first runs the kernel. See `KernelReference` for `aligned`.
 */
export function simdKernel(
  name: string,
  define: (module: ModuleBuilder) => void,
  aligned = false,
): KernelReference {
  return generatedKernel(name, () => {
    const bytes = assemble(define);
    const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    return instanceSource(text, memoryLimits(bytes));
  }, aligned);
}

/** What `instantiate` does, as text for a thread that knows no more than its views. */
function instanceSource(text: string, limits: number): string {
  return `(() => {
  let owner, run;
  const start = (memory) => {
    const { buffer } = memory;
    const pages = buffer.byteLength / 65536;
    const size = [0, 7, 14, 21, 28].map((bits) => (pages >>> bits) & 127 | (bits < 28 ? 128 : 0));
    const bytes = Uint8Array.from(atob("${text}"), (letter) => letter.charCodeAt(0));
    bytes.set([buffer instanceof ArrayBuffer ? 1 : 3, ...size, ...size], ${limits});
    run = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports.run;
    owner = memory;
  };
  return (views, at, begin, end) => {
    if (owner !== views.memory) start(views.memory);
    run(8 * at, begin, end, views.scratch);
  };
})()`;
}
