/**
 * What holds the values that a program is given, and those that it returns.
 *
 * @module
 */
import { copyInto } from "../elementwise.ts";
import type { Operand } from "../machine.ts";
import type { Tape } from "../primitive.ts";
import type { Tensor } from "../tensor.ts";
import type { Buffer, BufferRole } from "./lowered.ts";
import { isWhole, type Lowering } from "./lowering.ts";

/** What the buffer of a slot that the program does not make holds. */
export function roleOf(tape: Tape, slot: number, addressed: boolean): BufferRole {
  const input = tape.inputs.indexOf(slot);
  const { dtype, shape } = tape.slots[slot];
  if (input >= 0) {
    // Scalars are read on the host and written into the program's own cells.
    return shape.length === 0 && dtype !== "key" && !addressed
      ? { kind: "scalar", index: input, dtype }
      : { kind: "input", index: input };
  }
  return { kind: "constant", tensor: tape.constants.find((constant) => constant.slot === slot)!.tensor };
}

/** A captured tensor keeps its own layout; one without storage is a cell that is read with strides of 0. */
export function constantOperand(tensor: Tensor, buffer: Buffer): Operand {
  const { dtype, shape, strides } = tensor;
  const offset = tensor.storage === null ? 0 : tensor.offset;
  return { dtype, shape, strides, offset, storage: buffer };
}

/** A buffer that holds an output whole, row-major and for itself: the operand's own, or a copy. */
export function ownBuffer(lowering: Lowering, operand: Operand, taken: Set<Buffer>): Buffer {
  let buffer = operand.storage as Buffer;
  if (!isWhole(operand) || buffer.role.kind !== "intermediate" || taken.has(buffer)) {
    const copy = lowering.operand(operand, { kind: "intermediate" });
    copyInto(operand, copy, lowering);
    buffer = copy.storage;
  }
  taken.add(buffer);
  return buffer;
}
