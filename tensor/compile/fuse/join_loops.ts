/**
 * Elementwise entries that become one loop.
 *
 * @module
 */
import { equalShapes } from "../../shape.ts";
import { expressionOf, type Fusion, shapeOf } from "./fusion.ts";
import { groupOf, join } from "./groups.ts";

/** Joins each elementwise entry with the producers of its inputs that have its shape. */
export function joinLoops(fusion: Fusion): void {
  fusion.entries.forEach((entry, i) => {
    if (!fusion.live[i] || expressionOf(fusion, i) === null) return;
    const shape = shapeOf(fusion, entry.outputs[0]);
    for (const slot of entry.inputs) {
      const producer = fusion.producer.get(slot);
      if (producer === undefined || expressionOf(fusion, producer) === null) continue;
      if (!equalShapes(shapeOf(fusion, slot), shape)) continue;
      // A copy belongs to what reads it, not to what it is made from.
      if (fusion.copies.has(entry.outputs[0]) && !fusion.copies.has(slot)) continue;
      const [a, b] = [groupOf(fusion, producer), groupOf(fusion, i)];
      if (a !== b) join(fusion, a, b);
    }
  });
}
