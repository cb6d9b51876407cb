/**
 * The sum that undoes broadcasting.
 *
 * @module
 */
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { sum } from "./reduce.ts";
import { reshape } from "./reshape.ts";

/** The sum over the axes along which a shape was broadcast, which undoes the broadcasting of its cotangent. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  const lead = x.rank - shape.length;
  const axes: number[] = [];
  for (let i = 0; i < x.rank; i++) if (i < lead || (shape[i - lead] === 1 && x.shape[i] !== 1)) axes.push(i);
  if (axes.length === 0) return x;
  return reshape(sum(x, { axes }), shape);
}
