/**
 * How many elements of a loop are a chunk.
 *
 * @module
 */
import { costOf, type Expression } from "./kernels/expression.ts";
import { growing } from "./kernels/plan.ts";

/** Elements of a chunk: a multiple of the vectors and blocks of any loop, so that every cut groups elements alike. */
const GRAIN = 1024;

/** Chunks that a loop has at least before they become larger, and their most elements. */
const [PARTS, MOST] = [8, 64 * GRAIN];

/** Elements of a chunk that takes longer than sharing it. */
export function leastGrain(expressions: readonly Expression[]): number {
  const cost = expressions.reduce((sum, expression) => sum + costOf(expression), 0);
  return GRAIN * Math.max(2, Math.min(64, Math.round(128 / (1 + cost))));
}

/** Elements of a chunk of a loop. */
export function grainOf(elements: number, least: number): number {
  return GRAIN * Math.floor(growing(elements, { least, most: MOST, parts: PARTS }) / GRAIN);
}
