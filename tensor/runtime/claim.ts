/**
 * How a thread takes its part of a job.
 *
 * @module
 */
import type { Kernel, Views } from "../kernels/kernel.ts";
import { CONTROL } from "./control.ts";

/** A kernel over the units 0 to `total` (exclusive), cut into `chunks` chunks of `grain` units. */
export interface Job {
  /** float64 address of the kernel's arguments. */
  readonly at: number;
  /** The number of units. */
  readonly total: number;
  /** Units of a chunk; the last one may be shorter. */
  readonly grain: number;
  /** The number of chunks. */
  readonly chunks: number;
}

/** Writes a job for the workers to read; the words before it name its kernel. */
export function writeJob(float64: Float64Array, job: Job): void {
  float64[CONTROL.JOB + 3] = job.at;
  float64[CONTROL.JOB + 4] = job.total;
  float64[CONTROL.JOB + 5] = job.grain;
  float64[CONTROL.JOB + 6] = job.chunks;
}

/** The job that `writeJob` wrote. */
export function readJob(float64: Float64Array): Job {
  return {
    at: float64[CONTROL.JOB + 3]!,
    total: float64[CONTROL.JOB + 4]!,
    grain: float64[CONTROL.JOB + 5]!,
    chunks: float64[CONTROL.JOB + 6]!,
  };
}

/** Claims and runs one chunk of the open job; false if none was left. */
export function runChunk(kernel: Kernel, views: Views, job: Job): boolean {
  const chunk = Atomics.add(views.int32, CONTROL.NEXT, 1);
  if (chunk >= job.chunks) return false;
  const begin = chunk * job.grain;
  kernel(views, job.at, begin, Math.min(job.total, begin + job.grain));
  return true;
}

/** Sleeps for at most a millisecond while `word` has this value; a browser's main thread may not, and looks. */
export function waitBriefly(words: Int32Array, word: number, value: number): void {
  try {
    Atomics.wait(words, word, value, 1);
  } catch {
    for (let spins = 0; spins < 1000 && Atomics.load(words, word) === value; spins += 1);
  }
}
