/**
 * How elementwise primitives are declared.
 *
 * @module
 */
import type { DType } from "./dtype.ts";
import { grainOf, leastGrain } from "./elementwise_grain.ts";
import { loopOf, vectorMode } from "./kernel_choice.ts";
import type { Step } from "./kernels/elementwise_form.ts";
import { type Expression, input } from "./kernels/expression.ts";
import type { KernelReference } from "./kernels/kernel.ts";
import { launchElementwise } from "./launch_elementwise.ts";
import type { Operand } from "./machine.ts";
import { isScalar } from "./merge_axes.ts";
import { attributesKey, definePrimitive, type Primitive } from "./primitive.ts";
import { batchByBroadcasting } from "./rules.ts";
import { broadcastShapes, equalShapes, isContiguous, sizeOf } from "./shape.ts";
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
