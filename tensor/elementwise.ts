/**
 * How elementwise primitives are declared and carried out.
 *
 * @module
 */
import { type DType, itemSize } from "./dtype.ts";
import { loopOf, narrowCopyLoopOf, transposingLoopOf, vectorMode } from "./kernel_choice.ts";
import type { Step } from "./kernels/elementwise_form.ts";
import { costOf, type Expression, input } from "./kernels/expression.ts";
import type { KernelReference } from "./kernels/kernel.ts";
import { narrowCopy, narrowNumbers, narrowUnits } from "./kernels/narrow_copy.ts";
import { growing } from "./kernels/plan.ts";
import { transposeNumbers, transposeSizes, transposeTiles } from "./kernels/transpose.ts";
import { attributesKey, definePrimitive, type Primitive } from "./primitive.ts";
import { batchByBroadcasting } from "./rules.ts";
import type { Machine, Operand } from "./machine.ts";
import {
  broadcastShapes,
  broadcastStrides,
  contiguousStrides,
  equalShapes,
  isContiguous,
  type Shape,
  sizeOf,
} from "./shape.ts";
import type { Tensor } from "./tensor.ts";

/** The cotangent of one input from that of the output; broadcasting is undone by the tape. */
export type ElementwiseRule<A> = (
  cotangent: Tensor,
  inputs: readonly Tensor[],
  output: Tensor,
  attributes: A,
) => Tensor;

/** What an elementwise primitive states. */
export interface Elementwise<A> {
  /** The name by which listings and errors call it. */
  readonly name: string;
  /** Number of inputs. */
  readonly arity: number;
  /** The arithmetic of one element. */
  readonly expression: (inputs: readonly Expression[], attributes: A, dtype: DType) => Expression;
  /** The dtype of the output from those of the inputs, which throws where they do not fit. */
  readonly dtype: (dtypes: readonly DType[], attributes: A) => DType;
  /** See `Primitive.halves`. */
  readonly halves?: boolean;
  /** A rule for each input; null where the gradient is zero by definition. */
  readonly pullback: readonly (ElementwiseRule<A> | null)[] | null;
}

/** Declares an elementwise primitive: its inputs broadcast, its output has one element for each of theirs. */
export function defineElementwise<A extends object>(definition: Elementwise<A>): Primitive<A> {
  const { name, arity } = definition;
  const expressions = new Map<string, Expression>();
  const expressionFor = (attributes: A, dtypes: readonly DType[]): Expression => {
    const key = formName(name, attributes) + dtypes.join();
    let expression = expressions.get(key);
    if (expression === undefined) {
      expression = definition.expression(dtypes.map((_, i) => input(i)), attributes, dtypes[0]);
      expressions.set(key, expression);
    }
    return expression;
  };
  const flat = new Map<string, KernelReference>();
  const { pullback } = definition;
  return definePrimitive<A>({
    name,
    infer(inputs, attributes) {
      if (inputs.length !== arity) {
        throw new TypeError(`${name} expects ${arity} operands but got ${inputs.length}`);
      }
      let shape = inputs[0].shape;
      for (let i = 1; i < arity; i++) {
        if (!equalShapes(shape, inputs[i].shape)) {
          shape = broadcastShapes(name, ...inputs.map((x) => x.shape));
          break;
        }
      }
      return [{ shape, dtype: definition.dtype(inputs.map((x) => x.dtype), attributes) }];
    },
    execute(inputs, outputs, attributes, machine) {
      const total = sizeOf(outputs[0].shape);
      const steps = flatSteps(inputs, outputs[0]);
      if (steps === null) {
        const dtypes = inputs.map((x) => x.dtype);
        const expression = expressionFor(attributes, dtypes);
        launchElementwise(formName(name, attributes), [expression], inputs, outputs, machine);
        return;
      }
      let key = formName(steps + vectorMode(), attributes);
      for (let i = 0; i < inputs.length; i++) key += inputs[i].dtype;
      let kernel = flat.get(key);
      if (kernel === undefined) {
        const dtypes = inputs.map((x) => x.dtype);
        kernel = loopOf({
          name: formName(name, attributes),
          expressions: [expressionFor(attributes, dtypes)],
          inputs: dtypes,
          outputs: outputs.map((x) => x.dtype),
          rank: 1,
          steps: [...steps] as Step[],
        });
        grains.set(kernel, leastGrain([expressionFor(attributes, dtypes)]));
        flat.set(key, kernel);
      }
      machine.launch(kernel, [...inputs, ...outputs], [], total, grainOf(total, grains.get(kernel)!));
    },
    ...(definition.halves === undefined ? {} : { halves: definition.halves }),
    expression: expressionFor,
    batch: batchByBroadcasting,
    ...(pullback === null ? { pullback: null } : {
      pullback: {
        rule([cotangent], { inputs, outputs, attributes, wanted }) {
          return pullback.map((rule, i) =>
            rule === null || !wanted[i] ? null : rule(cotangent, inputs, outputs[0], attributes)
          );
        },
      },
    }),
  });
}

