/**
 * What carries out the kernels of a primitive, and tensors as kernels see them.
 *
 * @module
 */
import type { DType } from "./dtype.ts";
import type { KernelReference } from "./kernels/kernel.ts";
import type { Layout, Shape } from "./shape.ts";
import type { Abstract, Tensor } from "./tensor.ts";

/** A range of memory with an address in bytes, known now or when a program runs. */
export interface Memory {
  /** Byte where it starts. */
  readonly address: number;
}

/** Work that a machine carries out by itself, on addresses in bytes. */
export interface Callee {
  /** Does it, for the addresses of the operands. */
  run(addresses: readonly number[]): void;
  /** Gives back what it holds; it is not run any more. */
  release(): void;
}

/** A tensor as kernels see it: a layout over memory. */
export interface Operand extends Layout, Abstract {
  /** The memory that the layout lies over. */
  readonly storage: Memory;
}

/** What carries out kernels: at once when eager, into a program when compiled. */
export interface Machine {
  /**
   * Runs a kernel over the units 0 to `total`, in chunks of `grain`. Its arguments are the addresses of the
   * operands and then the numbers.
   */
  launch(
    kernel: KernelReference,
    operands: readonly Operand[],
    numbers: readonly number[],
    total: number,
    grain: number,
  ): void;
  /** Has the callee that `make` makes run with contiguous operands. */
  call(make: () => Callee, operands: readonly Operand[]): void;
  /** Memory for intermediate results of the same primitive. */
  temporary(dtype: DType, shape: Shape): Operand;
  /** A table that kernels read, as an operand; it is held as long as they may run. */
  table(tensor: Tensor): Operand;
}
