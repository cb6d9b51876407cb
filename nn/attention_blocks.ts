/**
 * Queries and keys cut into blocks.
 *
 * @module
 */
import { moveAxis, pad, reshape, type Tensor } from "../tensor/mod.ts";

/** Parts of so many rows along a new first axis; what the last lacks is filled. */
export function blocks(x: Tensor, axis: number, size: number, fill = 0): Tensor {
  const at = axis < 0 ? x.rank + axis : axis;
  const count = Math.ceil(x.shape[at] / size);
  const lack = count * size - x.shape[at];
  const widths = x.shape.map((_, i): [number, number] => [0, i === at ? lack : 0]);
  const filled = lack === 0 ? x : pad(x, widths, { value: fill });
  return moveAxis(
    reshape(filled, [...x.shape.slice(0, at), count, size, ...x.shape.slice(at + 1)]),
    at,
    0,
  );
}

/** `blocks`, or null where there is nothing to cut. */
export function blocksOf(x: Tensor | null | undefined, axis: number, size: number): Tensor | null {
  return x === undefined || x === null || x.shape[x.rank + axis] === 1 ? null : blocks(x, axis, size);
}
