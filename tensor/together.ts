/**
 * Convolutions of small planes: the pixels of several images are brought beside each other, so that a vector takes one
 * pixel of each.
 *
 * @module
 */
import { copyInto, launchElementwise } from "./launch_elementwise.ts";
import type { Patches } from "./kernels/convolution.ts";
import type { Expression } from "./kernels/expression.ts";
import { channelStep, convolutionTogetherPlan, lanesOf } from "./kernels/simd/convolution_together.ts";
import { kernelNamed } from "./kernels/table.ts";
import type { Machine, Operand } from "./machine.ts";

const ZERO: Expression = { op: "constant", value: 0 };

/** An operand of which the last axis comes first, or the first one last. */
function rotated(x: Operand, first: boolean): Operand {
  const rotate = (list: readonly number[]): number[] =>
    first ? [list.at(-1)!, ...list.slice(0, -1)] : [...list.slice(1), list[0]];
  return { ...x, shape: rotate(x.shape), strides: rotate(x.strides) };
}

/** The convolution that patches stand for. */
export function launchTogether(
  source: Operand,
  weights: Operand,
  target: Operand,
  patches: Patches,
  relaxed: boolean,
  machine: Machine,
): void {
  const images = source.shape[0];
  const lanes = lanesOf(images);
  /** Memory for planes of many images, and the part of it that has images. */
  const planes = ([_, channels, rows, columns]: readonly number[]): readonly [Operand, Operand] => {
    const step = channelStep(rows * columns, lanes);
    const whole = machine.temporary("float32", [channels, step]);
    const strides = [step, columns * lanes, lanes, 1];
    return [whole, { ...whole, shape: [channels, rows, columns, images], strides }];
  };
  const [seen, from] = planes(source.shape);
  if (lanes > images) launchElementwise("zero", [ZERO], [], [seen], machine);
  copyInto(rotated(source, false), from, machine);
  const [sums, to] = planes(target.shape);
  const { kernel, scalars, total, grain } = convolutionTogetherPlan(patches, relaxed);
  machine.launch(kernelNamed(kernel), [seen, weights, sums], scalars, total, grain);
  copyInto(rotated(to, true), target, machine);
}
