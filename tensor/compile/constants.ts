/**
 * The constants of a tape in expressions.
 *
 * @module
 */
import type { Expression } from "../kernels/expression.ts";
import type { Tape } from "../primitive.ts";

/** The values of the slots that are single numbers without memory, by slot. */
export function constantsOf(tape: Tape): ReadonlyMap<number, Expression> {
  const constants = new Map<number, Expression>();
  for (const { slot, tensor } of tape.constants) {
    if (tensor.storage !== null || tensor.dtype === "key") continue;
    constants.set(slot, { op: "constant", value: tensor.constant, dtype: tensor.dtype });
  }
  return constants;
}
