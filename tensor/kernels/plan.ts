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

/** How much work a chunk has. */
export interface ChunkRange {
  /** What takes longer than handing it out. */
  readonly least: number;
  /** The most. */
  readonly most: number;
  /** Chunks that there are at least before they become larger. */
  readonly parts: number;
}

/**
 * The work of a chunk of so much in all: where two threads meet, each loads ahead what the other one is writing, so much
 * work is cut into larger chunks.
 */
export function growing(work: number, { least, most, parts }: ChunkRange): number {
  return Math.max(least, Math.min(most, work / parts));
}
