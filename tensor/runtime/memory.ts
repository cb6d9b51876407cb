/**
 * The memory under the heap and how it looks to each thread.
 *
 * @module
 */
import type { Views } from "../kernels/kernel.ts";

const PAGE = 65536;

/** The smallest heap that a host's refusals can shrink the limit to. */
const LEAST_BYTES = 64 * 1024 * 1024;

/** The largest memory that is asked for where threads cannot share it: 1 GiB. */
const UNSHARED_BYTES = 1024 * 1024 * 1024;

/** Whether memory can be shared between threads here: a browser needs to be cross-origin isolated for it. */
export function canShare(): boolean {
  return typeof SharedArrayBuffer === "function" &&
    (globalThis as { readonly crossOriginIsolated?: boolean }).crossOriginIsolated !== false;
}

/**
 * Reserves a memory of `limit` bytes at once, or of half, a quarter, ... but at least `least` if the host refuses. Pages that are
 * never touched cost nothing, and a memory that never grows keeps its views for ever.
 */
export function reserveMemory(limit: number, least: number = LEAST_BYTES): WebAssembly.Memory {
  const shared = canShare();
  const most = shared ? limit : Math.min(limit, UNSHARED_BYTES);
  for (let bytes = most;; bytes /= 2) {
    const pages = Math.ceil(bytes / PAGE);
    try {
      return new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
    } catch (error) {
      if (bytes / 2 >= least) continue;
      throw new RangeError(
        `The host refuses a heap of ${pages * PAGE} bytes; configure({ heapLimit }) less`,
        {
          cause: error,
        },
      );
    }
  }
}

/** The views on `memory` of the thread whose scratch area starts at byte `scratch`. */
export function viewsOf(memory: WebAssembly.Memory, scratch: number): Views {
  const buffer = memory.buffer;
  return {
    memory,
    float32: new Float32Array(buffer),
    float64: new Float64Array(buffer),
    int32: new Int32Array(buffer),
    uint32: new Uint32Array(buffer),
    uint16: new Uint16Array(buffer),
    uint8: new Uint8Array(buffer),
    scratch,
  };
}
