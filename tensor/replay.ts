/**
 * Bodies that run again for a pullback.
 *
 * @module
 */
import { applyAll } from "./apply.ts";
import { startValues } from "./body.ts";
import { activeSlots } from "./body_slots.ts";
import { independentOutputs } from "./independent.ts";
import type { Body, Entry, Primitive, Tape } from "./primitive.ts";
import type { Abstract, Tensor } from "./tensor.ts";

/** How a body is applied for a pullback. */
export interface ReplayOptions {
  /** Values that need not be computed again. */
  readonly known?: ReadonlyMap<number, Tensor>;
  /** Whether values that depend on active inputs are not known, so that the others have to be computed without them. */
  readonly linear?: boolean;
}

/** Applies every entry of a body and returns its tape with the values, for a pullback. */
export function replay(
  body: Body,
  inputs: readonly Tensor[],
  active: readonly boolean[],
  { known = new Map(), linear = false }: ReplayOptions = {},
): { readonly tape: Tape; readonly outputs: readonly number[] } {
  const values = startValues(body, inputs);
  for (const [slot, tensor] of known) values[slot] = tensor;
  const flags = activeSlots(body, active);
  const slots: Abstract[] = [...body.tape.slots];
  const entries = body.tape.entries.map((entry): Entry => {
    const { primitive, inputs, outputs } = entry;
    if (outputs.every((slot) => values[slot] !== null)) return entry;
    const saves = primitive.saving !== undefined && outputs.some((slot) => flags[slot]);
    const attributes = saves ? primitive.saving!(entry.attributes as never) : entry.attributes;
    const given = inputs.map((slot) => values[slot]!);
    const made = applyAll(primitive as unknown as Primitive<object>, given, attributes);
    const apart = linear
      ? independentOutputs(
        primitive as unknown as Primitive<object>,
        attributes,
        inputs.map((slot) => slots[slot]),
        given,
        inputs.map((slot) => flags[slot]),
      )
      : null;
    const all = made.map((x, i) => {
      if (i < outputs.length) return outputs[i];
      flags.push(false);
      values.push(null);
      return slots.push({ dtype: x.dtype, shape: x.shape }) - 1;
    });
    all.forEach((slot, i) => values[slot] = apart?.[i] ?? made[i]);
    return { ...entry, attributes, outputs: all };
  });
  return { tape: { ...body.tape, slots, entries, values, active: flags }, outputs: body.outputs };
}
