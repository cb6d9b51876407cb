/**
 * Starting workers and sending them home.
 *
 * @module
 */
import { FINISH_BYTES, SCRATCH_BYTES } from "../kernels/kernel.ts";
import { KERNELS } from "../kernels/table.ts";
import { waitBriefly } from "./claim.ts";
import { CONTROL, MAX_THREADS } from "./control.ts";
import { heapExists, memory, onMove, reserve, views } from "./heap.ts";
import { giveUpWorkers, patience, threads } from "./threads.ts";
import type { WorkerStart } from "./worker.ts";
import { WORKER_KERNELS, WORKER_SOURCE } from "./worker.generated.ts";

/** Milliseconds without work after which workers leave, at first and after they had to come back often. */
const IDLE: readonly [number, number] = [50, 200];

/** Milliseconds that `shutdown` gives workers to leave by themselves. */
const DEADLINE = 1000;

let idle = IDLE[0];
let tokens = 0;
let url = "";
const workers: (Worker | null)[] = new Array<Worker | null>(MAX_THREADS).fill(null);
const scratches: number[] = [];

/** Makes room for what workers need of the heap, which may not move any more once threads share a job. */
export function prepareWorkers(): void {
  try {
    while (scratches.length < threads() - 1) scratches.push(reserve(SCRATCH_BYTES + FINISH_BYTES));
  } catch (error) {
    giveUpWorkers(`no worker could be started: ${String(error)}`);
  }
}

/**
 * Starts one of the workers that are missing. It joins when it is ready; nobody waits for that, but the start
 * itself holds the main thread up for some milliseconds, so they come one after another.
 */
export function recruit(): void {
  const words = views().int32;
  for (let slot = 0; slot < threads() - 1; slot += 1) {
    if (Atomics.load(words, CONTROL.SLOTS + slot) !== 0) continue;
    // A worker that left and is wanted again stays longer.
    if (workers[slot] !== null) idle = Math.min(IDLE[1], 2 * idle);
    Atomics.store(words, CONTROL.IDLE, idle);
    try {
      start(words, slot);
    } catch (error) {
      giveUpWorkers(`no worker could be started: ${String(error)}`);
    }
    return;
  }
}

function start(words: Int32Array, slot: number): void {
  workers[slot]?.terminate();
  if (url === "") url = sourceUrl();
  const scratch = scratches[slot];
  const worker = new Worker(url, { type: "module" });
  workers[slot] = worker;
  const token = tokens += 1;
  worker.onerror = (event): void => {
    event.preventDefault();
    cancel(words, slot, token);
    giveUpWorkers(`a worker failed: ${event.message}`);
  };
  Atomics.store(words, CONTROL.SLOTS + slot, token);
  Atomics.add(words, CONTROL.PRESENT, 1);
  worker.postMessage({ memory: memory(), scratch, slot, token, patience: patience() } satisfies WorkerStart);
}

function sourceUrl(): string {
  if (WORKER_KERNELS !== Object.keys(KERNELS).join()) {
    throw new Error("worker.generated.ts is stale, run deno run -A tensor/runtime/bundle_worker.ts");
  }
  return "data:text/javascript," + encodeURIComponent(WORKER_SOURCE);
}

/** Takes a worker that has not joined off the list; if it starts after all, it leaves at once. */
function cancel(words: Int32Array, slot: number, token: number): void {
  if (Atomics.compareExchange(words, CONTROL.SLOTS + slot, token, 0) === token) {
    Atomics.sub(words, CONTROL.PRESENT, 1);
  }
}

/** The workers that take part in jobs now. */
export function workersAlive(): number {
  return heapExists() ? Atomics.load(views().int32, CONTROL.READY) : 0;
}

/**
 * Sends every worker home and returns when they have left. A later launch that is worth it starts new ones.
 * It is for tests that check for leaks; a process exits without it, as idle workers leave by themselves.
 */
export function shutdown(): void {
  if (!workers.some((worker) => worker !== null)) return;
  const words = views().int32;
  for (let slot = 0; slot < MAX_THREADS; slot += 1) {
    const token = Atomics.load(words, CONTROL.SLOTS + slot);
    if (token > 0) cancel(words, slot, token);
  }
  const newest = Atomics.load(words, CONTROL.EPOCH);
  Atomics.store(words, CONTROL.OPEN, CONTROL.STOP);
  Atomics.store(words, CONTROL.EPOCH, ~newest);
  Atomics.notify(words, CONTROL.EPOCH);
  const deadline = performance.now() + DEADLINE;
  let ready: number;
  while ((ready = Atomics.load(words, CONTROL.READY)) !== 0 && performance.now() < deadline) {
    waitBriefly(words, CONTROL.READY, ready);
  }
  workers.forEach((worker, slot) => {
    worker?.terminate();
    workers[slot] = null;
  });
  if (ready !== 0) forget(words);
  Atomics.store(words, CONTROL.OPEN, 0);
  idle = IDLE[0];
}

onMove(shutdown);

/** Does without workers from now on, because one of them died. */
export function loseWorkers(): void {
  workers.forEach((worker, slot) => {
    worker?.terminate();
    workers[slot] = null;
  });
  forget(views().int32);
  giveUpWorkers("a worker died");
}

/** Clears what workers that did not answer have left behind. */
function forget(words: Int32Array): void {
  for (const word of [CONTROL.ACTIVE, CONTROL.SLEEPING, CONTROL.PRESENT, CONTROL.READY]) {
    Atomics.store(words, word, 0);
  }
  words.fill(0, CONTROL.SLOTS, CONTROL.SLOTS + MAX_THREADS);
}
