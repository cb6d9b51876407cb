/**
 * Several axes of classes taken as one.
 *
 * @module
 */
import { broadcastTo, reshape, type Tensor, transpose } from "../../tensor/mod.ts";
import { normalizeAxes } from "../../tensor/shape.ts";

/** Logits, and what has their shape, with the axes of the classes last and as one. */
export interface Gathered {
  /** The logits. */
  readonly logits: Tensor;
  /** Which classes take part; undefined for all. */
  readonly mask: Tensor | undefined;
  /** Another tensor of the logits' shape, brought into the same order. */
  readonly align: (x: Tensor) => Tensor;
}

/** Brings the axes of the classes to the end and joins them. */
export function gatherClasses(
  operation: string,
  logits: Tensor,
  axis: number | readonly number[],
  mask: Tensor | undefined,
): Gathered {
  const axes = normalizeAxes(operation, axis, logits.rank);
  const others = logits.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const align = (x: Tensor): Tensor => {
    const moved = transpose(x, [...others, ...axes]);
    return reshape(moved, [...others.map((i) => x.shape[i]), axes.reduce((n, i) => n * x.shape[i], 1)]);
  };
  return {
    logits: align(logits),
    mask: mask === undefined ? undefined : align(broadcastTo(mask, logits.shape)),
    align,
  };
}
