/**
 * Reductions of rows of very few elements: those of `rows_unrolled.ts`, of which a row has one number.
 *
 * @module
 */
import { isStrideOfWords } from "../elementwise_form.ts";
import { input } from "../expression.ts";
import type { RowForm, RowLayout } from "../row_form.ts";
import type { ModuleBuilder } from "./assembler.ts";
import { constant } from "./expression.ts";
import { sizeShift } from "./operands.ts";
import { readArguments } from "./reduce_arguments.ts";
import type { Reducing } from "./reducing.ts";
import type { RowPasses } from "./row_pass.ts";
import { rowPasses } from "./row_passes.ts";
import { defineUnrolled } from "./rows_unrolled.ts";

/** Fewest elements of a row, and most: those of more are summed as quickly along rows, but not compared. */
const [LEAST, MOST, MOST_COMPARED] = [4, 11, 16];

/** What defines the kernel for rows of `extent` elements; null where it would not be quicker, or not be right. */
export function unrolledReduction(
  { form, accumulation }: Reducing,
  extent: number,
): ((module: ModuleBuilder) => void) | null {
  const { name, reduction, expression, inputs, output, kept, keptSteps, reducedSteps } = form;
  const narrow = [...inputs, output].every((dtype) => sizeShift(dtype) === 2);
  const most = accumulation.greatest === null ? MOST : MOST_COMPARED;
  if (
    kept !== 1 || reducedSteps.some(isStrideOfWords) || !narrow || reduction === "prod" || extent < LEAST ||
    extent > most
  ) return null;
  const rows: RowForm = {
    name,
    inputs,
    steps: [{ op: "reduce", reduction, value: expression }],
    outputs: [{ value: input(inputs.length), dtype: output, whole: false }],
  };
  const passes: RowPasses | null = rowPasses(rows, "relaxed", "single");
  if (passes === null) return null;
  const layout: RowLayout = {
    along: true,
    axes: 1,
    steps: reducedSteps,
    same: keptSteps.map((step) => step === "0"),
    kept: [],
    apart: false,
    short: extent,
    together: false,
  };
  return (module) =>
    defineUnrolled(module, { form: rows, layout, passes }, extent, (f, _, block) => {
      const a = readArguments(f, { form }, block);
      return {
        dtypes: [...inputs, output],
        addresses: [...a.inputs, a.output],
        count: a.reduced[0],
        extents: a.kept,
        strides: [...a.keptStrides, [f.local("i32", constant("i32", 4))]],
        steps: [],
      };
    });
}
