/**
 * Kernels in WebAssembly as text: the bytes of a module and how to call it.
 *
 * @module
 */
import { assembled } from "./assembled.ts";
import { memoryLimits, type ModuleBuilder } from "./assembler.ts";

/** A literal of a text whose characters are the bytes. */
function literal(bytes: Uint8Array): string {
  return JSON.stringify(String.fromCharCode(...bytes));
}

/**
 * JavaScript that evaluates to a kernel whose module, called `name`, `define` writes: it compiles the module on the first
 * call for the memory of its views, and calls the function that the module exports as `run` with the byte of the argument
 * block, the numbers called `parameters`, and the byte of the scratch area.
 */
export function moduleSource(
  name: string,
  define: (module: ModuleBuilder) => void,
  parameters: readonly string[],
): string {
  const bytes = assembled(name, define);
  const at = memoryLimits(bytes);
  // The module is given the very size of the memory, as LEB128 of five bytes each.
  return `(() => {
let memory = null, run = null;
const start = (wanted) => {
const text = ${literal(bytes)};
const bytes = new Uint8Array(${bytes.length});
for (let i = 0; i < ${bytes.length}; i++) bytes[i] = text.charCodeAt(i);
const pages = wanted.buffer.byteLength / 65536;
bytes[${at}] = wanted.buffer instanceof ArrayBuffer ? 1 : 3;
for (let i = 0; i < 5; i++) {
bytes[${at + 1} + i] = bytes[${at + 6} + i] = (pages >>> (7 * i)) & 127 | (i < 4 ? 128 : 0);
}
const module = new WebAssembly.Module(bytes);
run = new WebAssembly.Instance(module, { env: { memory: wanted } }).exports.run;
memory = wanted;
};
return (views, at, ${parameters}) => {
if (views.memory !== memory) start(views.memory);
run(8 * at, ${parameters}, views.scratch);
};
})()`;
}
