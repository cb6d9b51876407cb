/**
 * One product of 256 x 256 matrices in jax-js, its sum printed.
 *
 * @module
 */
import { defaultDevice, init, numpy as np } from "@jax-js/jax";
import { normal } from "../inputs.ts";

await init("wasm");
defaultDevice("wasm");
const [a, b] = [0, 1].map((stream) =>
  np.array(normal(100, stream, [256, 256]).data as Float32Array<ArrayBuffer>, { shape: [256, 256] })
);
console.log(np.matmul(a, b).sum().dataSync()[0]);
