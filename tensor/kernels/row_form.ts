/**
 * What is made of rows that have to be read whole: reductions of a row, what is made of them and of the row, and
 * elementwise arithmetic before, between and after. A row is any run of elements that one axis steps through.
 *
 * @module
 */
import type { DType } from "../dtype.ts";
import type { Step } from "./elementwise_form.ts";
import { type Expression, typeOf } from "./expression.ts";
import type { Reduction } from "./reduce_form.ts";

/**
 * A step, which adds values that later expressions have as inputs, after those of the form. Its own expression is
 * over the inputs and the values of earlier steps.
 */
export type RowStep =
  /** One number: the elements of an expression combined. */
  | { readonly op: "reduce"; readonly reduction: Reduction; readonly value: Expression }
  /** A row of float32: an expression that costs so much that later steps read it from memory. */
  | { readonly op: "keep"; readonly value: Expression }
  /** A row: `e^(x - max x) / sum e^(x - max x)`, or its logarithm. */
  | { readonly op: "softmax" | "logSoftmax"; readonly value: Expression }
  /** One number: `log sum e^x`. */
  | { readonly op: "logSumExp"; readonly value: Expression }
  /** A row and a number: `(x - mean x) r` and `r = 1 / sqrt(variance x + eps)`. */
  | { readonly op: "normalize"; readonly value: Expression; readonly eps: number };

/** Where a value of a form is stored. */
export interface RowOutput {
  /** The value, over the inputs and the values of all steps. */
  readonly value: Expression;
  /** Its type. */
  readonly dtype: DType;
  /** Whether it is a row; otherwise it is one number for a row. */
  readonly whole: boolean;
}

/** What a loop over rows is made for. */
export interface RowForm {
  /** A name for the steps and the outputs; forms of the same name have the same ones. */
  readonly name: string;
  /** Types of the inputs. */
  readonly inputs: readonly DType[];
  /** The steps in order. */
  readonly steps: readonly RowStep[];
  /** What is stored. */
  readonly outputs: readonly RowOutput[];
}

/** A value of a step. */
export interface RowValue {
  /** Its type. */
  readonly dtype: DType;
  /** Whether it is a row; otherwise it is one number for a row. */
  readonly whole: boolean;
}

/** How the operands of a form lie: the inputs, then the outputs, then the rows that are kept. */
export interface RowLayout {
  /** Whether neighbours in memory are of one row; otherwise they are of neighbouring rows. */
  readonly along: boolean;
  /** Number of axes of the rows. */
  readonly axes: number;
  /** Steps of the inputs from one vector's lane to the next, along rows or across them. */
  readonly steps: readonly Step[];
  /** For each row that is kept the place of its operand. */
  readonly kept: readonly number[];
  /** Which inputs are the same for all rows. */
  readonly same: readonly boolean[];
  /** Whether elements of a row are three places or more apart in memory, or one and the same. */
  readonly apart: boolean;
  /** The number of elements of rows along memory that have few, and one axis; null for others. */
  readonly short: number | null;
  /** Whether rows along memory, of one axis, are so short that some of them go along together. */
  readonly together: boolean;
}

/** The values that the steps of a form add to its inputs. */
export function rowValues(form: Pick<RowForm, "inputs" | "steps">): readonly RowValue[] {
  const values: RowValue[] = [];
  for (const step of form.steps) {
    const dtype = typeOf(step.value, [...form.inputs, ...values.map((value) => value.dtype)]);
    if (step.op !== "reduce" && step.op !== "logSumExp") values.push({ dtype, whole: true });
    if (step.op === "reduce" || step.op === "logSumExp" || step.op === "normalize") {
      values.push({ dtype, whole: false });
    }
  }
  return values;
}

/** How many rows the vector loop of a form keeps in memory between its passes. */
export function keptRows(form: Pick<RowForm, "steps">): number {
  return form.steps.filter(({ op }) => op === "keep" || op === "softmax").length;
}
