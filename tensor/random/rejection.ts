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

/** Elements of a block, and the most chunks that blocks are cut into. */
const [BLOCK, CHUNKS] = [256, 64];

/**
 * A primitive of keys and of parameters that have the shape of the result. What one key draws depends on all elements
 * that it draws for, so each of the kernels goes through blocks of them and notes in a table what the next one needs.
 * Their operands are the words of a key, the parameters, the result and the table (int32), of two numbers for each
 * block; their numbers how many elements there are, and how many of them are a block.
 */
export function defineRejection(
  name: string,
  dtype: DType,
  kernels: (partitionable: boolean) => readonly KernelReference[],
): Primitive<Drawing> {
  return definePrimitive<Drawing>({
    name,
    infer: ([_, parameter]) => [{ dtype, shape: parameter.shape }],
    execute([key, ...parameters], [output], { partitionable }, machine) {
      const batch = sizeOf(key.shape);
      const each = sizeOf(output.shape) / Math.max(1, batch);
      const blocks = Math.ceil(each / BLOCK);
      const grain = Math.max(1, Math.ceil(blocks / CHUNKS));
      const keys = contiguousOperand(key, machine);
      const whole = [...parameters.map((x) => contiguousOperand(x, machine)), output];
      const table = machine.temporary("int32", [blocks, 2]);
      for (let i = 0; i < batch; i++) {
        const one = { ...wordsOf(keys), shape: [2], offset: 2 * (keys.offset + i) };
        const part = (x: Operand): Operand => ({
          ...x,
          shape: [each],
          strides: [1],
          offset: x.offset + i * each,
        });
        for (const kernel of kernels(partitionable)) {
          machine.launch(kernel, [one, ...whole.map(part), table], [each, BLOCK], blocks, grain);
        }
      }
    },
    pullback: null,
    batch: { rule: ({ all, attributes, apply }) => apply(all(), attributes) },
  });
}
