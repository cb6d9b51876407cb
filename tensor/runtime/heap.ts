/**
 * The heap: one memory that every storage is a range of, so that JavaScript, WebAssembly and all threads see
 * the same bytes. It is reserved at first use. Only the main thread allocates, and never while threads share a job.
 *
 * The heap starts in a memory of 256 MiB and moves to one of its whole limit when that is full. A memory that can
 * grow is no alternative: engines that check every access keep the size of one that cannot in a register.
 *
 * @module
 */
import { FINISH_BYTES, SCRATCH_BYTES, type Views } from "../kernels/kernel.ts";
import { type Allocator, createAllocator, GRANULE, REQUESTED, TAG } from "./allocator.ts";
import { FIRST_BYTE } from "./control.ts";
import { checkGuard, fillGuards, GUARD_GRANULES } from "./guards.ts";
import { reserveMemory, viewsOf } from "./memory.ts";

export { ARGUMENTS, CELLS, CONTROL } from "./control.ts";

/** How full the heap is. Sizes are in bytes and count what a block takes: its content and a header of 64. */
export interface HeapUsage {
  /** The size of the heap. */
  readonly limit: number;
  /** Bytes taken now. */
  readonly used: number;
  /** The most bytes taken at once since the start or `resetPeak()`. */
  readonly peak: number;
  /** Blocks taken now. */
  readonly blocks: number;
  /** Blocks taken so far, those given back included. */
  readonly allocations: number;
}

/** The smallest and largest limit of the heap in bytes: 4 MiB and 4 GiB, the reach of a 32-bit address. */
export const HEAP_LIMITS: readonly [number, number] = [4 * 1024 * 1024, 4 * 1024 ** 3];

/**
 * The size of the first memory: an engine that is told of gigabytes looks for garbage at once, which takes a tenth of
 * the time to a first result.
 */
const FIRST_BYTES = 256 * 1024 * 1024;

let limit = HEAP_LIMITS[1];
let heapMemory: WebAssembly.Memory | null = null;
let mainViews: Views | null = null;
let allocator: Allocator | null = null;
let guarding = false;
let used = 0;
let peak = 0;
let blocks = 0;
let allocations = 0;
const holders: (() => string)[] = [];
const users: (() => void)[] = [];

function create(): Allocator {
  const memory = reserveMemory(Math.min(limit, FIRST_BYTES));
  const words = new Int32Array(memory.buffer);
  const made = createAllocator(words, FIRST_BYTE / GRANULE, memory.buffer.byteLength / GRANULE);
  const scratch = made.take(1 + (SCRATCH_BYTES + FINISH_BYTES) / GRANULE, TAG.RESERVED) * GRANULE;
  heapMemory = memory;
  mainViews = viewsOf(memory, scratch);
  allocator = made;
  return made;
}

/** Moves the heap to a memory of its limit, at the same addresses. Whether it is larger now. */
function enlarge(heap: Allocator): boolean {
  const before = mainViews!;
  const bytes = before.uint8.length;
  if (bytes >= limit) return false;
  for (const leave of users) leave();
  const memory = reserveMemory(limit, bytes);
  limit = Math.max(bytes, memory.buffer.byteLength);
  if (limit === bytes) return false;
  const after = viewsOf(memory, before.scratch);
  const copy = (granule: number, granules: number): void =>
    after.uint8.set(
      before.uint8.subarray(granule * GRANULE, (granule + granules) * GRANULE),
      granule * GRANULE,
    );
  copy(0, FIRST_BYTE / GRANULE);
  heap.visit((header, granules, tag) => copy(header, tag === TAG.FREE ? 1 : granules));
  copy(bytes / GRANULE - 1, 1);
  Object.assign(before, after);
  heapMemory = memory;
  heap.extend(after.int32, limit / GRANULE);
  return true;
}

/** The main thread's views on the heap; the same object for ever, but an allocation may change its fields. */
export function views(): Views {
  if (mainViews === null) create();
  return mainViews!;
}

/** The memory that the heap lives in, for modules that import it. */
export function memory(): WebAssembly.Memory {
  if (heapMemory === null) create();
  return heapMemory!;
}

/**
 * A new block of at least `bytes` bytes: its byte address, a multiple of 64. Its bytes are what was there
 * before. A RangeError says so when the heap is full, or when `bytes` is no number of bytes.
 */
