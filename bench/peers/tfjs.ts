/**
 * TensorFlow.js, on one of its backends. Its threads start only in browsers, so it has one.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tfjs } from "../workload.ts";

/** TensorFlow.js with a backend in place. */
export async function tfjs(backend: "wasm" | "cpu"): Promise<Tfjs> {
  if (backend === "wasm") await import("@tensorflow/tfjs-backend-wasm");
  if (!await tf.setBackend(backend)) throw new Error(`Expected the backend ${backend} of tfjs to start`);
  return tf;
}
