/**
 * Tensors of the same elements that lie in memory in other ways.
 *
 * @module
 */
import fc from "fast-check";
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";

/** How a tensor lies in memory: its axes in a turned order, some backwards, astride, or all the same. */
export interface Layout {
  /** By how many places the axes are turned. */
  readonly turn: number;
  /** A bit for each axis that runs backwards. */
  readonly backwards: number;
  /** A bit for each axis of which every second element is taken. */
  readonly astride: number;
  /** A bit for each axis along which one element stands for all. */
  readonly repeated: number;
}

const bits = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.nat(15) });

/** Layouts of tensors of up to four axes. */
export const LAYOUT: fc.Arbitrary<Layout> = fc.record({
  turn: fc.nat(3),
  backwards: bits,
  astride: bits,
  repeated: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(15) }),
});

/** A view with the elements of `x`, but for those that repeat the first along an axis. */
export function laidOut(x: Tensor, { turn, backwards, astride, repeated }: Layout): Tensor {
  const { rank } = x;
  if (rank === 0 || x.size === 0) return x;
  const has = (mask: number, axis: number): boolean => (mask >> axis) % 2 === 1;
  const axes = x.shape.map((_, i) => i);
  const first = t.slice(x, axes.map((axis) => has(repeated, axis) ? [0, 1] as const : null));
  const order = axes.map((axis) => (axis + turn) % rank);
  const turned = t.transpose(first, order);
  const flipped = axes.filter((axis) => has(backwards, axis));
  // In memory each element stands twice along an axis that is taken astride.
  const stored = axes.filter((axis) => has(astride, axis)).reduce<Tensor>(
    (y, axis) => t.repeat(y, 2, { axis }),
    flipped.length === 0 ? turned : t.flip(turned, flipped),
  );
  const kept = t.contiguous(stored);
  const walked = t.slice(kept, axes.map((axis) => has(astride, axis) ? [0, null, 2] as const : null));
  const forwards = flipped.length === 0 ? walked : t.flip(walked, flipped);
  return t.broadcastTo(t.transpose(forwards, axes.map((axis) => order.indexOf(axis))), x.shape);
}
