/**
 * Recording launches and buffers while a tape is lowered.
 *
 * @module
 */
import { type DType, itemSize } from "../dtype.ts";
import type { KernelReference } from "../kernels/kernel.ts";
import type { Callee, Machine, Operand } from "../machine.ts";
import { contiguousStrides, isContiguous, type Shape, sizeOf } from "../shape.ts";
import type { Abstract, Tensor } from "../tensor.ts";
import type { Buffer, BufferRole, Launch } from "./lowered.ts";

export class Lowering implements Machine {
  readonly launches: Launch[] = [];
  readonly buffers: Buffer[] = [];
  /** The work that the launches to come belong to. */
  current = -1;

  buffer(bytes: number, role: BufferRole): Buffer {
    const buffer: Buffer = { address: -1, id: this.buffers.length, bytes, role, first: Infinity, last: -1 };
    this.buffers.push(buffer);
    return buffer;
  }

  operand(like: Abstract, role: BufferRole): Operand & { readonly storage: Buffer } {
    const { dtype, shape } = like;
    const bytes = Math.max(1, sizeOf(shape)) * itemSize(dtype);
    return { dtype, shape, strides: contiguousStrides(shape), offset: 0, storage: this.buffer(bytes, role) };
  }

  temporary(dtype: DType, shape: Shape): Operand {
    return this.operand({ dtype, shape }, { kind: "intermediate" });
  }

  table(tensor: Tensor): Operand {
    return { ...this.operand(tensor, { kind: "constant", tensor }), offset: tensor.offset };
  }

  launch(
    kernel: KernelReference,
    operands: readonly Operand[],
    numbers: readonly number[],
    total: number,
    grain: number,
  ): void {
    if (total === 0) return;
    this.#push({ kernel, callee: null, numbers, total, grain, aligned: kernel.aligned === true }, operands);
  }

  call(callee: () => Callee, operands: readonly Operand[]): void {
    this.#push({ kernel: null, callee, numbers: [], total: 1, grain: 1, aligned: false }, operands);
  }

  #push(launch: Omit<Launch, "operands" | "work">, operands: readonly Operand[]): void {
    const index = this.launches.length;
    for (const operand of operands) {
      const buffer = operand.storage as Buffer;
      buffer.first = Math.min(buffer.first, index);
      buffer.last = Math.max(buffer.last, index);
    }
    this.launches.push({
      ...launch,
      operands: operands.map((operand) => ({
        buffer: operand.storage as Buffer,
        offset: operand.offset,
        dtype: operand.dtype,
        whole: isWhole(operand),
      })),
      work: this.current,
    });
  }
}

/** Whether an operand is all of its buffer, row-major. */
export function isWhole(operand: Operand): boolean {
  return operand.offset === 0 && isContiguous(operand.shape, operand.strides) &&
    (operand.storage as Buffer).bytes === Math.max(1, sizeOf(operand.shape)) * itemSize(operand.dtype);
}
