/**
 * Loops over rows whose vectors go along a row.
 *
 * @module
 */
import type { FunctionHandle, ModuleBuilder } from "./assembler.ts";
import { allNodes, type Helpers } from "./emit.ts";
import { constant } from "./expression.ts";
import { definePartials, type Partials } from "./partials.ts";
import { least } from "./reduce_arguments.ts";
import { type RecordLayout, Rows } from "./row_group.ts";
import type { Pass } from "./row_pass.ts";
import {
  findRow,
  helpersOf,
  operandTypes,
  readRowArguments,
  rootsOf,
  type RowLoop,
  targetOf,
} from "./rows_arguments.ts";
import { i32 } from "./scalar.ts";

/** Bytes of rows that go through a pass before the next one, so that they stay in the nearest cache. */
const BATCH_BYTES = 1 << 13;

/** Most rows of a batch. */
const MOST_ROWS = 8;

/** A function of the address of the first record, of the number of rows and of the elements of a row. */
type PassFunction = FunctionHandle<readonly ["i32", "i32", "i32"], null>;

/**
 * Defines the kernel. Each pass is a function of its own that goes through a few rows: what a row waits for at its end
 * is hidden by the next one.
 */
export function defineAlong(module: ModuleBuilder, loop: RowLoop): void {
  const { passes, single, numbers } = loop.passes;
  const helpers = helpersOf(module, loop.passes);
  const operands = operandTypes(loop);
  const partials = partialsOf(module, loop);
  const first = 16 * Math.ceil(operands.length / 4);
  const record: RecordLayout = { numbers: first, bytes: first + 16 * numbers };
  let next = 0;
  const functions: PassFunction[] = passes.map((pass) => {
    const from = next;
    next += pass.numbers.length;
    const together = sharesInputs(loop, pass) ? 2 : 1;
    return defineRows(
      module,
      loop,
      helpers,
      record,
      together,
      (rows, count) => rows.pass(pass, from, count, partials),
    );
  });
  if (single.length > 0) {
    functions.push(defineRows(module, loop, helpers, record, 1, (rows) => rows.single()));
  }
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end, scratch) => {
    const a = readRowArguments(f, loop, block);
    const bases = operands.map(() => f.local("i32"));
    const most = f.local("i32", i32.divU(BATCH_BYTES / 4, i32.or(a.count, i32.eqz(a.count))));
    f.set(most, least(i32.or(most, i32.eqz(most)), constant("i32", MOST_ROWS)));
    const rows = f.local("i32");
    const at = f.local("i32");
    const stop = f.local("i32");
    f.while(i32.ltU(begin, end), () => {
      f.set(rows, least(most, i32.sub(end, begin)));
      f.set(stop, i32.add(begin, rows));
      f.set(at, scratch);
      f.until(begin, stop, 1, () => {
        findRow(f, a, begin, bases);
        bases.forEach((base, i) => f.store("i32", at, base, 4 * i));
        f.advance(at, record.bytes);
      });
      for (const pass of functions) f.call(pass, scratch, rows, a.count);
    });
  });
}

/** Loads and stores of what is left at the ends of rows. */
function partialsOf(module: ModuleBuilder, loop: RowLoop): Partials {
  const dtypes = operandTypes(loop);
  const stored = loop.passes.passes.flatMap(({ stores }) =>
    stores.map((store) => dtypes[targetOf(loop, store)])
  );
  return definePartials(module, [...loop.form.inputs, ...stored], stored);
}

/** Values of an element, in a pass, below which loads take much of the time. */
const FEW_VALUES = 16;

/** Whether it pays that two rows in a pass read some inputs once for both. */
function sharesInputs({ passes: { sources }, layout: { same, steps } }: RowLoop, pass: Pass): boolean {
  const nodes = pass.totals.length === 0 ? allNodes(rootsOf(pass)) : [];
  return nodes.length < FEW_VALUES && nodes.some((node) => {
    const source = node.kind === "input" ? sources[node.index] : null;
    return source?.kind === "input" && same[source.index] && steps[source.index] === "1";
  });
}

/** Defines a pass over `together` rows at a time, and over one that is left. */
function defineRows(
  module: ModuleBuilder,
  loop: RowLoop,
  helpers: Helpers,
  layout: RecordLayout,
  together: 1 | 2,
  write: (rows: Rows, count: 1 | 2) => void,
): PassFunction {
  return module.define(null, ["i32", "i32", "i32"], null, (f, record, rows, count) => {
    const all = new Rows(f, loop, helpers, layout, record, count);
    const go = (count: 1 | 2) => (): void => {
      write(all, count);
      f.advance(record, count * layout.bytes);
      f.advance(rows, -count);
    };
    if (together === 2) f.while(i32.geU(rows, 2), go(2));
    f.while(rows, go(1));
  });
}
