/**
 * Elements repeated along their axes.
 *
 * @module
 */
import { apply } from "../apply.ts";
import { isFloating } from "../dtype.ts";
import { copyInto } from "../launch_elementwise.ts";
import { definePrimitive, type Primitive } from "../primitive.ts";
import { sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { multiply } from "./arithmetic.ts";
import { pick } from "./define_view.ts";
import { avgPool2d } from "./avg_pool2d.ts";
import { sum } from "./reduce.ts";
import { reshape } from "./reshape.ts";

interface Factors {
  /** How often an element comes in a row, for each axis. */
  readonly factors: readonly number[];
}

const repeatEachPrimitive: Primitive<Factors> = definePrimitive<Factors>({
  name: "repeatEach",
  halves: true,
  infer: ([x], { factors }) => [{
    dtype: x.dtype,
    shape: x.shape.map((extent, axis) => extent * factors[axis]),
  }],
  execute([x], [output], { factors }, machine) {
    const shape = x.shape.flatMap((extent, axis) => [extent, factors[axis]]);
    const source = { ...pick(x), shape, strides: x.strides.flatMap((stride) => [stride, 0]) };
    const strides = output.strides.flatMap((stride, axis) => [stride * factors[axis], stride]);
    copyInto(source, { ...pick(output), shape, strides }, machine);
  },
  pullback: { rule: ([g], { inputs: [x], attributes: { factors } }) => [sumEach(g, x.shape, factors)] },
  batch: { rule: ({ inputs, attributes, apply }) => apply(inputs, { factors: [1, ...attributes.factors] }) },
});

/** The sums of as many elements in a row of each axis. */
function sumEach(g: Tensor, shape: readonly number[], factors: readonly number[]): Tensor {
  const before = Math.max(0, g.rank - 2);
  if (
    sizeOf(g.shape) > 0 && isFloating(g.dtype) && factors.slice(0, before).every((factor) => factor === 1)
  ) {
    const [rows, columns] = [1, 1, ...factors].slice(-2);
    const images = reshape(g, [1, sizeOf(g.shape.slice(0, before)), ...[1, 1, ...g.shape].slice(-2)]);
    const means = avgPool2d(images, { window: [rows, columns] });
    return reshape(multiply(means, rows * columns), shape);
  }
  const apart = reshape(g, shape.flatMap((extent, axis) => [extent, factors[axis]]));
  return sum(apart, { axes: shape.map((_, axis) => 2 * axis + 1) });
}

/** Each element of an axis as often in a row as the factor of that axis says, from 0 on. */
export function repeatEach(x: Tensor, factors: readonly number[]): Tensor {
  return factors.every((factor) => factor === 1) ? x : apply(repeatEachPrimitive, [x], { factors });
}
