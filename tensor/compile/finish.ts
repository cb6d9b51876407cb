/**
 * Launching a product or a convolution together with the elementwise entries on its result.
 *
 * @module
 */
import { launchElementwise } from "../launch_elementwise.ts";
import { finishingLoopOf } from "../kernel_choice.ts";
import type { Step } from "../kernels/elementwise_form.ts";
import type { Expression } from "../kernels/expression.ts";
import { finishedKernel } from "../kernels/finish.ts";
import { finishingOf } from "../kernels/finishing.ts";
import type { KernelReference } from "../kernels/kernel.ts";
import type { Machine, Operand } from "../machine.ts";
import { broadcastStrides, type Shape, sizeOf } from "../shape.ts";

/** The elementwise entries on a result: its operands and what is computed, as for `launchElementwise`. */
export interface FinishingLoop {
  /** A name for the expressions. */
  readonly name: string;
  /** One for each output. */
  readonly expressions: readonly Expression[];
  /** What they are computed from, the result itself among them. */
  readonly inputs: readonly Operand[];
  /** Where they are stored; the first may be the memory of the result. */
  readonly outputs: readonly Operand[];
}

interface Held {
  readonly kernel: KernelReference;
  readonly operands: readonly Operand[];
  readonly numbers: readonly number[];
  readonly total: number;
  readonly grain: number;
}

/**
 * Launches what `execute` launches, and then the loop on its result: together with the last launch where its kernel
 * hands over finished rectangles and every operand of the loop can be walked with them, otherwise one after the other.
 */
export function launchFinished(
  execute: (machine: Machine) => void,
  loop: FinishingLoop,
  machine: Machine,
): void {
  const held: Held[] = [];
  execute({
    launch: (kernel, operands, numbers, total, grain) =>
      held.push({ kernel, operands, numbers, total, grain }),
    call() {
      throw new TypeError("Expected a primitive that finishes its result to launch kernels");
    },
    temporary: (dtype, shape) => machine.temporary(dtype, shape),
    table: (tensor) => machine.table(tensor),
  });
  const last = held.at(-1);
  const walk = last === undefined ? null : walkOf(last.kernel, last.numbers, loop);
  for (const { kernel, operands, numbers, total, grain } of walk === null ? held : held.slice(0, -1)) {
    machine.launch(kernel, operands, numbers, total, grain);
  }
  if (walk !== null && last !== undefined) {
    const all = [...loop.inputs, ...loop.outputs, ...last.operands];
    machine.launch(walk.finished, all, [...last.numbers, ...walk.strides], last.total, last.grain);
    return;
  }
  launchElementwise(loop.name, loop.expressions, loop.inputs, loop.outputs, machine);
}

/** The kernel with the loop in it, and the strides of the loop's operands; null where they do not fit. */
function walkOf(
  kernel: KernelReference,
  numbers: readonly number[],
  { name, expressions, inputs, outputs }: FinishingLoop,
): { readonly finished: KernelReference; readonly strides: readonly number[] } | null {
  const finishing = finishingOf(kernel, numbers);
  const { shape } = outputs[0];
  if (finishing === null || sizeOf(shape) === 0) return null;
  const { rows, columns } = finishing;
  const extents = [sizeOf(shape) / (rows * columns), rows, columns];
  const operands = [...inputs, ...outputs];
  const strides: number[] = [];
  const steps: Step[] = [];
  for (const operand of operands) {
    const folded = foldStrides(shape, broadcastStrides(operand.shape, operand.strides, shape), extents);
    if (folded === null || folded[2] < 0 || folded[2] > 1) return null;
    strides.push(...folded);
    steps.push(folded[2] === 0 && steps.length < inputs.length ? "0" : "1");
  }
  const { key, loop } = finishingLoopOf({
    name,
    expressions,
    inputs: inputs.map((x) => x.dtype),
    outputs: outputs.map((x) => x.dtype),
    rank: 2,
    steps,
  });
  const finished = finishedKernel(finishing.name, numbers.length, operands.length, key, loop);
  return { finished, strides };
}

/** Strides over a few extents, each of which some neighbouring axes make up; null where they step unevenly. */
function foldStrides(
  shape: Shape,
  strides: readonly number[],
  extents: readonly number[],
): readonly number[] | null {
  const folded: number[] = [];
  let axis = shape.length;
  for (const extent of extents.toReversed()) {
    let [size, stride] = [1, 0];
    while (size < extent) {
      if (--axis < 0) return null;
      if (shape[axis] === 1) continue;
      if (size === 1) stride = strides[axis];
      else if (strides[axis] !== stride * size) return null;
      size *= shape[axis];
    }
    if (size !== extent) return null;
    folded.unshift(stride);
  }
  return folded;
}
