/**
 * What a kernel is: a pure loop over the heap's views and a range of its work.
 *
 * @module
 */
import type { DType } from "../dtype.ts";
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from "./scalar/half.ts";

/**
 * The whole heap, seen as each element type. An address counts elements of its view: the float32 at byte 64
 * is `float32[16]`. Every thread has the same views and a scratch area of its own.
 */
export interface Views {
  /** The heap's memory, for kernels in WebAssembly. */
  readonly memory: WebAssembly.Memory;
  /** The heap as float32. */
  readonly float32: Float32Array;
  /** The heap as float64; kernels read their arguments from it. */
  readonly float64: Float64Array;
  /** The heap as int32. */
  readonly int32: Int32Array;
  /** The heap as uint32; a random key is two words. */
  readonly uint32: Uint32Array;
  /** The heap as the bits of float16 and bfloat16. */
  readonly uint16: Uint16Array;
  /** The heap as bytes; `bool` elements are bytes of 0 or 1. */
  readonly uint8: Uint8Array;
  /** Byte where this thread's scratch area of `SCRATCH_BYTES` starts; a multiple of 64. */
  readonly scratch: number;
}

/** Bytes of each thread's scratch area. */
export const SCRATCH_BYTES: number = 1 << 20;

/** Bytes after the scratch area that belong to what finishes the results of a kernel. */
export const FINISH_BYTES: number = 1 << 14;

/**
 * A kernel does the units `begin` to `end` (exclusive) of its work. Its arguments are the numbers
 * `views.float64[at]`, `views.float64[at + 1]`, ...: the addresses of its operands first, then sizes, strides
 * and options in an order that the kernel's file documents. It allocates nothing, writes only what belongs to
 * its units, and gives the same bits however the units are cut into ranges.
 */
export type Kernel = (views: Views, at: number, begin: number, end: number) => void;

/** What is done with a finished rectangle of a result, which is seen as matrices of rows of columns. */
export type Finish = (matrix: number, row: number, height: number, column: number, width: number) => void;

/** A kernel that calls `finish` with each rectangle of its result once nothing more is added to it. */
export type FinishingKernel = (
  views: Views,
  at: number,
  begin: number,
  end: number,
  finish?: Finish,
) => void;

/** A kernel as the pool knows it: every thread finds the same one by its id. */
export interface KernelReference {
  /** The loop itself, for the calling thread. */
  readonly run: Kernel;
  /** Index into the table of kernels; negative for a kernel that is made at run time from `source`. */
  readonly id: number;
  /** JavaScript that evaluates to the kernel when called with the scalar library; null in the table. */
  readonly source: string | null;
  /** Whether each unit reads only the element of its own place from operands as large as the output. */
  readonly aligned?: boolean;
  /** How listings call a kernel that is made at run time. */
  readonly label?: string;
}

/** The view that holds elements of `dtype`: of float16 and bfloat16 their bits. */
export function viewOf(
  views: Views,
  dtype: DType,
): Float32Array | Float64Array | Int32Array | Uint32Array | Uint16Array | Uint8Array {
  switch (dtype) {
    case "float32":
      return views.float32;
    case "float64":
      return views.float64;
    case "float16":
    case "bfloat16":
      return views.uint16;
    case "int32":
      return views.int32;
    case "uint32":
    case "key":
      return views.uint32;
    default:
      return views.uint8;
  }
}

/** What an element stores, from what its view holds: of float16 and bfloat16 the number instead of the bits. */
export function fromStored(dtype: DType, stored: number): number {
  return dtype === "float16" ? fromFloat16(stored) : dtype === "bfloat16" ? fromBfloat16(stored) : stored;
}

/** What the view of an element holds for a number. */
export function toStored(dtype: DType, value: number): number {
  return dtype === "float16" ? toFloat16(value) : dtype === "bfloat16" ? toBfloat16(value) : value;
}
