/**
 * Primitives that stand for a program: eager they run its entries, and a compiled program has the entries in their
 * place. What makes them primitives are rules of their own.
 *
 * @module
 */
import { changingOutputs } from "./body_slots.ts";
import { outputsOf, runBody } from "./body.ts";
import { isTracedNumber } from "./host.ts";
import { type Body, definePrimitive, type Primitive } from "./primitive.ts";
import { scope } from "./scope.ts";
import { type Recorder, Tensor } from "./tensor.ts";
import * as tree from "./tree.ts";

/** Declares a primitive that stands for the body that its attributes give. */
export function defineInlined<A extends object>(
  name: string,
  body: (attributes: A) => Body,
  rules: Pick<Primitive<A>, "pullback" | "pushforward" | "batch" | "saving" | "pulled">,
): Primitive<A> {
  return definePrimitive<A>({
    name,
    infer: (_, attributes) => outputsOf(body(attributes)),
    evaluate: (inputs, attributes) => scope(() => runBody(body(attributes), inputs), { name }),
    inline: body,
    depends: (changing, attributes) => changingOutputs(body(attributes), changing),
    execute() {
      throw new TypeError(`${name} expects to be replaced by its entries`);
    },
    ...rules,
  });
}

/** The tensors of a tree of arguments, and how to build such a tree of others. */
export interface Arguments {
  /** The tensors in order; everything else stays in the tree. */
  readonly tensors: readonly Tensor[];
  /** The arguments with other tensors. */
  build(tensors: readonly (Tensor | null)[]): unknown[];
}

/** Takes arguments apart; what is no tensor stays where it is. */
export function takeApart(args: readonly unknown[]): Arguments {
  return {
    tensors: tensorsOf(args),
    build(tensors) {
      let next = 0;
      return args.map((arg) => tree.map(arg, (leaf) => leaf instanceof Tensor ? tensors[next++] : leaf));
    },
  };
}

/** The tensors among the leaves of a tree. */
export function tensorsOf(value: unknown): readonly Tensor[] {
  return tree.leaves(value).filter((leaf) => leaf instanceof Tensor);
}

/** The tensors among what a function returned while it was recorded: a number of its program cannot leave it. */
export function resultsOf(value: unknown, recorder: Recorder): readonly Tensor[] {
  if (tree.leaves(value).some((leaf) => isTracedNumber(leaf) && leaf.recorder === recorder)) {
    throw new TypeError(
      `${recorder.name} expects results of tensors but got a number that is known only when it has run`,
    );
  }
  return tensorsOf(value);
}
