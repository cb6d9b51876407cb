/**
 * Kernels in WebAssembly as text: the bytes of a module and how to call it.
 *
 * @module
 */
import { memoryLimits } from "./assembler.ts";

/**
 * JavaScript that evaluates to a kernel of a module of these bytes: it compiles the module on the first call for the
 * memory of its views, and calls the function that the module exports as `run` with the byte of the argument block, the
 * numbers called `parameters`, and the byte of the scratch area. It gives what that function gives.
 */
export function moduleSource(bytes: Uint8Array, parameters: readonly string[]): string {
  const text = btoa(String.fromCharCode(...bytes));
  // The module is given the very size of the memory, as LEB128 of five bytes each.
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
  return (views, at, ${parameters}) => {
    if (owner !== views.memory) start(views.memory);
    return run(8 * at, ${parameters}, views.scratch);
  };
})()`;
}
