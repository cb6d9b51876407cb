/**
 * From groups of entries to what is carried out.
 *
 * @module
 */
import { type Expression, formatExpressions, input, substitute } from "../../kernels/expression.ts";
import { simplifyExpressions } from "../../kernels/simplify.ts";
import { primitiveOf } from "../../primitive.ts";
import { inDependencyOrder } from "../graph/dependency_order.ts";
import { expressionOf, type Fusion, shapeOf } from "./fusion.ts";
import { type Grouping, leaves } from "./groups.ts";
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
  return order.map((group) => workOf(grouping, groups.membersOf(group)));
}

function reductionOf(fusion: Fusion, i: number): ReductionWork {
  const entry = fusion.entries[i];
  const { entries, expression, inputs } = fusion.absorbed.get(i) ??
    { entries: [], expression: input(0), inputs: [entry.inputs[0]] };
  const [simple] = simplifyExpressions([expression]);
  return {
    kind: "reduction",
    entries,
    name: formatExpressions([simple]),
    reduction: primitiveOf(entry).reduction!,
    axes: (entry.attributes as { readonly axes: readonly number[] }).axes,
    shape: shapeOf(fusion, entry.inputs[0]),
    expression: simple,
    inputs,
    output: entry.outputs[0],
  };
}

function workOf(fusion: Fusion, members: readonly number[]): Work {
  const [first] = members;
  const entry = fusion.entries[first];
  if (fusion.absorbed.has(first)) return reductionOf(fusion, first);
  const base = expressionOf(fusion, first) === null ? entry : null;
  if (base !== null && members.length === 1) return { kind: "entry", entry };
  const inside = new Set(members);
  const isLoop = (i: number): boolean => expressionOf(fusion, i) !== null;
  const order = members.filter(isLoop).sort((a, b) => a - b);
  const inputs: number[] = base === null ? [] : [base.outputs[0]];
  const known = new Map<number, Expression>();
  if (base !== null) known.set(base.outputs[0], input(0));
  const operandOf = (slot: number): Expression => {
    let expression = known.get(slot) ?? fusion.constants.get(slot);
    if (expression === undefined) {
      expression = input(inputs.length);
      inputs.push(slot);
      known.set(slot, expression);
    }
    return expression;
  };
  const made = new Set<number>();
  const outputs: number[] = [];
  for (const i of order) {
    const operands = fusion.entries[i].inputs.map(operandOf);
    const [slot] = fusion.entries[i].outputs;
    known.set(slot, substitute(expressionOf(fusion, i)!, operands));
    made.add(slot);
    if (leaves(fusion, i, inside)) outputs.push(slot);
  }
  const alone = members.filter((i) => !isLoop(i) && fusion.entries[i] !== base).map((i) =>
    reductionOf(fusion, i)
  );
  const totals = alone.map((work) => substitute(work.expression, work.inputs.map(operandOf)));
  const stored = alone.map((work) => work.inputs.filter((slot) => made.has(slot) && !outputs.includes(slot)));
  const all = [
    ...outputs.map((slot) => known.get(slot)!),
    ...totals,
    ...stored.flat().map((slot) => known.get(slot)!),
  ];
  const simple = simplifyExpressions(all);
  const expressions = simple.splice(0, outputs.length);
  const combined = simple.splice(0, totals.length);
  return {
    kind: "loop",
    base,
    kept: base !== null && leaves(fusion, first, inside),
    entries: order.map((i) => fusion.entries[i]),
    name: formatExpressions([...expressions, ...combined]),
    expressions,
    inputs,
    outputs,
    totals: alone.map((work, i) => ({
      expression: combined[i],
      alone: work,
      stored: stored[i].map((slot) => ({ slot, expression: simple.shift()! })),
    })),
  };
}
