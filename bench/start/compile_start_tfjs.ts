/**
 * One step of W2 in TensorFlow.js, its loss printed.
 *
 * @module
 */
import { tfjs } from "../peers/tfjs.ts";
import { mlp } from "../workloads/w2_mlp.ts";

console.log(await mlp.tfjs!(await tfjs(Deno.args[0] as "wasm" | "cpu")).step());
