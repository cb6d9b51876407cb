/**
 * The pool: a kernel's work is cut into chunks by size, and the main thread and its workers claim chunks
 * until none is left. Every launch returns when all of its chunks are done. Results do not depend on who did
 * which chunk.
 *
 * @module
 */
import type { KernelReference, Views } from "../kernels/kernel.ts";
import { chunksOf, type Job, type Launch, ROW, runChunks, waitBriefly, writeJob, writeRow } from "./claim.ts";
import { CONTROL } from "./control.ts";
import { memory, reserve, views } from "./heap.ts";
import { quickerOf } from "./quicker.ts";
import { loseWorkers, prepareWorkers, recruit } from "./recruit.ts";
import { patience, threads } from "./threads.ts";

/** Milliseconds of work that could have been shared after which a missing worker is started; about its cost. */
const RECRUIT_AFTER = 30;

/** Chunks of work from which each run is timed, so that it adapts to what else the machine does. */
export const MANY = 16;

/** Naps of a millisecond after which a worker that is in a job counts as dead: its chunks take a few at most. */
const LOST_AFTER = 5000;

let epoch = 0;
let unshared = 0;
const sources = new Map<number, number>();

/** Shares the chunks of one launch. */
export function shareOne(launch: Launch): void {
  const heap = views();
  const chunks = chunksOf(launch);
  share(heap, [launch], { table: CONTROL.ROW, chunks }, () => {
    writeRow(heap, CONTROL.ROW, 0, launch, addressOf(launch.kernel), chunks);
  });
}

/** Whether every worker that is wanted takes part. */
export function isComplete(): boolean {
  return Atomics.load(views().int32, CONTROL.READY) >= threads() - 1;
}

/** float64 numbers that `runner` needs for so many launches. */
export function tableLength(launches: number): number {
  return ROW * launches;
}

/** The work of launches, in chunks; most have less than a whole one. */
function workOf(launches: readonly Pick<Launch, "total" | "grain">[]): number {
  return launches.reduce((sum, { total, grain }) => sum + total / grain, 0);
}

/** Whether launches that do not depend on each other have the work of more than one chunk. */
export function isWorthSharing(launches: readonly Pick<Launch, "total" | "grain">[]): boolean {
  return workOf(launches) > 1 &&
    launches.reduce((sum, launch) => sum + chunksOf(launch), 0) > 1;
}

/**
 * A function that runs launches one after the other on the main thread; or shares the chunks of all of them between
 * the threads, for which no launch may depend on another, unless the clock says that it does not pay. The table of the
 * shared job is kept at the float64 address `table`.
 */
export function runner(launches: readonly Launch[], shared: boolean, table: number): () => void {
  const heap = views();
  const alone = (): void => {
    for (let i = 0; i < launches.length; i += 1) {
      const { kernel, at, total } = launches[i];
      kernel.run(heap, at, 0, total);
    }
  };
  if (!shared) return alone;
  const job: Job = { table, chunks: launches.reduce((sum, launch) => sum + chunksOf(launch), 0) };
  let written = false;
  const write = (): void => {
    let end = 0;
    for (let i = 0; i < launches.length && !written; i += 1) {
      end += chunksOf(launches[i]);
      writeRow(heap, table, i, launches[i], addressOf(launches[i].kernel), end);
    }
    written = true;
  };
  const together = (): void => share(heap, launches, job, write);
  const choice = quickerOf([together, alone], workOf(launches) >= MANY);
  return () => {
    if (threads() === 1) alone();
    // Without workers there is nothing to time, but their want is noted.
    else if (choice.settled() || Atomics.load(heap.int32, CONTROL.READY) > 0) choice.run();
    else together();
  };
}

/** Shares a job whose table `write` writes; while there is no worker, nothing is written. */
function share(heap: Views, launches: readonly Launch[], job: Job, write: () => void): void {
  prepareWorkers();
  const done = Atomics.load(heap.int32, CONTROL.PRESENT) === 0 ? runUntilRecruited(heap, launches) : 0;
  if (done === job.chunks) return;
  write();
  fork(heap, launches, job, done);
}

