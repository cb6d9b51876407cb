/**
 * A whole process that compiles the step of W2 and does it once.
 *
 * @module
 */
import type { ProcessWorkload } from "../workload.ts";

/** W10. */
export const compileStart: ProcessWorkload = {
  name: "W10_compile_start",
  flops: 0,
  bytes: 0,
  scripts: {
    "weft": ["compile_start_weft.ts"],
    "tfjs-wasm": ["compile_start_tfjs.ts", "wasm"],
    "tfjs-cpu": ["compile_start_tfjs.ts", "cpu"],
    "jax-js-sync": ["compile_start_jax_js.ts"],
  },
};
