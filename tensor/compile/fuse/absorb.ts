/**
 * Reductions that take in the elementwise entries before them.
 *
 * @module
 */
import { costOf, type Expression, input, substitute } from "../../kernels/expression.ts";
import { type Entry, primitiveOf } from "../../primitive.ts";
import { equalShapes } from "../../shape.ts";
import { expressionOf, type Fusion, shapeOf, trace } from "./fusion.ts";

/** What computing an element anew may cost, in plain operations, rather than storing it. */
const CHEAP = 4;

/** Most inputs of a reduction, and most entries that it takes in. */
const [MOST_INPUTS, MOST_ENTRIES] = [8, 120];

/** Takes into each reduction the elementwise entries before it that nothing else needs, or that are cheap. */
export function absorb(fusion: Fusion): void {
  const cheap = cheapSlots(fusion);
  fusion.entries.forEach((entry, i) => {
    if (primitiveOf(entry).reduction === undefined || !fusion.live[i]) return;
    const taken = takenInto(fusion, entry.inputs[0], cheap);
    const inputs: number[] = [];
    const known = new Map<number, Expression>();
    const visit = (slot: number): Expression => {
      let expression = known.get(slot) ?? fusion.constants.get(slot);
      if (expression === undefined) {
        expression = taken.has(slot)
          ? substitute(arithmeticOf(fusion, slot)!, makerOf(fusion, slot).inputs.map(visit))
          : input(inputs.push(slot) - 1);
        known.set(slot, expression);
      }
      return expression;
    };
    const expression = visit(entry.inputs[0]);
    if (taken.size === 0 || inputs.length === 0) return;
    const entries = [...taken].toReversed().map((slot) => makerOf(fusion, slot).primitive.name);
    fusion.absorbed.set(i, { entries, expression, inputs });
  });
  trace(fusion);
}

/** The slots that are computed as part of the reduction of a slot. */
function takenInto(fusion: Fusion, reduced: number, cheap: ReadonlySet<number>): ReadonlySet<number> {
  const taken = new Set<number>();
  const inputs = new Set([reduced]);
  const shape = shapeOf(fusion, reduced);
  const isSingle = (slot: number): boolean => fusion.users[slot]!.length === 1 && !fusion.wanted.has(slot);
  /** The slots to look at, and whether what reads them is needed by nothing else. */
  const waiting: [slot: number, alone: boolean][] = [[reduced, true]];
  for (const [slot, alone] of waiting) {
    if (taken.size === MOST_ENTRIES) break;
    if (taken.has(slot) || arithmeticOf(fusion, slot) === null) continue;
    const single = alone && isSingle(slot);
    if (!equalShapes(shapeOf(fusion, slot), shape) || (!single && !cheap.has(slot))) continue;
    const next = makerOf(fusion, slot).inputs.filter((from) =>
      !fusion.constants.has(from) && !taken.has(from)
    );
    if (new Set([...inputs, ...next]).size - 1 > MOST_INPUTS) continue;
    inputs.delete(slot);
    taken.add(slot);
    for (const from of next) {
      inputs.add(from);
      waiting.push([from, single]);
    }
  }
  return taken;
}

/** The slots that are cheap to compute anew from what is in memory anyway. */
function cheapSlots(fusion: Fusion): ReadonlySet<number> {
  const costs = new Map<number, number>();
  fusion.entries.forEach(({ inputs, outputs: [slot] }, i) => {
    const own = expressionOf(fusion, i);
    if (!fusion.live[i] || own === null || isStored(fusion, slot)) return;
    let cost = costOf(own);
    for (const from of inputs) {
      if (equalShapes(shapeOf(fusion, from), shapeOf(fusion, slot))) cost += costs.get(from) ?? 0;
    }
    if (cost <= CHEAP) costs.set(slot, cost);
  });
  return new Set(costs.keys());
}

/** The entry that makes a slot. */
function makerOf(fusion: Fusion, slot: number): Entry {
  return fusion.entries[fusion.producer[slot]!];
}

/** The elementwise arithmetic that makes a slot; null for others. */
function arithmeticOf(fusion: Fusion, slot: number): Expression | null {
  const producer = fusion.producer[slot];
  return producer === undefined ? null : expressionOf(fusion, producer);
}

/** Whether a slot has to be stored whatever is fused, since something that is no loop reads it. */
function isStored(fusion: Fusion, slot: number): boolean {
  if (fusion.wanted.has(slot) || fusion.bases.has(slot)) return true;
  return fusion.users[slot]!.some((user) => {
    const primitive = primitiveOf(fusion.entries[user]);
    return primitive.reduction === undefined && primitive.expression === undefined;
  });
}
