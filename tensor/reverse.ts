/**
 * Reverse mode: cotangents back along a tape.
 *
 * @module
 */
import { isFloating } from "./dtype.ts";
import { add } from "./ops/arithmetic.ts";
import { cast } from "./ops/cast.ts";
import { sumTo } from "./ops/sum_to.ts";
import { zerosOf } from "./ops/zeros_of.ts";
import type { Primitive, Tape } from "./primitive.ts";
import type { PullbackContext } from "./rules.ts";
import { equalShapes, formatShape } from "./shape.ts";
import type { Recorded } from "./tape.ts";
import type { Tensor } from "./tensor.ts";

/**
 * From one cotangent for each tensor of a recorded result to one for each tensor of the arguments; null stands for
 * zeros among the former and for integers among the latter.
 *
 * @param operation The transformation that errors name.
 * @param linear Whether the tape is that of a function linear in its arguments, whose values are not known.
 */
export function pullTape(
  { tape, outputs }: Recorded<unknown>,
  operation: string,
  linear = false,
): (cotangents: readonly (Tensor | null)[]) => readonly (Tensor | null)[] {
  return (cotangents) => {
    const gradients = new Array<Tensor | null>(tape.slots.length).fill(null);
    outputs.forEach((slot, i) => {
      const cotangent = cotangents[i] ?? null;
      if (slot === null || cotangent === null || !isFloating(tape.slots[slot].dtype)) return;
      if (!equalShapes(cotangent.shape, tape.slots[slot].shape)) {
        throw new RangeError(
          `pullback expects a cotangent of shape ${formatShape(tape.slots[slot].shape)} but got ${
            formatShape(cotangent.shape)
          }`,
        );
      }
      accumulate(gradients, tape, slot, cotangent);
    });
    for (let i = tape.entries.length - 1; i >= 0; i--) pullEntry(tape, i, gradients, { operation, linear });
    return tape.inputs.map((slot) => {
      const like = tape.slots[slot];
      return isFloating(like.dtype) ? gradients[slot] ?? zerosOf(like) : null;
    });
  };
}

function accumulate(gradients: (Tensor | null)[], tape: Tape, slot: number, cotangent: Tensor): void {
  const like = tape.slots[slot];
  // Operations broadcast and promote their operands; here that is undone, once for all rules.
  let gradient = equalShapes(cotangent.shape, like.shape) ? cotangent : sumTo(cotangent, like.shape);
  if (gradient.dtype !== like.dtype) gradient = cast(gradient, like.dtype);
  const before = gradients[slot];
  gradients[slot] = before === null ? gradient : add(before, gradient);
}

function pullEntry(
  tape: Tape,
  index: number,
  gradients: (Tensor | null)[],
  mode: Pick<PullbackContext<object>, "operation" | "linear">,
): void {
  const { primitive, attributes, inputs, outputs } = tape.entries[index];
  if (outputs.every((slot) => gradients[slot] === null)) return;
  const wanted = inputs.map((slot) => tape.active[slot]);
  if (primitive.pullback === null || !wanted.includes(true)) return;
  if (primitive.pullback === undefined) {
    throw new TypeError(
      `${mode.operation} expects every primitive to have a pullback rule but ${primitive.name} has none`,
    );
  }
  const cotangents = outputs.map((slot) => gradients[slot] ?? zerosOf(tape.slots[slot]));
  const context: PullbackContext<object> = {
    inputs: inputs.map((slot) => tape.values[slot]!),
    outputs: outputs.map((slot) => tape.values[slot]!),
    attributes,
    wanted,
    hasCotangent: outputs.map((slot) => gradients[slot] !== null),
    ...mode,
  };
  const pulled = (primitive as unknown as Primitive<object>).pullback!.rule(cotangents, context);
  for (const slot of outputs) gradients[slot] = null;
  pulled.forEach((cotangent, i) => {
    if (cotangent !== null && wanted[i]) accumulate(gradients, tape, inputs[i], cotangent);
  });
}
