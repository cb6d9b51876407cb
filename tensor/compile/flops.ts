/**
 * How many floating-point operations the pieces of a program take.
 *
 * @module
 */
import { flopsOf as flopsOfApplication, operationsOf } from "../cost.ts";
import type { Entry, Primitive, Tape } from "../primitive.ts";
import { sizeOf } from "../shape.ts";
import type { Work } from "./fuse/work.ts";
import type { RowsWork } from "./rows_form.ts";

/** The operations of a piece of work, counted as `cost` counts them, what is fused without repeats. */
export function flopsOf(work: Work | RowsWork, tape: Tape): number {
  switch (work.kind) {
    case "entry":
      return flopsOfEntry(work.entry, tape);
    case "reduction":
      return sizeOf(work.shape) * (1 + operationsOf([work.expression]));
    case "rows":
      return work.parts.reduce((sum, part) => sum + flopsOf(part, tape), 0);
    case "loop": {
      const combined = work.totals.map(({ expression }) => expression);
      const shape = work.outputs.length > 0 ? tape.slots[work.outputs[0]].shape : work.totals[0].alone.shape;
      const each = operationsOf([...work.expressions, ...combined]) + combined.length;
      return sizeOf(shape) * each + (work.base === null ? 0 : flopsOfEntry(work.base, tape));
    }
  }
}

function flopsOfEntry({ primitive, attributes, inputs, outputs }: Entry, tape: Tape): number {
  const [given, made] = [inputs, outputs].map((slots) => slots.map((slot) => tape.slots[slot]));
  return flopsOfApplication(primitive as unknown as Primitive<object>, given, made, attributes);
}
