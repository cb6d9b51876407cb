/**
 * How many threads work.
 *
 * @module
 */
import { MAX_THREADS } from "./control.ts";
import { canShare } from "./memory.ts";

/** Looks at a word of the heap before a thread sleeps: some 80 us, longer than the gaps of a training step. */
const PATIENCE = 8000;

const cores = globalThis.navigator?.hardwareConcurrency ?? 1;
const usable = typeof Worker === "function" && canShare();
let configured = Math.max(1, Math.min(16, cores));
let effective = usable ? configured : 1;
let givenUp = false;

/** The threads that share work: those configured, or 1 where workers cannot be had. */
export function threads(): number {
  return effective;
}

/** The threads that were configured; by default the host's cores, at most 16. */
export function configuredThreads(): number {
  return configured;
}

/** How often a thread looks before it sleeps; rarely where threads outnumber cores and so take them away. */
export function patience(): number {
  return effective > cores ? 100 : PATIENCE;
}

/** A RangeError unless `count` is a number of threads: 1 to `MAX_THREADS`. */
export function checkThreads(count: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= MAX_THREADS) return;
  throw new RangeError(
    `configure expects threads to be a whole number from 1 to ${MAX_THREADS} but got ${count}`,
  );
}

/** Sets the number of threads, the main thread among them. */
export function setThreads(count: number): void {
  checkThreads(count);
  configured = count;
  effective = usable && !givenUp ? count : 1;
}

/** Works on one thread from now on, because workers do not work here; says so once. */
export function giveUpWorkers(reason: string): void {
  effective = 1;
  if (givenUp) return;
  givenUp = true;
  console.warn(`weft works on one thread because ${reason}`);
}
