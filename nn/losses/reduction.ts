/**
 * How losses of single inputs become one number.
 *
 * @module
 */
import { mean, sum, type Tensor } from "../../tensor/mod.ts";

/** What becomes of the losses of single inputs: their mean, their sum, or nothing. */
export type Reduction = "mean" | "sum" | "none";

/** Options that losses share. */
export interface LossOptions {
  /** What becomes of the losses of single inputs; "mean" by default. */
  readonly reduction?: Reduction;
}

/** Options of losses that stay apart for each example unless told otherwise, as in optax. */
export interface ExampleLossOptions {
  /** What becomes of the losses of single examples. @default {"none"} */
  readonly reduction?: Reduction;
}

/** The losses reduced. Throws for another word than those of `Reduction`. */
export function reduceLosses(operation: string, losses: Tensor, reduction: Reduction): Tensor {
  switch (reduction) {
    case "mean":
      return mean(losses);
    case "sum":
      return sum(losses);
    case "none":
      return losses;
    default:
      throw new RangeError(
        `${operation} expects reduction "mean", "sum" or "none" but got ${String(reduction)}`,
      );
  }
}