const grains = new WeakMap<KernelReference, number>();

function formName(name: string, attributes: object): string {
  for (const _ in attributes) {
    const text = JSON.stringify(attributes);
    return name + (text.includes("null") ? attributesKey(attributes) : text);
  }
  return name;
}

/** Elements of a chunk: a multiple of the vectors and blocks of any loop, so that every cut groups elements alike. */
const GRAIN = 1024;

/** Chunks that a loop has at least before they become larger, and their most elements. */
const [PARTS, MOST] = [8, 64 * GRAIN];

/** Elements of a chunk that takes longer than sharing it. */
function leastGrain(expressions: readonly Expression[]): number {
  const cost = expressions.reduce((sum, expression) => sum + costOf(expression), 0);
  return GRAIN * Math.max(2, Math.min(64, Math.round(128 / (1 + cost))));
}

/** Elements of a chunk of a loop. */
function grainOf(elements: number, least: number): number {
  return GRAIN * Math.floor(growing(elements, { least, most: MOST, parts: PARTS }) / GRAIN);
}

const FLAT_STEPS = ["1", "11", "111", "1111"];

/** The steps of operands that are all contiguous or scalar, output last; null where some are neither. */
function flatSteps(inputs: readonly Operand[], output: Operand): string | null {
  let all = true;
  for (let i = 0; i < inputs.length; i++) {
    const x = inputs[i];
    if (!equalShapes(x.shape, output.shape) || !isContiguous(x.shape, x.strides)) all = false;
  }
  if (!isContiguous(output.shape, output.strides)) return null;
  if (all && inputs.length < FLAT_STEPS.length) return FLAT_STEPS[inputs.length];
  let steps = "";
  for (const x of inputs) {
    if (isScalar(x)) steps += "0";
    else if (equalShapes(x.shape, output.shape) && isContiguous(x.shape, x.strides)) steps += "1";
    else return null;
  }
  return steps + "1";
}

/** Whether all elements of an operand are one and the same. */
export function isScalar(x: Operand): boolean {
  for (let i = 0; i < x.shape.length; i++) if (x.shape[i] !== 1 && x.strides[i] !== 0) return false;
  return true;
}

/** Axes of several operands merged where all of them allow it, and axes of extent 1 dropped. */
export function mergeAxes(
  shape: Shape,
  strides: readonly (readonly number[])[],
): { readonly shape: number[]; readonly strides: number[][] } {
  const extents: number[] = [];
  const merged: number[][] = strides.map(() => []);
  for (let axis = 0; axis < shape.length; axis++) {
    if (shape[axis] === 1) continue;
    const last = extents.length - 1;
    const fits = last >= 0 &&
      strides.every((list, i) => merged[i][last] === list[axis] * shape[axis]);
    if (fits) {
      extents[last] *= shape[axis];
      strides.forEach((list, i) => merged[i][last] = list[axis]);
    } else {
      extents.push(shape[axis]);
      strides.forEach((list, i) => merged[i].push(list[axis]));
    }
  }
  return { shape: extents, strides: merged };
}

/**
 * Runs a loop over the elements of `outputs`, all of one shape and of any layout, computing `expressions` from
 * inputs that broadcast to that shape. The same `name` must always mean the same expressions.
 */
