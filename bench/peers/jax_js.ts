/**
 * jax-js on WebAssembly: with a pool of workers where results are awaited, or on the main thread alone.
 *
 * @module
 */
import type { JaxJsContext } from "../workload.ts";

/** jax-js with `threads` workers, or without any where that is 0. */
export async function jaxJs(threads: number): Promise<JaxJsContext> {
  // The size of its pool is the number of cores.
  Object.defineProperty(navigator, "hardwareConcurrency", { value: Math.max(1, threads) });
  const jax = await import("@jax-js/jax");
  await jax.init("wasm");
  jax.defaultDevice("wasm");
  return {
    jax,
    read: threads === 0 ? (x) => x.dataSync()[0] : async (x) => (await x.data())[0],
  };
}
