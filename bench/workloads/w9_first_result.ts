/**
 * A whole process that does one matrix product and prints its sum.
 *
 * @module
 */
import type { ProcessWorkload } from "../workload.ts";

/** W9. */
export const firstResult: ProcessWorkload = {
  name: "W9_first_result",
  flops: 0,
  bytes: 0,
  scripts: {
    "weft": ["first_result_weft.ts"],
    "tfjs-wasm": ["first_result_tfjs.ts", "wasm"],
    "tfjs-cpu": ["first_result_tfjs.ts", "cpu"],
    "jax-js-sync": ["first_result_jax_js.ts"],
  },
};