/** Runs chunks until a worker was started, or all of them; their number. */
function runUntilRecruited(heap: Views, launches: readonly Launch[]): number {
  const words = heap.int32;
  const after = recruiter();
  let done = 0;
  for (const { kernel, at, total, grain } of launches) {
    for (let begin = 0; begin < total; begin += grain) {
      kernel.run(heap, at, begin, Math.min(total, begin + grain));
      done += 1;
      after();
      if (Atomics.load(words, CONTROL.PRESENT) !== 0) return done;
    }
  }
  return done;
}

/** Shares the chunks of a job from number `next` on. */
function fork(heap: Views, launches: readonly Launch[], job: Job, next: number): void {
  const words = heap.int32;
  publish(heap, job, next);
  try {
    // A worker that is missing is started whenever it would have paid to have it.
    const after = Atomics.load(words, CONTROL.PRESENT) < threads() - 1 ? recruiter() : null;
    runChunks(heap, job, next, (launch) => launches[launch].kernel.run, after);
  } catch (error) {
    Atomics.store(words, CONTROL.NEXT, job.chunks);
    throw error;
  } finally {
    Atomics.store(words, CONTROL.OPEN, 0);
    awaitWorkers(words);
  }
  const failed = Atomics.load(words, CONTROL.FAILED);
  if (failed !== 0) throw failureOf(messageOf(heap, failed - 1));
}

/** What a kernel threw in a worker: an error of indices as it was. */
function failureOf(message: string): Error {
  const kind = "RangeError: ";
  if (message.startsWith(kind)) return new RangeError(message.slice(kind.length));
  return new Error(`A kernel failed in a worker: ${message}`);
}

function publish({ float64, int32: words }: Views, job: Job, next: number): void {
  writeJob(float64, job);
  Atomics.store(words, CONTROL.FAILED, 0);
  Atomics.store(words, CONTROL.NEXT, next);
  Atomics.store(words, CONTROL.BACK, 0);
  epoch = (epoch & 0x3fff_ffff) + 1;
  Atomics.store(words, CONTROL.OPEN, epoch);
  Atomics.store(words, CONTROL.EPOCH, epoch);
  if (Atomics.load(words, CONTROL.SLEEPING) > 0) Atomics.notify(words, CONTROL.EPOCH, job.chunks - 1);
}

/** Where a kernel's text lies in the heap, in bytes; it is written there the first time. 0 if it has none. */
function addressOf(kernel: KernelReference): number {
  const known = sources.get(kernel.id);
  if (known !== undefined) return known;
  const { id, source } = kernel;
  if (source === null) return 0;
  const address = reserve(2 * source.length);
  const units = new Uint16Array(memory().buffer, address, source.length);
  for (let i = 0; i < source.length; i += 1) units[i] = source.charCodeAt(i);
  sources.set(id, address);
  return address;
}

/** What counts the time of chunks and starts a missing worker when it is enough. */
function recruiter(): () => void {
  let before = performance.now();
  return () => {
    const after = performance.now();
    // A chunk is short by design: what takes longer is making the kernel ready, which no worker would share.
    unshared += Math.min(after - before, 1);
    before = after;
    if (unshared < RECRUIT_AFTER) return;
    unshared = 0;
    recruit();
    before = performance.now();
  };
}

/**
 * Returns when no worker is in the job that was closed. An Error says so when one died in it: the chunk that it had
 * cannot be run again, because a kernel that writes over what it reads may have done a part of it.
 */
function awaitWorkers(words: Int32Array): void {
  for (let spins = 0, naps = 0; Atomics.load(words, CONTROL.ACTIVE) !== 0; spins += 1) {
    if (spins < patience()) continue;
    // Naps are counted rather than time, which goes on while the machine is suspended.
    naps += 1;
    if (naps > LOST_AFTER) {
      loseWorkers();
      throw new Error(
        "A worker died in the middle of an operation, whose result is lost; later ones run on one thread",
      );
    }
    Atomics.store(words, CONTROL.WAITING, 1);
    const active = Atomics.load(words, CONTROL.ACTIVE);
    if (active !== 0) waitBriefly(words, CONTROL.ACTIVE, active);
    Atomics.store(words, CONTROL.WAITING, 0);
  }
}

function messageOf(heap: Views, length: number): string {
  const start = CONTROL.MESSAGE * 2;
  return String.fromCharCode(...new Uint16Array(heap.int32.buffer, start, length));
}
