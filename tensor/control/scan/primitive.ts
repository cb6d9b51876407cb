/**
 * The primitive of loops over a known number of steps.
 *
 * @module
 */
import { applyAll } from "../../apply.ts";
import { outputsOf, withPulledBody } from "../../body.ts";
import { flopsOfBody } from "../../cost.ts";
import { contiguousOperand } from "../../operand.ts";
import { definePrimitive, type Primitive } from "../../primitive.ts";
import type { Abstract } from "../../tensor.ts";
import { cut } from "../lists.ts";
import { type ApplyScan, dependsScan, savingScan, type Scan, trimScan } from "./attributes.ts";
import { batchScan } from "./batch.ts";
import { looping } from "./loop.ts";
import { pullScan } from "./pullback.ts";
import { pushScan } from "./pushforward.ts";

const apply: ApplyScan = (inputs, attributes) => applyAll(scanPrimitive, inputs, attributes);

/** A loop over the parts of some tensors. */
export const scanPrimitive: Primitive<Scan> = definePrimitive<Scan>({
  name: "scan",
  flops: (_, __, { body, length }) => length * flopsOfBody(body),
  infer(_, { body, carried, sums, length, saves }) {
    const [carry, outputs] = cut(outputsOf(body), carried);
    const stacked = (x: Abstract): Abstract => ({ dtype: x.dtype, shape: [length, ...x.shape] });
    return [...carry, ...outputs.map(stacked), ...(saves ? carry.slice(0, carried - sums).map(stacked) : [])];
  },
  execute(inputs, outputs, attributes, machine) {
    const { body, carried } = attributes;
    const given = inputs.map((x) => contiguousOperand(x, machine));
    const spare = outputsOf(body).slice(0, carried).map((x) => machine.temporary(x.dtype, x.shape));
    machine.call(() => looping(attributes), [...given, ...outputs, ...spare]);
  },
  depends: dependsScan,
  trim: trimScan,
  saving: savingScan,
  pulled: withPulledBody,
  pullback: { rule: (cotangents, context) => pullScan(apply, cotangents, context) },
  pushforward: { rule: (tangents, context) => pushScan(apply, tangents, context) },
  batch: { rule: (context) => batchScan(context) },
});
