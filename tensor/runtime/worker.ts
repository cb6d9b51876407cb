/**
 * The entry of a worker: it serves jobs from the control words until none came for a while, then closes, so
 * that the process can exit.
 *
 * @module
 */
import type { Kernel } from "../kernels/kernel.ts";
import { KERNELS } from "../kernels/table.ts";
import { readJob, runChunks } from "./claim.ts";
import { CONTROL, MESSAGE_LENGTH } from "./control.ts";
import { viewsOf } from "./memory.ts";
import { kernelFromSource } from "../kernels/source.ts";

/** What the main thread tells a worker when it starts. */
export interface WorkerStart {
  /** The heap. */
  readonly memory: WebAssembly.Memory;
  /** Byte address of the worker's scratch area. */
  readonly scratch: number;
  /** Which of the slots of `CONTROL.SLOTS` is the worker's. */
  readonly slot: number;
  /** The value that its slot has until the main thread no longer wants this worker. */
  readonly token: number;
  /** How often it looks for a new job before it sleeps. */
  readonly patience: number;
}

const TABLE: readonly Kernel[] = Object.values(KERNELS);

function serve({ memory, scratch, slot, token, patience }: WorkerStart): void {
  const views = viewsOf(memory, scratch);
  const words = views.int32;
  const units = new Uint16Array(memory.buffer);
  const made = new Map<number, Kernel>();

  function kernelOf(row: number): Kernel {
    const id = views.float64[row]!;
    const known = id >= 0 ? TABLE[id] : made.get(id);
    if (known !== undefined) return known;
    if (id >= 0) throw new RangeError(`Expected the id of a kernel but got ${id}`);
    const start = views.float64[row + 1]! / 2;
    const end = start + views.float64[row + 2]!;
    let source = "";
    for (let at = start; at < end; at += 1) source += String.fromCharCode(units[at]!);
    const kernel = kernelFromSource(source);
    made.set(id, kernel);
    return kernel;
  }

  function work(): void {
    const job = readJob(views.float64);
    // A job that others have finished needs no kernel.
    if (Atomics.load(words, CONTROL.NEXT) >= job.chunks) return;
    try {
      runChunks(views, job, null, (_, row) => kernelOf(row), null);
    } catch (error) {
      Atomics.store(words, CONTROL.NEXT, job.chunks);
      if (Atomics.compareExchange(words, CONTROL.FAILED, 0, -1) !== 0) return;
      const message = String(error).slice(0, MESSAGE_LENGTH);
      for (let i = 0; i < message.length; i += 1) units[CONTROL.MESSAGE + i] = message.charCodeAt(i);
      Atomics.store(words, CONTROL.FAILED, 1 + message.length);
    }
  }

  if (Atomics.compareExchange(words, CONTROL.SLOTS + slot, token, -token) !== token) return;
  Atomics.add(words, CONTROL.READY, 1);
  for (let seen = 0, spins = 0;;) {
    const epoch = Atomics.load(words, CONTROL.EPOCH);
    if (epoch !== seen) {
      seen = epoch;
      spins = 0;
      // Being counted before looking whether the job is open is what lets the main thread know that nobody
      // is in a job that it closed.
      Atomics.add(words, CONTROL.ACTIVE, 1);
      const open = Atomics.load(words, CONTROL.OPEN);
      if (open === epoch) work();
      const others = Atomics.sub(words, CONTROL.ACTIVE, 1) - 1;
      if (others === 0 && Atomics.load(words, CONTROL.WAITING) !== 0) Atomics.notify(words, CONTROL.ACTIVE);
      if (open === CONTROL.STOP) break;
    } else if (spins < patience) {
      spins += 1;
    } else {
      spins = 0;
      Atomics.add(words, CONTROL.SLEEPING, 1);
      const woken = Atomics.wait(words, CONTROL.EPOCH, seen, Atomics.load(words, CONTROL.IDLE));
      Atomics.sub(words, CONTROL.SLEEPING, 1);
      if (woken === "timed-out") break;
    }
  }
  if (Atomics.compareExchange(words, CONTROL.SLOTS + slot, -token, 0) !== -token) return;
  Atomics.sub(words, CONTROL.PRESENT, 1);
  Atomics.sub(words, CONTROL.READY, 1);
  Atomics.notify(words, CONTROL.READY);
}

const port = globalThis as unknown as {
  onmessage: ((event: MessageEvent<WorkerStart>) => void) | null;
  close(): void;
};

port.onmessage = (event): void => {
  serve(event.data);
  port.close();
};
