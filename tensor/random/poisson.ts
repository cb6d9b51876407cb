/**
 * Poisson distributed numbers.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { poissonKernel } from "../kernels/random/poisson.ts";
import { contiguousOperand, wordsOf } from "../operand.ts";
import { broadcastTo } from "../ops/broadcast_to.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { type Shape, sizeOf } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { checkKey } from "./key.ts";
import type { LayoutOptions } from "./options.ts";
import { parameters } from "./parameter.ts";

const poissonPrimitive: Primitive<{ readonly partitionable: boolean }> = definePrimitive<
  { readonly partitionable: boolean }
>({
  name: "poisson",
  infer: ([_, rates]) => [{ dtype: "int32", shape: rates.shape }],
  execute([key, rates], [output], { partitionable }, machine) {
    const batch = sizeOf(key.shape);
    const each = sizeOf(output.shape) / Math.max(1, batch);
    const keys = contiguousOperand(key, machine);
    const all = contiguousOperand(rates, machine);
    for (let i = 0; i < batch; i++) {
      const one = { ...wordsOf(keys), shape: [2], offset: 2 * (keys.offset + i) };
      const part = (x: typeof all): typeof all => ({
        ...x,
        shape: [each],
        strides: [1],
        offset: x.offset + i * each,
      });
      machine.launch(poissonKernel(partitionable), [one, part(all), part(output)], [each], 1, 1);
    }
  },
  pullback: null,
  batch: { rule: ({ all, attributes, apply }) => apply(all(), attributes) },
});

/** Options of `poisson`. */
export interface PoissonOptions extends LayoutOptions {
  /** The mean, not negative. */
  readonly rate: TensorLike;
  /** The shape; that of the rate by default. */
  readonly shape?: Shape;
}

/**
 * Counts (int32) of independent events of a given mean: Knuth's method below 10, transformed rejection (Hörmann, 1993)
 * from there on, as `jax.random.poisson`.
 *
 * @throws {TypeError} If the first argument is not a random key.
 * @throws {RangeError} If the rate is negative, or does not broadcast to the shape.
 *
 * @example
 * ```ts
 * import { mean, random } from "@weft/weft";
 * import { assertAlmostEquals } from "@std/assert/almost-equals";
 *
 * assertAlmostEquals(mean(random.poisson(random.key(0), { rate: 3, shape: [10000] })).item(), 3, 0.1);
 * ```
 */
export function poisson(key: Tensor, options: PoissonOptions): Tensor {
  const { rate, partitionable = true } = options;
  if (typeof rate === "number" && !(rate >= 0)) {
    throw new RangeError(`poisson expects a rate of at least 0 but got ${rate}`);
  }
  const { shape, tensors: [rates] } = parameters("poisson", [rate], options.shape, "float32");
  return apply(poissonPrimitive, [checkKey("poisson", key), broadcastTo(rates, shape)], { partitionable });
}
