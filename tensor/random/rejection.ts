/**
 * Primitives of distributions that are drawn until what is drawn is accepted.
 *
 * @module
 */
import type { DType } from "../dtype.ts";
import type { KernelReference } from "../kernels/kernel.ts";
import type { Operand } from "../machine.ts";
import { contiguousOperand } from "../operand.ts";
import { wordsOf } from "../words_of.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { sizeOf } from "../shape.ts";

/** How bits are drawn. */
export interface Drawing {
  /** Whether JAX's partitionable layout is used. */
  readonly partitionable: boolean;
}

/**
 * A primitive of keys and of parameters that have the shape of the result. What one key draws depends on all elements
 * that it draws for, so the kernel does those in one unit: its operands are the words of a key, the parameters, and
 * the result, its number how many elements they have.
 */
export function defineRejection(
  name: string,
  dtype: DType,
  kernel: (partitionable: boolean) => KernelReference,
): Primitive<Drawing> {
  return definePrimitive<Drawing>({
    name,
    infer: ([_, parameter]) => [{ dtype, shape: parameter.shape }],
    execute([key, ...parameters], [output], { partitionable }, machine) {
      const batch = sizeOf(key.shape);
      const each = sizeOf(output.shape) / Math.max(1, batch);
      const keys = contiguousOperand(key, machine);
      const whole = [...parameters.map((x) => contiguousOperand(x, machine)), output];
      for (let i = 0; i < batch; i++) {
        const one = { ...wordsOf(keys), shape: [2], offset: 2 * (keys.offset + i) };
        const part = (x: Operand): Operand => ({
          ...x,
          shape: [each],
          strides: [1],
          offset: x.offset + i * each,
        });
        machine.launch(kernel(partitionable), [one, ...whole.map(part)], [each], 1, 1);
      }
    },
    pullback: null,
    batch: { rule: ({ all, attributes, apply }) => apply(all(), attributes) },
  });
}
