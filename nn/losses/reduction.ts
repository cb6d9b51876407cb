/**
 * How losses of single inputs become one number.
 *
 * @module
 */
import { broadcastTo, cast, divide, mean, sum, Tensor, tree, where } from "../../tensor/mod.ts";
import { describe } from "../../tensor/tensor.ts";

/** What becomes of the losses of single inputs: their mean, their sum, or nothing. */
export type Reduction = "mean" | "sum" | "none";

/** Options that losses share. */
export interface LossOptions {
  /** What becomes of the losses of single inputs; "mean" by default. */
  readonly reduction?: Reduction;
  /**
   * Which of the losses count, a tensor of booleans that broadcasts to them; all by default. The others are 0, as are
   * their gradients where they are finite, and the mean is over those that count: NaN where none does.
   */
  readonly mask?: Tensor;
}

/** The names of `LossOptions`. */
export const LOSS_OPTIONS = { reduction: true, mask: true } as const;

/** Options of losses that stay apart for each example unless told otherwise, as in optax. */
export interface ExampleLossOptions {
  /** What becomes of the losses of single examples. @default {"none"} */
  readonly reduction?: Reduction;
  /** Which of the losses count; see {@linkcode LossOptions}. */
  readonly mask?: Tensor;
}

/** The names of `ExampleLossOptions`. */
export const EXAMPLE_LOSS_OPTIONS = { reduction: true, mask: true } as const;

/** The losses reduced, those alone that count. Throws for another word than those of `Reduction`. */
export function reduceLosses(
  operation: string,
  losses: Tensor,
  { reduction, mask }: LossOptions,
  otherwise: Reduction,
): Tensor {
  const counted = maskedLosses(operation, losses, mask);
  switch (reduction ?? otherwise) {
    case "mean":
      return mask === undefined ? mean(losses) : divide(sum(counted), countOf(mask, losses));
    case "sum":
      return sum(counted);
    case "none":
      return counted;
    default:
      throw new RangeError(
        `${operation} expects reduction "mean", "sum" or "none" but got ${String(reduction)}`,
      );
  }
}

/** The losses with 0 for those that do not count. */
export function maskedLosses(operation: string, losses: Tensor, mask: Tensor | undefined): Tensor {
  if (mask === undefined) return losses;
  if (!(mask instanceof Tensor) || mask.dtype !== "bool") {
    const got = mask instanceof Tensor ? describe(mask) : tree.describe(mask);
    throw new TypeError(`${operation} expects mask to be a tensor of booleans but got ${got}`);
  }
  return where(shaped(operation, mask, losses), losses, 0);
}

function countOf(mask: Tensor, losses: Tensor): Tensor {
  return sum(cast(broadcastTo(mask, losses.shape), losses.dtype));
}

function shaped(operation: string, mask: Tensor, losses: Tensor): Tensor {
  try {
    return broadcastTo(mask, losses.shape);
  } catch {
    throw new RangeError(
      `${operation} expects mask to broadcast to the losses ${describe(losses)} but got ${describe(mask)}`,
    );
  }
}
