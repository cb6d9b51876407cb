/**
 * What a tape is lowered to: kernel launches over buffers that have no address yet.
 *
 * @module
 */
import type { DType } from "../dtype.ts";
import type { KernelReference } from "../kernels/kernel.ts";
import type { Callee } from "../machine.ts";
import type { Tape } from "../primitive.ts";
import type { Abstract, Tensor } from "../tensor.ts";
import type { Work } from "./fuse/work.ts";
import type { RowsWork } from "./rows_form.ts";

/** What a buffer of a program holds. */
export type BufferRole =
  | { readonly kind: "input"; readonly index: number }
  | { readonly kind: "constant"; readonly tensor: Tensor }
  | { readonly kind: "host"; readonly index: number; readonly dtype: DType }
  | { readonly kind: "scalar"; readonly index: number; readonly dtype: DType }
  | { readonly kind: "intermediate" };

/** A range of memory that a program works on. */
export interface Buffer {
  /** Kernels never read it while a program is made; the program has the addresses. */
  readonly address: number;
  /** Its place among the buffers. */
  readonly id: number;
  /** Bytes. */
  readonly bytes: number;
  /** What it holds. */
  readonly role: BufferRole;
  /** The first launch that touches it. */
  first: number;
  /** The last launch that touches it. */
  last: number;
}

/** An operand of a launch. */
export interface LaunchOperand {
  /** The buffer that it lies in. */
  readonly buffer: Buffer;
  /** The element where it starts, in its dtype. */
  readonly offset: number;
  /** Type of its elements. */
  readonly dtype: DType;
  /** Whether it is the whole buffer, row-major. */
  readonly whole: boolean;
}

/** One kernel launch over buffers, or one call. */
export interface Launch {
  /** The kernel; null for a call. */
  readonly kernel: KernelReference | null;
  /** Makes what is called; null for a kernel. */
  readonly callee: (() => Callee) | null;
  /** The buffers of its operands and the element where each starts, in its dtype. */
  readonly operands: readonly LaunchOperand[];
  /** The arguments after the addresses. */
  readonly numbers: readonly number[];
  /** Units of work. */
  readonly total: number;
  /** Units of a chunk. */
  readonly grain: number;
  /** Whether a unit reads only the elements of its own place from operands as large as the output. */
  readonly aligned: boolean;
  /** What it carries out, as a place in `Lowered.work`. */
  readonly work: number;
}

/** Where an output of the program comes from. */
export type OutputSource =
  | { readonly kind: "buffer"; readonly buffer: Buffer; readonly abstract: Abstract }
  | { readonly kind: "input"; readonly index: number }
  | { readonly kind: "constant"; readonly tensor: Tensor };

/** A lowered tape. */
export interface Lowered {
  /** The tape with the entries that are computed again. */
  readonly tape: Tape;
  /** What is carried out: entries, fused loops and reductions. */
  readonly work: readonly (Work | RowsWork)[];
  /** The launches in order. */
  readonly launches: readonly Launch[];
  /** Every buffer. */
  readonly buffers: readonly Buffer[];
  /** The source of each wanted output. */
  readonly outputs: readonly OutputSource[];
}
