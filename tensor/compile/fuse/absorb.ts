/**
 * Reductions that take in the elementwise entries before them.
 *
 * @module
 */
import { costOf, type Expression, input, substitute } from "../../kernels/expression.ts";
import { equalShapes } from "../../shape.ts";
import { expressionOf, type Fusion, primitiveOf, shapeOf, trace } from "./fusion.ts";

/** What computing an element anew may cost, in plain operations, rather than storing it. */
const CHEAP = 4;

/** Takes into each reduction the elementwise entries before it that nothing else needs, or that are cheap. */
export function absorb(fusion: Fusion): void {
  fusion.entries.forEach((entry, i) => {
    const { reduction } = primitiveOf(fusion, i);
    if (reduction === undefined || !fusion.live[i]) return;
    const shape = shapeOf(fusion, entry.inputs[0]);
    const inputs: number[] = [];
    const absorbed: string[] = [];
    const known = new Map<number, Expression>();
    const visit = (slot: number, alone: boolean): Expression => {
      let expression = known.get(slot) ?? fusion.constants.get(slot);
      if (expression !== undefined) return expression;
      const producer = fusion.producer.get(slot);
      const own = producer === undefined ? null : expressionOf(fusion, producer);
      const single = alone && fusion.users.get(slot)!.length === 1 && !fusion.wanted.has(slot);
      const cheap = own !== null && costOf(own) <= CHEAP && !isStored(fusion, slot);
      const fits = own !== null && equalShapes(shapeOf(fusion, slot), shape) && (single || cheap);
      if (fits && inputs.length < 8) {
        absorbed.push(fusion.entries[producer!].primitive.name);
        expression = substitute(own, fusion.entries[producer!].inputs.map((next) => visit(next, single)));
      } else {
        expression = input(inputs.length);
        inputs.push(slot);
      }
      known.set(slot, expression);
      return expression;
    };
    const expression = visit(entry.inputs[0], true);
    if (expression.op === "input" || inputs.length === 0) return;
    fusion.absorbed.set(i, { entries: absorbed.reverse(), expression, inputs });
  });
  trace(fusion);
}

/** Whether a slot has to be stored whatever is fused, since something that is no loop reads it. */
function isStored(fusion: Fusion, slot: number): boolean {
  if (fusion.wanted.has(slot) || fusion.bases.has(slot)) return true;
  return fusion.users.get(slot)!.some((user) => {
    const primitive = primitiveOf(fusion, user);
    return primitive.reduction === undefined && primitive.expression === undefined;
  });
}
