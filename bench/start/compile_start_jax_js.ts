/**
 * One step of W2 in jax-js, its loss printed.
 *
 * @module
 */
import { jaxJs } from "../peers/jax_js.ts";
import { mlp } from "../workloads/w2_mlp.ts";

console.log(await mlp.jaxJs!(await jaxJs(0)).step());
