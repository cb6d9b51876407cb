/**
 * A heap and a launcher for testing kernels without the runtime.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { SCRATCH_BYTES, type Views } from "../../../tensor/kernels/kernel.ts";
import type { FloatingDType, KernelPlan } from "../../../tensor/kernels/plan.ts";
import { kernelNamed } from "../../../tensor/kernels/table.ts";

const BYTES = 64 << 20;
const ARGUMENTS = 64;
const OPERANDS = 4096 + SCRATCH_BYTES;

/** A heap that no other thread shares: arguments, then a scratch area, then operands. */
export function makeViews(): Views {
  const memory = new WebAssembly.Memory({ initial: BYTES / 65536, maximum: BYTES / 65536 });
  const { buffer } = memory;
  return {
    memory,
    float32: new Float32Array(buffer),
    float64: new Float64Array(buffer),
    int32: new Int32Array(buffer),
    uint32: new Uint32Array(buffer),
    uint16: new Uint16Array(buffer),
    uint8: new Uint8Array(buffer),
    scratch: 4096,
  };
}

/** A place in the heap for operands, after each other. */
export interface Allocator {
  /** The element address of `length` elements of `dtype`, filled with NaN. */
  readonly take: (dtype: FloatingDType, length: number) => number;
}

/** Hands out the operands' part of a heap from its start. */
export function makeAllocator(views: Views): Allocator {
  let next = OPERANDS;
  return {
    take(dtype, length) {
      const size = dtype === "float32" ? 4 : 8;
      const address = next / size;
      next += Math.ceil(length * size / 64) * 64 + 64;
      viewOf(views, dtype).fill(NaN, address, next / size);
      return address;
    },
  };
}

/** The view of a floating dtype. */
export function viewOf(views: Views, dtype: FloatingDType): Float32Array | Float64Array {
  return dtype === "float32" ? views.float32 : views.float64;
}

/** Runs the units of a plan in ranges that end at `cuts` (fractions of the total), the last range first. */
export function launch(
  views: Views,
  plan: KernelPlan,
  operands: readonly number[],
  cuts: readonly number[],
): void {
  views.float64.set([...operands, ...plan.scalars], ARGUMENTS);
  const { run } = kernelNamed(plan.kernel);
  const ends = cuts.map((cut) => Math.floor(cut * plan.total)).sort((a, b) => a - b);
  const edges = [0, ...ends, plan.total];
  for (let i = edges.length - 1; i > 0; i--) {
    // What another unit left in the scratch area must not matter.
    views.float64.fill(NaN, views.scratch / 8, (views.scratch + SCRATCH_BYTES) / 8);
    run(views, ARGUMENTS, edges[i - 1], edges[i]);
  }
}

/** The `size` elements that a plan computes of operands, the same for any cuts; nothing beside them may change. */
export function resultOf(
  views: Views,
  allocator: Allocator,
  plan: KernelPlan,
  operands: readonly number[],
  { dtype, size, cut }: {
    readonly dtype: FloatingDType;
    readonly size: number;
    readonly cut: readonly number[];
  },
): Float32Array | Float64Array {
  const view = viewOf(views, dtype);
  const untouched = view.slice(0, 16).fill(NaN);
  const [whole, inParts] = [[], cut].map((parts) => {
    const address = allocator.take(dtype, size + 32) + 16;
    launch(views, plan, [...operands, address], parts);
    assertEquals(view.slice(address - 16, address), untouched);
    assertEquals(view.slice(address + size, address + size + 16), untouched);
    return view.slice(address, address + size);
  });
  assertEquals(inParts, whole);
  return whole;
}

/** A strided operand in a heap: where it is and what it holds. */
export interface Operand {
  /** Element address of its first element. */
  readonly address: number;
  /** Strides of its axes. */
  readonly strides: readonly number[];
  /** The element at an index. */
  readonly at: (...index: readonly number[]) => number;
}

/** How an operand lies: the order of its axes in memory, which are flipped, which repeat, and gaps between rows. */
export interface Lie {
  /** A number for each axis: axes with greater numbers lie further in. */
  readonly order: readonly number[];
  /** Axes that step backwards. */
  readonly flipped: readonly boolean[];
  /** Axes with stride 0. */
  readonly repeated: readonly boolean[];
  /** Elements between two steps of the innermost axis. */
  readonly gap: number;
}

/** Arbitrary layouts of operands of `rank` axes. */
export function lies(rank: number): fc.Arbitrary<Lie> {
  const flags = (weight: number) =>
    fc.array(fc.integer({ min: 0, max: weight }).map((n) => n === 1), { minLength: rank, maxLength: rank });
  return fc.record({
    order: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: rank, maxLength: rank }),
    flipped: flags(4),
    repeated: flags(8),
    gap: fc.integer({ min: 1, max: 5 }),
  });
}

/** Cuts of a launch. */
export const cuts: fc.Arbitrary<number[]> = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
  maxLength: 4,
});

/** A stream of numbers from a seed, between -1 and 1. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2147483648 - 1;
  };
}

/** Places an operand of `shape` with a given layout, filled from `next`. */
export function place(
  views: Views,
  allocator: Allocator,
  dtype: FloatingDType,
  shape: readonly number[],
  lie: Lie,
  next: () => number,
): Operand {
  const strides = new Array<number>(shape.length).fill(0);
  let step = lie.gap;
  for (const axis of shape.map((_, i) => i).sort((a, b) => lie.order[b] - lie.order[a] || b - a)) {
    if (lie.repeated[axis]) continue;
    strides[axis] = step;
    step *= Math.max(1, shape[axis]);
  }
  const base = allocator.take(dtype, step);
  const memory = viewOf(views, dtype);
  for (let i = 0; i < step; i++) memory[base + i] = next();
  let address = base;
  shape.forEach((extent, axis) => {
    if (lie.flipped[axis] && extent > 0) {
      address += (extent - 1) * strides[axis];
      strides[axis] = -strides[axis];
    }
  });
  const at = (...index: readonly number[]) =>
    memory[index.reduce((sum, i, axis) => sum + i * strides[axis], address)];
  return { address, strides, at };
}

/** A copy of `length` elements of the heap. */
export function read(views: Views, dtype: FloatingDType, address: number, length: number): number[] {
  return Array.from(viewOf(views, dtype).subarray(address, address + length));
}
