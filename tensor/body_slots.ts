/**
 * What in a body depends on what.
 *
 * @module
 */
import { liveEntries } from "./body.ts";
import { isFloating } from "./dtype.ts";
import type { Body } from "./primitive.ts";

/** Which slots of a body depend on its active inputs through differentiable entries. */
export function activeSlots({ tape }: Body, active: readonly boolean[]): boolean[] {
  const slots = tape.slots.map(() => false);
  tape.inputs.forEach((slot, i) => slots[slot] = active[i] && isFloating(tape.slots[slot].dtype));
  for (const { primitive, attributes, inputs, outputs } of tape.entries) {
    const given = inputs.map((slot) => slots[slot]);
    if (primitive.pullback === null || !given.includes(true)) continue;
    const made = primitive.depends?.(given, attributes as never);
    outputs.forEach((slot, i) => {
      slots[slot] = isFloating(tape.slots[slot].dtype) && (made === undefined || made[i]);
    });
  }
  return slots;
}

/** Which slots of a body have values that depend on the inputs in `changing`. */
function changingSlots({ tape }: Body, changing: readonly boolean[]): boolean[] {
  const slots = tape.slots.map(() => false);
  tape.inputs.forEach((slot, i) => slots[slot] = changing[i]);
  for (const { primitive, attributes, inputs, outputs } of tape.entries) {
    const given = inputs.map((slot) => slots[slot]);
    if (!given.includes(true)) continue;
    const made = primitive.depends?.(given, attributes as never);
    outputs.forEach((slot, i) => slots[slot] = made === undefined || made[i]);
  }
  return slots;
}

/** Which outputs of a body have values that depend on the inputs in `changing`. */
export function changingOutputs(body: Body, changing: readonly boolean[]): readonly boolean[] {
  const slots = changingSlots(body, changing);
  return body.outputs.map((slot) => slots[slot]);
}

/** Which inputs of a body its outputs are made from. */
export function usedInputs({ tape, outputs }: Body): readonly boolean[] {
  const { needed } = liveEntries(tape, outputs);
  return tape.inputs.map((slot) => needed.has(slot));
}

/** For each of the first outputs whether it is the input that is as far behind the first `before` ones, unchanged. */
export function passedOn({ tape, outputs }: Body, before: number, count: number): readonly boolean[] {
  return Array.from({ length: count }, (_, i) => outputs[i] === tape.inputs[before + i]);
}

/** Which outputs of a body depend on its active inputs. */
export function activeOutputs(body: Body, active: readonly boolean[]): readonly boolean[] {
  const slots = activeSlots(body, active);
  return body.outputs.map((slot) => slots[slot]);
}