export function launchElementwise(
  name: string,
  expressions: readonly Expression[],
  inputs: readonly Operand[],
  outputs: readonly Operand[],
  machine: Machine,
): void {
  const { shape } = outputs[0];
  const operands = [...inputs, ...outputs];
  const { shape: extents, strides } = mergeAxes(
    shape,
    operands.map((operand) => broadcastStrides(operand.shape, operand.strides, shape)),
  );
  if (expressions[0] === COPY && launchNarrowCopy(extents, strides, operands, machine)) return;
  if (strides.some((list) => transposeSizes(extents, list, strides[inputs.length]) !== null)) {
    if (expressions[0] === COPY && launchTranspose(inputs[0], outputs[0], machine)) return;
    const along = expressions[0] === COPY ? inputs : inputs.map((x) => alongMemory(x, machine));
    if (along.some((x, i) => x !== inputs[i])) {
      return launchElementwise(name, expressions, along, outputs, machine);
    }
  }
  if (extents.length === 0) {
    extents.push(1);
    strides.forEach((list) => list.push(1));
  }
  const rank = extents.length;
  const steps = strides.map((list, i): Step => {
    const step = list[rank - 1];
    return step === 1 ? "1" : step === 0 && i < inputs.length ? "0" : "s";
  });
  const kernel = loopOf({
    name,
    expressions,
    inputs: inputs.map((x) => x.dtype),
    outputs: outputs.map((x) => x.dtype),
    rank,
    steps,
  });
  const flat = rank === 1 && !steps.includes("s");
  const numbers = flat ? [] : [...extents, ...strides.flat()];
  const total = sizeOf(shape);
  machine.launch(kernel, operands, numbers, total, grainOf(total, leastGrain(expressions)));
}

/** Copies a few elements at a time; false where they are more, or lie otherwise. */
function launchNarrowCopy(
  shape: readonly number[],
  [source, target]: readonly (readonly number[])[],
  operands: readonly Operand[],
  machine: Machine,
): boolean {
  const bytes = itemSize(operands[0].dtype);
  const copy = narrowCopy(shape, source, target, bytes);
  const kernel = copy === null ? null : narrowCopyLoopOf(copy, bytes);
  if (copy === null || kernel === null) return false;
  const [units, grain] = narrowUnits(copy);
  machine.launch(kernel, operands, narrowNumbers(copy), units, grain);
  return true;
}

/** Copies between layouts whose innermost axes differ. */
function launchTranspose(source: Operand, target: Operand, machine: Machine): boolean {
  const { shape, strides } = mergeAxes(target.shape, [
    broadcastStrides(source.shape, source.strides, target.shape),
    target.strides,
  ]);
  const sizes = transposeSizes(shape, strides[0], strides[1]);
  if (sizes === null) return false;
  const kernel = transposingLoopOf(source.dtype, sizes.outer.length);
  const [tiles, grain] = transposeTiles(sizes);
  machine.launch(kernel, [source, target], transposeNumbers(sizes), tiles, grain);
  return true;
}

/** An operand whose axes do not lie in their order, in that order: a copy, or itself where that does not pay. */
function alongMemory(x: Operand, machine: Machine): Operand {
  const shape = x.shape.map((extent, axis) => x.strides[axis] === 0 ? 1 : extent);
  const { shape: extents, strides } = mergeAxes(shape, [x.strides, contiguousStrides(shape)]);
  if (transposeSizes(extents, strides[0], strides[1]) === null) return x;
  const target = machine.temporary(x.dtype, shape);
  launchTranspose({ ...x, shape }, target, machine);
  return target;
}

const COPY: Expression = input(0);

/** Copies elements between layouts that broadcast, converting nothing; random keys too. */
export function copyInto(source: Operand, target: Operand, machine: Machine): void {
  const [from, to] = source.dtype === "key" ? [asWords(source), asWords(target)] : [source, target];
  launchElementwise("copy", [COPY], [from], [to], machine);
}

/** Random keys as pairs of uint32. */
function asWords(x: Operand): Operand {
  return {
    dtype: "uint32",
    shape: [...x.shape, 2],
    strides: [...x.strides.map((stride) => 2 * stride), 1],
    offset: 2 * x.offset,
    storage: x.storage,
  };
}

/** A dtype rule: all inputs of one number type, the output like them. */
export function sameDType(
  name: string,
  accepts: (dtype: DType) => boolean,
  expected: string,
): (dtypes: readonly DType[]) => DType {
  return (dtypes: readonly DType[]): DType => {
    for (const dtype of dtypes) {
      if (!accepts(dtype)) throw new TypeError(`${name} expects ${expected} but got ${dtype}`);
      if (dtype !== dtypes[0]) {
        throw new TypeError(`${name} expects operands of one dtype but got ${dtypes.join(" and ")}`);
      }
    }
    return dtypes[0];
  };
}
