/**
 * How a thread takes its part of a job.
 *
 * @module
 */
import type { Kernel, KernelReference, Views } from "../kernels/kernel.ts";
import { CONTROL } from "./control.ts";

/** A kernel over the units 0 to `total` (exclusive). */
export interface Launch {
  /** The kernel. */
  readonly kernel: KernelReference;
  /** float64 address of its arguments. */
  readonly at: number;
  /** The number of units. */
  readonly total: number;
  /** Units of a chunk; the last one may be shorter. */
  readonly grain: number;
}

/** Launches whose chunks the threads share, those of the first launch first. */
export interface Job {
  /** float64 address of a table with a row of `ROW` numbers for each launch. */
  readonly table: number;
  /** The number of chunks of all launches. */
  readonly chunks: number;
}

/**
 * Numbers in a row of a job's table: the kernel's id, where its source lies and how long it is, the address of its
 * arguments, units, units of a chunk, and the number of the chunk after its last.
 */
export const ROW: number = 7;

/** Writes row `index` of the table at `table`; `end` is the number of the chunk after the launch's last. */
export function writeRow(
  { float64 }: Views,
  table: number,
  index: number,
  launch: Launch,
  source: number,
  end: number,
): void {
  const { kernel, at, total, grain } = launch;
  const row = table + ROW * index;
  float64[row] = kernel.id;
  float64[row + 1] = source;
  float64[row + 2] = kernel.source?.length ?? 0;
  float64[row + 3] = at;
  float64[row + 4] = total;
  float64[row + 5] = grain;
  float64[row + 6] = end;
}

/** The number of chunks of a launch. */
export function chunksOf({ total, grain }: Pick<Launch, "total" | "grain">): number {
  return Math.ceil(total / grain);
}

/** Writes a job for the workers to read. */
export function writeJob(float64: Float64Array, job: Job): void {
  float64[CONTROL.JOB] = job.table;
  float64[CONTROL.JOB + 1] = job.chunks;
}

/** The job that `writeJob` wrote. */
export function readJob(float64: Float64Array): Job {
  return { table: float64[CONTROL.JOB]!, chunks: float64[CONTROL.JOB + 1]! };
}

/**
 * Claims and runs chunks of the open job until none is left: from number `front` upwards, or where that is null from the
 * last one downwards, so that a thread mostly comes back to the same part of what follows, which its cache has.
 * `kernelOf` gives the kernel of the launch with this place and this row; `after` is called after each chunk.
 */
export function runChunks(
  views: Views,
  job: Job,
  front: number | null,
  kernelOf: (launch: number, row: number) => Kernel,
  after: (() => void) | null,
): void {
  const { int32, float64 } = views;
  let [launch, row, first] = [0, job.table, 0];
  let kernel: Kernel | null = null;
  for (let place = front ?? 0;; place += 1) {
    if (Atomics.add(int32, CONTROL.NEXT, 1) >= job.chunks) return;
    const chunk = front === null ? job.chunks - 1 - Atomics.add(int32, CONTROL.BACK, 1) : place;
    for (let end = float64[row + 6]; chunk >= end; end = float64[row + 6]) {
      first = end;
      row += ROW;
      launch += 1;
      kernel = null;
    }
    while (chunk < first) {
      row -= ROW;
      launch -= 1;
      first = launch === 0 ? 0 : float64[row - ROW + 6];
      kernel = null;
    }
    if (kernel === null) kernel = kernelOf(launch, row);
    const grain = float64[row + 5];
    const begin = (chunk - first) * grain;
    kernel(views, float64[row + 3], begin, Math.min(float64[row + 4], begin + grain));
    if (after !== null) after();
  }
}

/** Sleeps for at most a millisecond while `word` has this value; a browser's main thread may not, and looks. */
export function waitBriefly(words: Int32Array, word: number, value: number): void {
  try {
    Atomics.wait(words, word, value, 1);
  } catch {
    for (let spins = 0; spins < 1000 && Atomics.load(words, word) === value; spins += 1);
  }
}
