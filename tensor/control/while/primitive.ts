/**
 * The primitive of loops with a condition.
 *
 * @module
 */
import { applyAll } from "../../apply.ts";
import { outputsOf, withPulledBody } from "../../body.ts";
import { flopsOfBody } from "../../cost.ts";
import { contiguousOperand } from "../../operand.ts";
import { definePrimitive, type Primitive } from "../../primitive.ts";
import type { Abstract } from "../../tensor.ts";
import { type ApplyWhile, dependsWhile, type While } from "./attributes.ts";
import { batchWhile } from "./batch.ts";
import { repeating } from "./loop.ts";
import { pullWhile } from "./pullback.ts";
import { pushWhile } from "./pushforward.ts";

const apply: ApplyWhile = (inputs, attributes) => applyAll(whilePrimitive, inputs, attributes);

/** A loop that goes on while a condition on what it carries holds. */
export const whilePrimitive: Primitive<While> = definePrimitive<While>({
  name: "whileLoop",
  flops: (_, __, { condition, body }) => flopsOfBody(condition) + flopsOfBody(body),
  infer(_, { body, sums, maxSteps, saves }) {
    const carry = outputsOf(body);
    if (!saves) return carry;
    const stack = (x: Abstract): Abstract => ({ dtype: x.dtype, shape: [maxSteps!, ...x.shape] });
    return [...carry, { dtype: "int32", shape: [] }, ...carry.slice(0, carry.length - sums).map(stack)];
  },
  execute(inputs, outputs, attributes, machine) {
    const given = inputs.map((x) => contiguousOperand(x, machine));
    const carry = outputsOf(attributes.body);
    const spare = [...carry, ...carry].map((x) => machine.temporary(x.dtype, x.shape));
    machine.call(() => repeating(attributes), [
      ...given,
      ...outputs,
      machine.temporary("bool", []),
      ...spare,
    ]);
  },
  depends: dependsWhile,
  saving: (attributes) => ({ ...withPulledBody(attributes), saves: attributes.maxSteps !== null }),
  pulled: withPulledBody,
  pullback: { rule: (cotangents, context) => pullWhile(apply, cotangents, context) },
  pushforward: { rule: (tangents, context) => pushWhile(apply, tangents, context) },
  batch: { rule: (context) => batchWhile(context) },
});
