/**
 * Linear recurrences along an axis.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { checkOptionNames, NO_OPTIONS } from "../check_option_names.ts";
import { recurrenceKernel } from "../kernels/cumulative.ts";
import { contiguousOperand } from "../operand.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { broadcastShapes, equalShapes, normalizeAxis, sizeOf } from "../shape.ts";
import { constantTensor } from "../make_tensor.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { multiply } from "./arithmetic.ts";
import { promotedFloats } from "./convert.ts";
import { broadcastTo } from "./broadcast_to.ts";
import { concatenate } from "./concatenate.ts";
import { slice } from "./slice.ts";
import { swapAxes } from "./transpose.ts";

/** Work of a chunk, in elements. */
const CHUNK = 32768;

interface Recurrence {
  readonly reverse: boolean;
}

/** The elements moved one place along the last axis, with `fill` where none came. */
export function shifted(x: Tensor, forwards: boolean, fill = 0): Tensor {
  const last = x.rank - 1;
  const length = x.shape[last];
  if (length === 0) return x;
  const rest = slice(x, x.shape.map((_, i) => i !== last ? null : forwards ? [0, length - 1] : [1, length]));
  const edge = constantTensor(x.dtype, [...x.shape.slice(0, -1), 1], fill);
  return concatenate(forwards ? [edge, rest] : [rest, edge], last);
}

const linearRecurrencePrimitive: Primitive<Recurrence> = definePrimitive<Recurrence>({
  name: "linearRecurrence",
  flops: ([_, b]) => 2 * sizeOf(b.shape),
  infer: ([_, b]) => [{ dtype: b.dtype, shape: b.shape }],
  execute([a, b], [output], { reverse }, machine) {
    const length = b.shape[b.shape.length - 1];
    machine.launch(
      recurrenceKernel(b.dtype, reverse),
      [contiguousOperand(a, machine), contiguousOperand(b, machine), output],
      [length],
      length === 0 ? 0 : sizeOf(b.shape.slice(0, -1)),
      Math.max(1, Math.round(CHUNK / Math.max(1, length))),
    );
  },
  pullback: {
    // The cotangents run the other way, each taking along the factor of the step that it undoes.
    rule([g], { inputs: [a], outputs: [h], attributes: { reverse } }) {
      const factors = shifted(a, reverse);
      const total = apply(linearRecurrencePrimitive, [factors, g], { reverse: !reverse });
      return [multiply(total, shifted(h, !reverse)), total];
    },
  },
  batch: { rule: ({ all, attributes, apply }) => apply(all(), attributes) },
});

/** Options of `linearRecurrence`. */
export interface LinearRecurrenceOptions {
  /** The axis along which it runs, negative from the end; the last by default. */
  readonly axis?: number;
  /** Whether it runs from the end of the axis to its start; false by default. */
  readonly reverse?: boolean;
}

const LINEAR_RECURRENCE_OPTIONS = { axis: true, reverse: true } as const;

/**
 * `h[t] = factors[t] h[t - 1] + inputs[t]` along an axis, from `h[0] = inputs[0]`: a running sum whose past fades, as in
 * exponential averages, discounted returns and state-space layers. The operands broadcast; it is carried in double
 * precision.
 *
 * @throws {RangeError} If there is no such axis, or the shapes do not broadcast.
 *
 * @example
 * ```ts
 * import { linearRecurrence, tensor } from "@weft/weft";
 * import { assertEquals } from "@std/assert/equals";
 *
 * assertEquals(linearRecurrence(0.5, tensor([1, 1, 1])).toArray(), [1, 1.5, 1.75]);
 * ```
 */
export function linearRecurrence(
  factors: TensorLike,
  inputs: TensorLike,
  options: LinearRecurrenceOptions = NO_OPTIONS,
): Tensor {
  checkOptionNames("linearRecurrence", options, LINEAR_RECURRENCE_OPTIONS);
  const { axis = -1, reverse = false } = options;
  const [a, b] = promotedFloats("linearRecurrence", factors, inputs);
  const shape = equalShapes(a.shape, b.shape)
    ? b.shape
    : broadcastShapes("linearRecurrence", a.shape, b.shape);
  const at = normalizeAxis("linearRecurrence", axis, shape.length);
  const lines = [a, b].map((x) => swapAxes(broadcastTo(x, shape), at, -1));
  return swapAxes(apply(linearRecurrencePrimitive, lines, { reverse }), at, -1);
}
