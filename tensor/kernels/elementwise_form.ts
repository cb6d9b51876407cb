/**
 * What loops over elements are made for.
 *
 * @module
 */
import type { DType } from "../dtype.ts";
import type { Expression } from "./expression.ts";

/** How an operand moves along the innermost axis: not at all, by one element, or by a stride of its own. */
export type Step = "0" | "1" | "s";

/** What a loop is made for. */
export interface ElementwiseForm {
  /** A name for the expressions; forms of the same name have the same expressions. */
  readonly name: string;
  /** One expression for each output. */
  readonly expressions: readonly Expression[];
  /** Types of the inputs. */
  readonly inputs: readonly DType[];
  /** Types of the outputs. */
  readonly outputs: readonly DType[];
  /** Number of axes after merging; 1 where all operands are contiguous or scalar. */
  readonly rank: number;
  /** The step of each operand, inputs first. */
  readonly steps: readonly Step[];
}
