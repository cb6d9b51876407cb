/**
 * Elementwise work on finished rectangles in WebAssembly SIMD: the vector form of `../finish.ts`.
 *
 * @module
 */
import type { ElementwiseForm } from "../elementwise_form.ts";
import type { RectangleLoop, RectangleLoopMaker } from "../finish.ts";
import { FINISH_BYTES, SCRATCH_BYTES } from "../kernel.ts";
import { arithmeticOf, type SimdMode } from "./arithmetic.ts";
import { assembled } from "./assembled.ts";
import { instantiate, type Local, type ModuleBuilder } from "./assembler.ts";
import { words } from "./elementwise_body.ts";
import { defineLine } from "./elementwise_line.ts";
import { constant, type Expression, select } from "./expression.ts";
import { defineMovers, repeatRow } from "./layout.ts";
import { lowerExpressions } from "./lower.ts";
import { moduleSource } from "./module_source.ts";
import type { Node } from "./nodes.ts";
import { argument, operandAddress, sizeShift } from "./operands.ts";
import { least } from "./reduce_arguments.ts";
import { i32 } from "./scalar.ts";

/** Most elements of the rows that are laid side by side where one is the same for all, of four bytes each. */
const REPEATED = 512;

const REPEATED_BYTES = 4 * REPEATED;

/**
 * Elements of rows that are short, and the fewest of them that are taken some at a time as one line, which has whole vectors.
 * Longer rows of whole vectors do as well one by one.
 */
const [SHORT, FEWEST] = [REPEATED / 4, 4];

const loops = new Map<string, RectangleLoopMaker | null>();

/** The loop over rectangles for a form, whose module is called `name`; null where vectors do not cover an expression. */
export function simdFinishLoop(
  name: string,
  form: ElementwiseForm,
  mode: SimdMode,
): RectangleLoopMaker | null {
  let loop = loops.get(name);
  if (loop === undefined) {
    const roots = lowerExpressions(form.expressions, form.inputs, form.outputs, arithmeticOf(mode));
    loop = roots === null ? null : loopOf(name, (module) => defineFinish(module, form, roots));
    loops.set(name, loop);
  }
  return loop;
}

function loopOf(name: string, define: (module: ModuleBuilder) => void): RectangleLoopMaker {
  let made: Uint8Array<ArrayBuffer> | null = null;
  const bytes = (): Uint8Array<ArrayBuffer> => made ??= assembled(name, define);
  const make = (): RectangleLoop => {
    let owner: WebAssembly.Memory | null = null;
    let run: Run | null = null;
    return (views, at, strides, matrix, row, height, column, width) => {
      if (owner !== views.memory) {
        run = instantiate(bytes(), views.memory).run as Run;
        owner = views.memory;
      }
      run!(8 * at, strides, matrix, row, height, column, width, views.scratch);
    };
  };
  const parameters = ["strides", "matrix", "row", "height", "column", "width"];
  return { make, source: () => moduleSource(bytes(), parameters) };
}

type Run = (
  block: number,
  strides: number,
  matrix: number,
  row: number,
  height: number,
  column: number,
  width: number,
  scratch: number,
) => void;

function defineFinish(module: ModuleBuilder, form: ElementwiseForm, roots: readonly Node[]): void {
  const dtypes = [...form.inputs, ...form.outputs];
  const shifts = dtypes.map(sizeShift);
  const scalar = dtypes.map((_, i) => form.steps[i] === "0");
  const movers = defineMovers(module, dtypes);
  const line = defineLine(module, form, roots);
  // Inputs of which a row may be the same for all, and where several of it are laid.
  const whole = form.inputs.flatMap((_, i) => scalar[i] ? [] : i);
  const fits = REPEATED_BYTES * whole.length <= FINISH_BYTES;
  module.define(
    "run",
    words(8),
    null,
    (f, block, strides, matrix, row, height, column, width, scratch) => {
      const table = f.local("i32", i32.shl(strides, 3));
      const steps = dtypes.map((_, i) => f.local("i32", i32.shl(argument(table, 3 * i + 1), shifts[i])));
      const addresses = dtypes.map((dtype, i) => {
        const address = f.local("i32", operandAddress(block, i, dtype));
        f.advance(address, i32.shl(i32.mul(matrix, argument(table, 3 * i)), shifts[i]));
        f.advance(address, i32.mul(row, steps[i]));
        if (!scalar[i]) f.advance(address, i32.shl(column, shifts[i]));
        return address;
      });
      f.advance(scratch, SCRATCH_BYTES);
      const goOn = (rows: Local<"i32"> | 1): void => {
        const times = (count: Expression<"i32">): Expression<"i32"> =>
          rows === 1 ? count : i32.mul(rows, count);
        f.call(line, times(width), ...addresses);
        addresses.forEach((address, i) => f.advance(address, times(steps[i])));
        f.set(height, i32.sub(height, rows));
      };
      if (fits) {
        const follows = (i: number): Expression<"i32"> =>
          scalar[i] ? i32.eqz(steps[i]) : i32.eq(steps[i], i32.shl(width, shifts[i]));
        const eligible = dtypes.map((_, i) =>
          whole.includes(i) ? i32.or(follows(i), i32.eqz(steps[i])) : follows(i)
        );
        const narrow = i32.leU(width, REPEATED / 16);
        const short = i32.and(i32.leU(width, SHORT), i32.geU(height, FEWEST));
        const odd = i32.ne(i32.or(narrow, i32.and(width, 3)), 0);
        f.if([short, odd, ...eligible].reduce((all, one) => i32.and(all, one)), () => {
          const rows = f.local("i32", height);
          const most = least(height, select(narrow, constant("i32", 16), constant("i32", 4)));
          for (const i of whole) f.if(i32.eqz(steps[i]), () => f.set(rows, most));
          whole.forEach((i, place) =>
            f.if(i32.eqz(steps[i]), () => {
              const to = f.local("i32", i32.add(scratch, REPEATED_BYTES * place));
              repeatRow(f, movers.get(shifts[i])!, shifts[i], addresses[i], to, width, i32.mul(rows, width));
              f.set(addresses[i], to);
            })
          );
          f.while(height, () => {
            goOn(rows);
            f.set(rows, least(rows, height));
          });
        });
      }
      f.while(height, () => goOn(1));
    },
  );
}
