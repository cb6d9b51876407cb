/**
 * One product of 256 x 256 matrices in TensorFlow.js, its sum printed.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { normal } from "../inputs.ts";

const [backend] = Deno.args;
if (backend === "wasm") await import("@tensorflow/tfjs-backend-wasm");
else await import("@tensorflow/tfjs-backend-cpu");
await tf.setBackend(backend);
const [a, b] = [normal(100, 0, [256, 256]), normal(100, 1, [256, 256])];
console.log(
  tf.sum(tf.matMul(tf.tensor2d(a.data, [256, 256]), tf.tensor2d(b.data, [256, 256]))).dataSync()[0],
);
