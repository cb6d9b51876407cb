/**
 * What loops over elements are made for.
 *
 * @module
 */
import { type DType, itemSize } from "../dtype.ts";
import type { Expression } from "./expression.ts";

/**
 * How an operand moves along the innermost axis: not at all, by one element, by two, which only inputs of words do and only
 * where no operand has a stride of its own, or by such a stride.
 */
export type Step = "0" | "1" | "2" | "s";

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

/**
 * The steps of operands, the first of which are inputs, of their strides along the innermost axis; `long` says that it is
 * long enough to read every second element where it is.
 */
export function stepsOf(
  strides: readonly number[],
  dtypes: readonly DType[],
  inputs: number,
  long: boolean,
): readonly Step[] {
  const steps = strides.map((stride, i): Step => {
    if (stride === 1 || (stride === 0 && i < inputs)) return stride === 1 ? "1" : "0";
    return stride === 2 && long && i < inputs && itemSize(dtypes[i]) === 4 ? "2" : "s";
  });
  return steps.includes("s") ? steps.map((step) => step === "2" ? "s" : step) : steps;
}
