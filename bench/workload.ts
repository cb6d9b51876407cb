/**
 * What a workload is: its work, and how weft and the peers in JavaScript do it. The libraries are handed in, so
 * that a process loads only the one that it times.
 *
 * @module
 */

/** weft, as a user imports it. */
export type Weft = typeof import("@weft/weft");
/** TensorFlow.js. */
export type Tfjs = typeof import("@tensorflow/tfjs");
/** jax-js. */
export type JaxJs = typeof import("@jax-js/jax");

/** A workload made ready in one library. */
export interface Run {
  /** One step, with the loss or one element of the result read. */
  readonly step: () => number | Promise<number>;
  /** The whole result of a step, for workloads without a loss. */
  readonly result?: () => ArrayLike<number> | Promise<ArrayLike<number>>;
}

/** How jax-js reads a number: by its workers, or synchronously on the main thread. */
export interface JaxJsContext {
  readonly jax: JaxJs;
  readonly read: (x: InstanceType<JaxJs["Array"]>) => number | Promise<number>;
}

interface Work {
  readonly name: string;
  /** Multiplications and additions that it needs at least; 0 where overhead alone counts. */
  readonly flops: number;
  /** Bytes that it reads and writes at least; 0 where overhead alone counts. */
  readonly bytes: number;
}

/** A workload whose steps are timed. */
export interface StepWorkload extends Work {
  /** Parts of a step; the time is of one. 1 by default. */
  readonly parts?: number;
  /** The workload of even sizes whose throughput this one of odd sizes is held against. */
  readonly even?: string;
  readonly weft: (weft: Weft) => Run;
  /** Absent where TensorFlow.js cannot do it. */
  readonly tfjs?: (tf: Tfjs) => Run;
  /** The backends of TensorFlow.js that can do it; both by default. */
  readonly tfjsBackends?: readonly ("wasm" | "cpu")[];
  /** Absent where jax-js cannot do it. */
  readonly jaxJs?: (context: JaxJsContext) => Run;
}

/** A workload that is a whole process: start, import, work, print the result, exit. */
export interface ProcessWorkload extends Work {
  /** By peer, the script in `start/` with its arguments; the number of threads is added. */
  readonly scripts: Readonly<Record<string, readonly string[]>>;
}

/** A workload. */
export type Workload = StepWorkload | ProcessWorkload;
