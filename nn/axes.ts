/**
 * Axes of layers, counted with the batch axis.
 *
 * @module
 */
import type { Shape } from "../tensor/mod.ts";
import { axesInOrder } from "../tensor/shape.ts";
import { shapeError } from "./check.ts";

/** One axis or several, from the start and in order. */
export function axesFromStart(at: string, axes: number | readonly number[], rank: number): readonly number[] {
  const list = [...axesInOrder(at, axes, rank)];
  if (new Set(list).size < list.length) {
    throw new RangeError(`${at} expects each axis once but got ${JSON.stringify(axes)}`);
  }
  return list.sort((a, b) => a - b);
}

/** The axes of the channels, from the start; the batch axis cannot be one. */
export function channelAxes(at: string, axis: number | readonly number[], shape: Shape): readonly number[] {
  if (shape.length < 2) throw shapeError(at, "inputs with a batch axis and channels", shape);
  const along = axesFromStart(at, axis, shape.length);
  if (along.includes(0)) throw new RangeError(`${at} expects an axis after the batch axis but got ${axis}`);
  return along;
}
