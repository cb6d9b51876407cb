/**
 * Loops over rows of very few elements that follow each other in memory: four rows at a time are turned in registers,
 * so that a vector takes one element of each, and the passes are written out.
 *
 * @module
 */
import type { ModuleBuilder } from "./assembler.ts";
import { allNodes } from "./emit.ts";
import { constant, select } from "./expression.ts";
import { FewRows } from "./few_rows.ts";
import { sizeShift } from "./operands.ts";
import {
  helpersOf,
  operandTypes,
  overRuns,
  readRowArguments,
  rootsOf,
  type RowLoop,
} from "./rows_arguments.ts";
import { i32 } from "./scalar.ts";

/** Most elements of a row that is written out. */
export const MOST_ELEMENTS = 39;

/** Elements from which rows go along together as quickly where there are few operations for each, and how many are few. */
const [TOGETHER, FEW_OPERATIONS] = [20, 26];

/** Most operations of all its elements. */
const MOST_OPERATIONS = 5120;

/** Whether rows of so many elements are written out. */
export function isUnrolled(loop: RowLoop, length: number): boolean {
  const { passes } = loop.passes;
  const operations = passes.reduce((sum, pass) => sum + allNodes(rootsOf(pass)).length, 0);
  if (loop.layout.together && length >= TOGETHER && operations <= FEW_OPERATIONS) return false;
  return length > 0 && length <= MOST_ELEMENTS && length * operations <= MOST_OPERATIONS &&
    operandTypes(loop).every((dtype, i) =>
      sizeShift(dtype) === 2 || (sizeShift(dtype) === 0 && !isWhole(loop, i))
    );
}

/** Whether rows have elements of an operand, and not one number. */
function isWhole({ form, layout }: RowLoop, operand: number): boolean {
  const output = operand - form.inputs.length;
  return output < 0 ? layout.steps[operand] === "1" : form.outputs[output]?.whole ?? true;
}

/** Defines the kernel for rows of `length` elements, for the passes of a loop across rows. */
export function defineUnrolled(
  module: ModuleBuilder,
  loop: RowLoop,
  length: number,
  read: typeof readRowArguments = readRowArguments,
): void {
  const helpers = helpersOf(module, loop.passes);
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
    const a = read(f, loop, block);
    const rows = new FewRows(f, loop, helpers, a, length);
    overRuns(f, a, begin, end, (bases, left) => {
      rows.start(bases);
      f.while(left, () => {
        // Rows beyond the last one are the last one again.
        f.if(i32.ltU(left, rows.count), () => rows.shorten(left));
        rows.load();
        loop.passes.passes.forEach((_, pass) => rows.pass(pass));
        rows.store(left);
        rows.advance();
        f.set(left, select(i32.gtU(left, rows.count), i32.sub(left, rows.count), constant("i32", 0)));
      });
    });
  });
}
