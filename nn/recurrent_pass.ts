/**
 * One direction of one recurrent layer.
 *
 * @module
 */
import {
  arange,
  flip,
  less,
  reshape,
  scan,
  subtract,
  swapAxes,
  takeAlongAxis,
  type Tensor,
  tree,
  where,
} from "../tensor/mod.ts";
import { equalShapes } from "../tensor/shape.ts";
import { shapeError } from "./check.ts";
import type { Params } from "./layer.ts";
import type { CellCarry, RecurrentCell } from "./recurrent_cell.ts";

/** What one direction of one layer gives. */
export interface Pass {
  readonly output: Tensor;
  readonly carry: CellCarry;
}

/** Where steps count, [length, n, 1], or null where all do. */
export function seenOf(at: string, x: Tensor, lengths: Tensor | undefined): Tensor | null {
  if (lengths === undefined) return null;
  const [n, length] = x.shape;
  if (!equalShapes(lengths.shape, [n])) throw shapeError(at, `lengths of shape [${n}]`, lengths.shape);
  return less(reshape(arange(length, { dtype: "int32" }), [length, 1, 1]), reshape(lengths, [n, 1]));
}

/** Outputs [n, length, features] in the order of reading, where that was from the end of each sequence. */
export function inReadingOrder(output: Tensor, lengths: Tensor | undefined): Tensor {
  if (lengths === undefined) return flip(output, 1);
  const [n, length] = output.shape;
  const steps = arange(length, { dtype: "int32" });
  const from = subtract(subtract(reshape(lengths, [n, 1]), 1), steps);
  return takeAlongAxis(output, reshape(where(less(from, 0), steps, from), [n, length, 1]), 1);
}

/** One direction of one layer over [n, length, inputs]. */
export function pass<P extends Params>(
  cell: RecurrentCell<P>,
  params: P,
  x: Tensor,
  given: {
    readonly carry: CellCarry;
    readonly seen: Tensor | null;
    readonly reverse: boolean;
    readonly path: string | undefined;
  },
): Pass {
  const context = { path: given.path };
  const steps = { input: swapAxes(cell.project(params, x, context), 0, 1), seen: given.seen };
  const [carry, output] = scan(
    (before: CellCarry, { input, seen }: typeof steps): [CellCarry, Tensor] => {
      const after = cell.advance(params, before, input, context);
      if (seen === null) return [after, after.hidden];
      const kept = tree.zip(cell.name, [after, before], ([y, z]) => where(seen, y as Tensor, z as Tensor));
      return [kept as CellCarry, where(seen, after.hidden, 0)];
    },
    given.carry,
    steps,
    { reverse: given.reverse, checkpoint: "products" },
  );
  return { output: swapAxes(output, 0, 1), carry };
}
