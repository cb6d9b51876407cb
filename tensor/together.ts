/**
 * Convolutions of small planes: the pixels of several images are brought beside each other, so that a vector takes one
 * pixel of each.
 *
 * @module
 */
import { clear, copyInto } from "./launch_elementwise.ts";
import type { Patches } from "./kernels/convolution.ts";
import { convolutionKernelTogetherPlan } from "./kernels/simd/convolution_kernel_together.ts";
import { convolutionTogetherPlan, lanesOf, oddLines } from "./kernels/simd/convolution_together_plan.ts";
import { launchPlan } from "./launch_plan.ts";
import type { Machine, Operand } from "./machine.ts";
import { permuted, seenAs } from "./operand.ts";

/** The convolution that patches stand for. */
export function launchTogether(
  source: Operand,
  weights: Operand,
  target: Operand,
  patches: Patches,
  machine: Machine,
): void {
  const images = source.shape[0];
  const lanes = lanesOf(images);
  /** Memory for planes of many images, and the part of it that has images. */
  const planes = ([_, channels, rows, columns]: readonly number[]): readonly [Operand, Operand] => {
    const step = oddLines(rows * columns * lanes);
    const whole = machine.temporary("float32", [channels, step]);
    const strides = [step, columns * lanes, lanes, 1];
    return [whole, { ...whole, shape: [channels, rows, columns, images], strides }];
  };
  const [seen, from] = planes(source.shape);
  if (lanes > images) clear(seen, machine);
  copyInto(permuted(source, [1, 2, 3, 0]), from, machine);
  const [sums, to] = planes(target.shape);
  launchPlan(convolutionTogetherPlan(patches), [seen, weights, sums], machine);
  copyInto(permuted(to, [3, 0, 1, 2]), target, machine);
}

/** The gradient for the weights of the convolution that patches stand for. */
export function launchKernelTogether(
  image: Operand,
  cotangent: Operand,
  weights: Operand,
  patches: Patches,
  machine: Machine,
): void {
  /** A copy with the pixels outermost and the channels innermost. */
  const byPixel = (x: Operand): Operand => {
    const [images, channels, rows, columns] = x.shape;
    const step = oddLines(channels);
    const copy = machine.temporary("float32", [rows * columns * images, step]);
    const shape = [rows, columns, images, channels];
    copyInto(permuted(x, [2, 3, 0, 1]), {
      ...copy,
      shape,
      strides: [columns * images * step, images * step, step, 1],
    }, machine);
    return copy;
  };
  const [outputs, channels, rows, columns] = weights.shape;
  const sums = machine.temporary("float32", [rows * columns, outputs, channels]);
  launchPlan(
    convolutionKernelTogetherPlan(patches),
    [byPixel(image), byPixel(cotangent), sums],
    machine,
  );
  copyInto(permuted(seenAs(sums, [rows, columns, outputs, channels]), [2, 3, 0, 1]), weights, machine);
}
