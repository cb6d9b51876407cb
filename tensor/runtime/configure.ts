/**
 * The one global setting of the library, and how to read it.
 *
 * @module
 */
import { checkOptionNames } from "../check_option_names.ts";
import { heapExists, heapUsage, memory, setHeapLimit } from "./heap.ts";
import { canShare } from "./memory.ts";
import { shutdown, workersAlive } from "./recruit.ts";
import { checkThreads, configuredThreads, setThreads } from "./threads.ts";

export { shutdown };

/**
 * Which form of the kernels is chosen:
 *
 * - `"relaxed"`: WebAssembly SIMD with fused multiply-add where the host has it; the fastest. The last bit of
 *   a result may differ between machines.
 * - `"strict"`: WebAssembly SIMD without fused multiply-add: the same bits on every machine.
 * - `"off"`: the plain TypeScript loops.
 */
export type Simd = "relaxed" | "strict" | "off";

/** The options of `configure`; one that is left out stays as it is. */
export interface Configuration {
  /** Threads that work, the main thread among them: 1 to 64. Default: the host's cores, at most 16. */
  readonly threads?: number;
  /** Which form of the kernels is chosen. Default: `"relaxed"`. */
  readonly simd?: Simd;
  /**
   * Bytes of the heap, 4 MiB to 4 GiB, rounded up to pages of 64 KiB. It must be set before the first tensor
   * is made. Only what is used takes memory. Default: 4 GiB.
   */
  readonly heapLimit?: number;
}

const CONFIGURATION = { threads: true, simd: true, heapLimit: true } as const;

/** What `info` tells. */
export interface RuntimeInfo {
  /** Threads that were configured, the main thread among them. */
  readonly threads: number;
  /** Workers that run now; they start with the first large operation and leave when idle. */
  readonly workers: number;
  /** Which form of the kernels is chosen. */
  readonly simd: Simd;
  /** Whether the heap can be shared with workers. */
  readonly shared: boolean;
  /** Bytes of the heap. */
  readonly heapLimit: number;
  /** Bytes of it taken now. */
  readonly heapUsed: number;
  /** The most bytes taken at once. */
  readonly heapPeak: number;
  /** Blocks taken now. */
  readonly blocks: number;
  /** Blocks taken so far, those given back included. */
  readonly allocations: number;
}

const SIMD: readonly Simd[] = ["relaxed", "strict", "off"];

let chosen: Simd = "relaxed";

/** Which form of the kernels is chosen. */
export function simd(): Simd {
  return chosen;
}

/**
 * Sets how the library runs. Results do not depend on `threads`, and on `simd` only by rounding.
 *
 * A TypeError names an option that does not exist or has the wrong type, a RangeError a value that is not
 * allowed; nothing is changed then. `heapLimit` after the heap was made with another one is a RangeError.
 *
 * @example
 * ```ts
 * import { configure, info } from "@weft/weft/tensor";
 * import { assertEquals } from "@std/assert/equals";
 *
 * configure({ threads: 2, simd: "strict" });
 * assertEquals(info().threads, 2);
 * assertEquals(info().simd, "strict");
 * ```
 */
export function configure(options: Configuration): void {
  checkOptionNames("configure", options, CONFIGURATION);
  check(options);
  if (options.heapLimit !== undefined) setHeapLimit(options.heapLimit);
  if (options.threads !== undefined && options.threads !== configuredThreads()) {
    setThreads(options.threads);
    shutdown();
  }
  if (options.simd !== undefined) chosen = options.simd;
}

function check(options: Configuration): void {
  for (const [name, value] of Object.entries(options)) {
    const expected = name === "simd" ? "string" : "number";
    if (value !== undefined && typeof value !== expected) {
      throw new TypeError(`configure expects ${name} to be a ${expected} but got ${typeof value}`);
    }
  }
  const { threads, simd } = options;
  if (threads !== undefined) checkThreads(threads);
  if (simd !== undefined && !SIMD.includes(simd)) {
    throw new RangeError(`configure expects simd to be "relaxed", "strict" or "off" but got "${simd}"`);
  }
}

/**
 * How the library runs and how full its heap is.
 *
 * @example
 * ```ts
 * import { info } from "@weft/weft/tensor";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(info().heapUsed <= info().heapPeak, true);
 * ```
 */
export function info(): RuntimeInfo {
  const { limit, used, peak, blocks, allocations } = heapUsage();
  return {
    threads: configuredThreads(),
    workers: workersAlive(),
    simd: chosen,
    shared: heapExists() ? !(memory().buffer instanceof ArrayBuffer) : canShare(),
    heapLimit: limit,
    heapUsed: used,
    heapPeak: peak,
    blocks,
    allocations,
  };
}
