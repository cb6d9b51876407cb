/**
 * What loops over elements are made for.
 *
 * @module
 */
import { type DType, itemSize } from "../dtype.ts";
import type { Expression } from "./expression.ts";

/** Strides, of inputs of words, of which vectors are read where they are. */
export type StrideOfWords = "2" | "3" | "4" | "-1";

/**
 * How an operand moves along the innermost axis: not at all, by one element, by a stride of words where no operand has a
 * stride of its own, or by such a stride.
 */
export type Step = "0" | "1" | StrideOfWords | "s";

const STRIDES: readonly string[] = ["2", "3", "4", "-1"] satisfies readonly StrideOfWords[];

/** Whether a step is a stride of words. */
export function isStrideOfWords(step: Step): step is StrideOfWords {
  return STRIDES.includes(step);
}

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

/** Whether vectors are read along a step: of neighbours, or of words with a stride. */
export function isNear(step: Step): boolean {
  return step === "1" || isStrideOfWords(step);
}

/** The step of an input along an axis of this stride. */
export function stepOf(stride: number, dtype: DType): Step {
  const step = String(stride) as Step;
  return step === "0" || step === "1" || (isStrideOfWords(step) && itemSize(dtype) === 4) ? step : "s";
}

/**
 * The steps of operands, the first of which are inputs, of their strides along the innermost axis; `long` says that it is
 * long enough to read vectors of strides where they are.
 */
export function stepsOf(
  strides: readonly number[],
  dtypes: readonly DType[],
  inputs: number,
  long: boolean,
): readonly Step[] {
  const steps = strides.map((stride, i) => i < inputs ? stepOf(stride, dtypes[i]) : stride === 1 ? "1" : "s");
  return long && !steps.includes("s") ? steps : steps.map((step) => isStrideOfWords(step) ? "s" : step);
}
