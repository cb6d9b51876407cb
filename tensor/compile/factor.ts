/**
 * Gradients of elementwise functions as one factor. What goes back through a chain of elementwise entries is multiplied by
 * something that depends only on what went forward: where that is computed with the forward values, one number an element
 * is stored for the way back instead of several, and read there.
 *
 * @module
 */
import { binary, type Expression, formatExpressions, input, substitute } from "../kernels/expression.ts";
import { simplifyExpressions } from "../kernels/simplify.ts";
import type { Tape } from "../primitive.ts";
import { equalShapes } from "../shape.ts";
import { inputsOf, type LoopWork, outputsOf, type Work } from "./fuse/work.ts";

/** Work over a tape with more slots. */
export interface Factored {
  /** The tape, whose slots are those of before and the factors. */
  readonly tape: Tape;
  /** What to carry out, in order. */
  readonly works: readonly Work[];
}

/** Most operands of a loop that makes a factor. */
const MOST_OPERANDS = 16;

/**
 * Makes loops on products, or on convolutions, that are linear in these multiply by a factor, where the loop before that
 * makes what the factor depends on then stores less. `wanted` are the slots that are results. A product of the same numbers
 * is rounded in another order.
 */
export function factor(given: readonly Work[], tape: Tape, wanted: readonly number[]): Factored {
  const works = [...given];
  const slots = [...tape.slots];
  const results = new Set(wanted);
  const readers = new Map<number, Set<Work>>();
  const makers = new Map<number, number>();
  works.forEach((work, i) => {
    for (const slot of outputsOf(work)) makers.set(slot, i);
    for (const slot of inputsOf(work)) readers.set(slot, (readers.get(slot) ?? new Set()).add(work));
  });
  given.forEach((back, at) => {
    if (back.kind !== "loop" || back.base === null || back.kept || back.totals.length > 0) return;
    const [output, ...others] = back.outputs;
    const like = slots[output];
    const isPlain = (slot: number): boolean =>
      slots[slot].dtype === "float32" && equalShapes(slots[slot].shape, like.shape);
    if (others.length > 0 || like.dtype !== "float32" || !isPlain(back.inputs[0])) return;
    const found = coefficientOf(back.expressions[0]);
    if (found === null) return;
    // Only the way back reads these.
    const own = back.inputs.slice(1).filter((slot) =>
      isPlain(slot) && !results.has(slot) && readers.get(slot)!.size === 1 &&
      !back.base!.inputs.includes(slot)
    );
    const place = own.length < 2 ? undefined : makers.get(own[0]);
    const forward = place === undefined ? undefined : works[place];
    if (forward?.kind !== "loop" || forward.totals.length > 0) return;
    if (!own.every((slot) => forward.outputs.includes(slot))) return;
    if (!back.inputs.slice(1).every((slot) => (makers.get(slot) ?? -1) <= place!)) return;
    const made = slots.push(like) - 1;
    const next = withFactor(forward, back, found, own, made);
    if (next.inputs.length + next.outputs.length > MOST_OPERANDS) return;
    const product = [binary("multiply", input(0), input(1))];
    works[place!] = next;
    works[at] = {
      ...back,
      entries: [back.entries.findLast(({ primitive }) => primitive.name === "multiply") ?? back.entries[0]],
      name: formatExpressions(product),
      expressions: product,
      inputs: [back.inputs[0], made],
    };
    makers.set(made, place!);
    readers.set(made, new Set([works[at]]));
  });
  return { tape: { ...tape, slots }, works };
}

/** The loop with the factor instead of what only the way back reads. */
function withFactor(
  forward: LoopWork,
  back: LoopWork,
  coefficient: Expression,
  own: readonly number[],
  made: number,
): LoopWork {
  const inputs = [...forward.inputs];
  const known = new Map(forward.inputs.map((slot, i) => [slot, input(i)]));
  forward.outputs.forEach((slot, i) => known.set(slot, forward.expressions[i]));
  const values = back.inputs.map((slot, i) => {
    if (i === 0) return input(0);
    let value = known.get(slot);
    if (value === undefined) {
      value = input(inputs.push(slot) - 1);
      known.set(slot, value);
    }
    return value;
  });
  const outputs = forward.outputs.filter((slot) => !own.includes(slot));
  const expressions = simplifyExpressions([
    ...outputs.map((slot) => known.get(slot)!),
    substitute(coefficient, values),
  ]);
  return {
    ...forward,
    entries: [...forward.entries, ...back.entries],
    name: formatExpressions(expressions),
    expressions,
    inputs,
    outputs: [...outputs, made],
  };
}

/** By what an expression multiplies its first input, of which the result is free; null where it does something else. */
function coefficientOf(root: Expression): Expression | null {
  const depends = new Map<Expression, boolean>();
  const isFree = (node: Expression): boolean => {
    let result = depends.get(node);
    if (result === undefined) {
      result = node.op === "input" ? node.index === 0 : "operands" in node && !node.operands.every(isFreeOf);
      depends.set(node, result);
    }
    return !result;
  };
  const isFreeOf = (node: Expression): boolean => isFree(node);
  const done = new Map<Expression, Expression | null>();
  const visit = (node: Expression): Expression | null => {
    let result = done.get(node);
    if (result === undefined) done.set(node, result = make(node));
    return result;
  };
  const make = (node: Expression): Expression | null => {
    if (node.op === "input") return node.index === 0 ? { op: "constant", value: 1 } : null;
    if (!("operands" in node) || isFree(node)) return null;
    const [x, y] = node.operands;
    switch (node.op) {
      case "add":
      case "subtract": {
        const [a, b] = [visit(x), visit(y)];
        return a === null || b === null ? null : binary(node.op, a, b);
      }
      case "negative": {
        const a = visit(x);
        return a === null ? null : { op: "negative", operands: [a] };
      }
      case "multiply": {
        const [linear, other] = isFree(y) ? [visit(x), y] : isFree(x) ? [visit(y), x] : [null, x];
        return linear === null ? null : binary("multiply", linear, other);
      }
      case "divide": {
        const a = isFree(y) ? visit(x) : null;
        return a === null ? null : binary("divide", a, y);
      }
      default:
        return null;
    }
  };
  const result = visit(root);
  return result === null || isConstant(result) ? null : result;
}

function isConstant(node: Expression): boolean {
  return node.op === "constant" || ("operands" in node && node.operands.every(isConstant));
}
