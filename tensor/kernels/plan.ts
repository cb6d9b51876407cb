/**
 * Plans of launches: which kernel, with which numbers, over how many units, cut how.
 *
 * A plan depends on sizes alone, never on the number of threads, so the same shapes always give the same cut.
 *
 * @module
 */

/** One launch of a kernel. The caller puts the addresses of the operands before `scalars`. */
export interface KernelPlan {
  /** Name of the kernel in the table. */
  readonly kernel: string;
  /** The arguments that follow the addresses of the operands. */
  readonly scalars: readonly number[];
  /** Units of work. */
  readonly total: number;
  /** Units that one thread takes at a time. */
  readonly grain: number;
}

/** The element types that products, convolutions and pooling are computed in. */
export type FloatingDType = "float32" | "float64";

/** Time that a thread should be busy with one chunk: long beside handing it out, short beside the whole. */
const CHUNK_NANOSECONDS = 50_000;

/** The number of units in a chunk when one unit takes about `nanoseconds`. */
export function grainFor(nanoseconds: number): number {
  return Math.max(1, Math.round(CHUNK_NANOSECONDS / Math.max(1, nanoseconds)));
}
