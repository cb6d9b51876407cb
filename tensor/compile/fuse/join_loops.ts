/**
 * Elementwise entries that become one loop.
 *
 * @module
 */
import { equalShapes } from "../../shape.ts";
import { expressionOf, shapeOf } from "./fusion.ts";
import { type Grouping, join } from "./groups.ts";

/** Joins each elementwise entry with the producers of its inputs that have its shape. */
export function joinLoops(grouping: Grouping): void {
  grouping.entries.forEach((entry, i) => {
    if (!grouping.live[i] || expressionOf(grouping, i) === null) return;
    const shape = shapeOf(grouping, entry.outputs[0]);
    for (const slot of entry.inputs) {
      const producer = grouping.producer[slot];
      if (producer === undefined || expressionOf(grouping, producer) === null) continue;
      if (!equalShapes(shapeOf(grouping, slot), shape)) continue;
      // A copy belongs to what reads it, not to what it is made from.
      if (grouping.copies.has(entry.outputs[0]) && !grouping.copies.has(slot)) continue;
      const [a, b] = [grouping.groups.groupOf(producer), grouping.groups.groupOf(i)];
      if (a !== b) join(grouping, a, b);
    }
  });
}
