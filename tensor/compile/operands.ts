/**
 * What holds the values that a program is given, and those that it returns.
 *
 * @module
 */
import { copyInto } from "../launch_elementwise.ts";
import type { Operand } from "../machine.ts";
import type { Tape } from "../primitive.ts";
import type { Tensor } from "../tensor.ts";
import type { Buffer, BufferRole } from "./lowered.ts";
import { isWhole, type Lowering } from "./lowering.ts";

/** The slots that a program does not make. */
export interface Given {
  /** The places of its arguments. */
  readonly inputs: ReadonlyMap<number, number>;
  /** The tensors that it has captured. */
  readonly constants: ReadonlyMap<number, Tensor>;
}

/** The slots that a tape is given. */
export function givenTo(tape: Tape): Given {
  return {
    inputs: new Map(tape.inputs.map((slot, index) => [slot, index])),
    constants: new Map(tape.constants.map(({ slot, tensor }) => [slot, tensor])),
  };
}

/** What the buffer of a slot that the program does not make holds. */
export function roleOf(tape: Tape, given: Given, slot: number, addressed: boolean): BufferRole {
  const index = given.inputs.get(slot);
  if (index === undefined) return { kind: "constant", tensor: given.constants.get(slot)! };
  const { dtype, shape } = tape.slots[slot];
  // Scalars are read on the host and written into the program's own cells.
  return shape.length === 0 && dtype !== "key" && !addressed
    ? { kind: "scalar", index, dtype }
    : { kind: "input", index };
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