export function allocate(bytes: number): number {
  const heap = allocator ?? create();
  if (!(bytes >= 0)) throw new RangeError(`allocate expects a number of bytes from 0 up but got ${bytes}`);
  const extra = guarding ? 1 + GUARD_GRANULES : 1;
  const granules = extra + Math.ceil(bytes / GRANULE);
  const content = take(heap, granules, guarding ? TAG.GUARDED : TAG.LIVE);
  if (content === 0) throw full(heap, bytes);
  const words = mainViews!.int32;
  const size = words[(content - 1) * 16 + 1]! * GRANULE;
  used += size;
  if (used > peak) peak = used;
  blocks += 1;
  allocations += 1;
  if (!guarding) return content * GRANULE;
  words[(content - 1) * 16 + REQUESTED] = bytes | 0;
  fillGuards(mainViews!.uint8, content - 1, size / GRANULE, bytes);
  return (content + 1) * GRANULE;
}

/** The content of a new block, or 0 when none fits. */
function take(heap: Allocator, granules: number, tag: number): number {
  if (granules >= HEAP_LIMITS[1] / GRANULE) return 0;
  const content = heap.take(granules, tag);
  return content === 0 && enlarge(heap) ? heap.take(granules, tag) : content;
}

/** Gives the block at this address back. A RangeError says so if there is none, as after a second release. */
export function release(address: number): void {
  const content = address / GRANULE;
  const granules = allocator === null || content !== Math.floor(content)
    ? 0
    : allocator.give(content, TAG.LIVE);
  used -= (granules !== 0 ? granules : releaseGuarded(content)) * GRANULE;
  blocks -= 1;
}

function releaseGuarded(content: number): number {
  const header = content - 2;
  if (allocator !== null && header === Math.floor(header) && mainViews!.int32[header * 16] === TAG.GUARDED) {
    checkGuard(mainViews!.uint8, mainViews!.int32, header, mainViews!.int32[header * 16 + 1]!);
    const granules = allocator.give(header + 1, TAG.GUARDED);
    if (granules !== 0) return granules;
  }
  throw new RangeError(`release expects the address of a block in use but got ${content * GRANULE}`);
}

/** A block for the library's own needs: it is never given back and `heapUsage()` does not count it. */
export function reserve(bytes: number): number {
  const heap = allocator ?? create();
  const content = take(heap, 1 + Math.ceil(bytes / GRANULE), TAG.RESERVED);
  if (content === 0) throw full(heap, bytes);
  return content * GRANULE;
}

function full(heap: Allocator, bytes: number): RangeError {
  const largest = Math.max(0, heap.largest() - 1) * GRANULE;
  const held = holders.map((describe) => describe()).filter((text) => text !== "");
  return new RangeError(
    `The heap is full: ${bytes} bytes were asked for, but ${used} bytes are held in ${blocks} blocks of the ` +
      `limit of ${limit} bytes and the largest free block has ${largest} bytes. ` +
      held.map((text) => `${text}. `).join("") +
      "Free tensors earlier with scope(), take smaller steps, or raise the limit (at most 4 GiB) with " +
      "configure({ heapLimit }) before the first tensor",
  );
}

/** Adds a text, such as who holds how much, to the error of a full heap. */
export function onFull(describe: () => string): void {
  holders.push(describe);
}

/** Adds what other threads that see the heap need to be told before it moves, so that they leave it. */
export function onMove(leave: () => void): void {
  users.push(leave);
}

/** Whether the heap was used and so has its memory. */
export function heapExists(): boolean {
  return heapMemory !== null;
}

/** How full the heap is; asking does not create it. */
export function heapUsage(): HeapUsage {
  return { limit, used, peak, blocks, allocations };
}

/** Starts a new measurement of `heapUsage().peak` at what is used now. */
export function resetPeak(): void {
  peak = used;
}

/**
 * Sets the limit in bytes, in whole pages of 64 KiB. It must come before the first use of the heap; later
 * only the limit that the heap has is accepted.
 */
export function setHeapLimit(bytes: number): void {
  const [least, most] = HEAP_LIMITS;
  if (!(bytes >= least && bytes <= most)) {
    throw new RangeError(`configure expects heapLimit from ${least} to ${most} bytes but got ${bytes}`);
  }
  const whole = Math.ceil(bytes / 65536) * 65536;
  if (heapMemory !== null && whole !== limit) {
    throw new RangeError(
      `configure expects heapLimit before the first tensor is made but the heap has ${limit} bytes already`,
    );
  }
  limit = whole;
}

/** Whether later blocks carry guard zones, which find writes beyond a block; a mode for tests. */
export function setGuards(on: boolean): void {
  guarding = on;
}

/** Checks the guard zones of every block that has them; a RangeError names the first damaged block. */
export function checkGuards(): void {
  const { int32, uint8 } = views();
  allocator!.visit((header, granules, tag) => {
    if (tag === TAG.GUARDED) checkGuard(uint8, int32, header, granules);
  });
}
