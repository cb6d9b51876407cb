/**
 * From groups of entries to what is carried out.
 *
 * @module
 */
import { input } from "../../kernels/expression.ts";
import { primitiveOf } from "../../primitive.ts";
import { inDependencyOrder } from "../graph/dependency_order.ts";
import { expressionOf, type Fusion, shapeOf } from "./fusion.ts";
import { type Grouping, leaves } from "./groups.ts";
import { LoopForms, type LoopOperand, type LoopStep } from "./loop_forms.ts";
import type { ReductionWork, Work } from "./work.ts";

/** The groups as work, in an order that follows their dependencies. */
export function formWorks(grouping: Grouping): readonly Work[] {
  const { entries, live, groups, before } = grouping;
  const needed = entries.flatMap((_, i) => live[i] ? [i] : []);
  const order = inDependencyOrder(needed, {
    groupOf: (i) => groups.groupOf(i),
    membersOf: (group) => groups.membersOf(group),
    before: (i) => before[i],
  });
  const forms = new LoopForms();
  return order.map((group) => workOf(grouping, groups.membersOf(group), forms));
}

function reductionOf(fusion: Fusion, i: number, forms: LoopForms): ReductionWork {
  const entry = fusion.entries[i];
  const { entries, expression, inputs } = fusion.absorbed.get(i) ??
    { entries: [], expression: input(0), inputs: [entry.inputs[0]] };
  const { expressions: [simple], name } = forms.reduced(expression);
  return {
    kind: "reduction",
    entries,
    name,
    reduction: primitiveOf(entry).reduction!,
    axes: (entry.attributes as { readonly axes: readonly number[] }).axes,
    shape: shapeOf(fusion, entry.inputs[0]),
    expression: simple,
    inputs,
    output: entry.outputs[0],
  };
}

function workOf(fusion: Fusion, members: readonly number[], forms: LoopForms): Work {
  const [first] = members;
  const entry = fusion.entries[first];
  if (fusion.absorbed.has(first)) return reductionOf(fusion, first, forms);
  const base = expressionOf(fusion, first) === null ? entry : null;
  if (base !== null && members.length === 1) return { kind: "entry", entry };
  const inside = new Set(members);
  const isInside = (i: number): boolean => inside.has(i);
  const isLoop = (i: number): boolean => expressionOf(fusion, i) !== null;
  const order = members.filter(isLoop).sort((a, b) => a - b);
  const inputs: number[] = [];
  const known = new Map<number, number>();
  const operandOf = (slot: number): LoopOperand => {
    let operand = known.get(slot) ?? fusion.constants.get(slot);
    if (operand === undefined) {
      operand = inputs.push(slot) - 1;
      known.set(slot, operand);
    }
    return operand;
  };
  if (base !== null) operandOf(base.outputs[0]);
  const steps: LoopStep[] = [];
  const outputs: number[] = [];
  for (const i of order) {
    const operands = fusion.entries[i].inputs.map(operandOf);
    const [slot] = fusion.entries[i].outputs;
    known.set(slot, -steps.push({ expression: expressionOf(fusion, i)!, operands }));
    if (leaves(fusion, i, isInside)) outputs.push(slot);
  }
  const stepOf = (slot: number): number => -1 - known.get(slot)!;
  const isMade = (slot: number): boolean => (known.get(slot) ?? 0) < 0;
  const alone = members.filter((i) => !isLoop(i) && fusion.entries[i] !== base).map((i) =>
    reductionOf(fusion, i, forms)
  );
  const totals = alone.map(({ expression, inputs }) =>
    steps.push({ expression, operands: inputs.map(operandOf) }) - 1
  );
  const stored = alone.map((work) => work.inputs.filter((slot) => isMade(slot) && !outputs.includes(slot)));
  const named = outputs.length + totals.length;
  const results = [...outputs.map(stepOf), ...totals, ...stored.flat().map(stepOf)];
  const { expressions, name } = forms.formOf(steps, results, named);
  let next = named;
  return {
    kind: "loop",
    base,
    kept: base !== null && leaves(fusion, first, isInside),
    entries: order.map((i) => fusion.entries[i]),
    name,
    expressions: expressions.slice(0, outputs.length),
    inputs,
    outputs,
    totals: alone.map((work, i) => ({
      expression: expressions[outputs.length + i],
      alone: work,
      stored: stored[i].map((slot) => ({ slot, expression: expressions[next++] })),
    })),
  };
}
