/**
 * The limits of the machine, measured: multiply-adds of 128-bit vectors a second, and bytes a second.
 *
 * @module
 */
import type { Drive } from "./worker.ts";

/** The limits at one number of threads. */
export interface Limits {
  readonly threads: number;
  /** Multiplications and additions a second, in registers. */
  readonly flops: number;
  /** Bytes a second of a triad, by the bytes that it goes over. */
  readonly bandwidths: readonly { readonly bytes: number; readonly rate: number }[];
  /** How much the slow turns of a fixed loop took more than the fast ones: 0.1 for a tenth. */
  readonly spread: number;
}

const SIZES = [1, 4, 16, 64, 256].map((size) => size * 2 ** 20);

const quantile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(part * (values.length - 1))];

/** The turns' rates of each thread, all of them driven at the same time. */
async function drive(threads: number, bytes: number, duration: number): Promise<readonly number[][]> {
  const at = performance.timeOrigin + performance.now() + 150;
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
  );
  const rates = await Promise.all(workers.map((worker) =>
    new Promise<number[]>((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
      const job: Drive = { bytes: bytes / threads, at, duration };
      worker.postMessage(job);
    })
  ));
  for (const worker of workers) worker.terminate();
  return rates;
}

/** What the threads do together; the slower turns are put down to other processes. */
const together = (rates: readonly number[][]): number =>
  rates.reduce((sum, turns) => sum + quantile(turns, 0.75), 0);

/** How unevenly a fixed loop runs on one thread. */
function spreadOf([turns]: readonly number[][]): number {
  return quantile(turns, 0.9) / quantile(turns, 0.1) - 1;
}

/** Measures the limits at a number of threads, in about three seconds. */
export async function measureLimits(threads: number): Promise<Limits> {
  const sums = await drive(threads, 0, 500);
  const bandwidths: { bytes: number; rate: number }[] = [];
  for (const bytes of SIZES) {
    bandwidths.push({ bytes, rate: together(await drive(threads, bytes, 300)) });
  }
  return { threads, flops: together(sums), bandwidths, spread: spreadOf(sums) };
}

/** How unevenly a fixed loop runs now. */
export async function measureSpread(): Promise<number> {
  return spreadOf(await drive(1, 0, 300));
}

/** The least milliseconds that work takes: its arithmetic, or its bytes at the bandwidth of so many bytes. */
export function limitOf({ flops, bandwidths }: Limits, work: { flops: number; bytes: number }): number {
  const { rate } = bandwidths.find(({ bytes }) => bytes >= work.bytes) ?? bandwidths[bandwidths.length - 1];
  return 1000 * Math.max(work.flops / flops, work.bytes / rate);
}
