/**
 * How a workload is timed: three steps whose losses are kept, a warm-up, then timed steps.
 *
 * @module
 */
import type { Run } from "./workload.ts";

/** What was measured of one workload in one library. */
export interface Measured {
  /** Median of a step, or of one of its parts, in milliseconds. */
  readonly ms: number;
  /** Shortest in milliseconds. */
  readonly least: number;
  /** The numbers that the first three steps read. */
  readonly first: readonly number[];
  /** Sum and sum of absolute values of the whole result, for workloads without a loss. */
  readonly checksum: readonly number[];
}

/** The middle one of numbers. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

const LEAST_STEPS = 20;
const MOST_STEPS = 300;
/** What is slow beyond all measure is given up after this many times the seconds asked for. */
const PATIENCE = 6;

/** Sum and sum of absolute values. */
export function checksum(values: ArrayLike<number>): number[] {
  let [sum, absolute] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    sum += values[i];
    absolute += Math.abs(values[i]);
  }
  return [sum, absolute];
}

/** Times a run until 20 steps and `seconds` have passed, at most 300 steps. */
export async function measure(run: Run, seconds: number, parts = 1): Promise<Measured> {
  const first: number[] = [];
  const began = performance.now();
  for (let i = 0; i < 3; i++) first.push(await run.step());
  const slow = performance.now() - began > 1000 * PATIENCE * seconds;
  const sums = run.result === undefined ? [] : checksum(await run.result());
  const warm = performance.now() + 1000 * Math.min(0.3, seconds / 4);
  // Only what a step trains changes with their number.
  const most = run.result === undefined ? MOST_STEPS / 6 : Infinity;
  for (let i = 0; !slow && (i < 2 || (performance.now() < warm && i < most)); i++) await run.step();
  const times: number[] = [];
  const start = performance.now();
  let now = start;
  while (
    (times.length < LEAST_STEPS || now - start < 1000 * seconds) && times.length < MOST_STEPS &&
    (times.length < (slow ? 1 : 3) || now - start < 1000 * PATIENCE * seconds)
  ) {
    const value = run.step();
    if (value instanceof Promise) await value;
    const end = performance.now();
    times.push((end - now) / parts);
    now = end;
  }
  return { ms: median(times), least: Math.min(...times), first, checksum: sums };
}
