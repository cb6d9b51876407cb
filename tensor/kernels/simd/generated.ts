/**
 * Kernels in WebAssembly that are made at run time.
 *
 * @module
 */
import { keptKernel } from "../generated.ts";
import type { Kernel, KernelReference } from "../kernel.ts";
import { assembled } from "./assembled.ts";
import { instantiate, memoryLimits, type ModuleBuilder } from "./assembler.ts";

type Run = (block: number, begin: number, end: number, scratch: number) => void;

/**
 * The kernel called `name`, whose module `define` writes when it first runs. The module exports `run`, a function
 * of four i32: the byte address of the argument block (float64 numbers), the first unit, the unit after the last,
 * and the byte address of the thread's scratch area. Each thread makes its own instance when it first runs the
 * kernel. See `KernelReference` for `aligned`.
 */
export function simdKernel(
  name: string,
  define: (module: ModuleBuilder) => void,
  aligned = false,
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
        return source ??= instanceSource(bytes());
      },
      aligned,
      label: "simd",
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

/** What `instanceOf` does, as text for a thread that knows no more than its views; it gives what `run` does. */
export function instanceSource(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return `(() => {
  let owner, run;
  const start = (memory) => {
    const { buffer } = memory;
    const pages = buffer.byteLength / 65536;
    const size = [0, 7, 14, 21, 28].map((bits) => (pages >>> bits) & 127 | (bits < 28 ? 128 : 0));
    const bytes = Uint8Array.from(atob("${text}"), (letter) => letter.charCodeAt(0));
    bytes.set([buffer instanceof ArrayBuffer ? 1 : 3, ...size, ...size], ${memoryLimits(bytes)});
    run = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports.run;
    owner = memory;
  };
  return (views, at, begin, end) => {
    if (owner !== views.memory) start(views.memory);
    return run(8 * at, begin, end, views.scratch);
  };
})()`;
}
