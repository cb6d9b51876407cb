/**
 * Elementwise work on finished rectangles in WebAssembly SIMD: the vector form of `../finish.ts`.
 *
 * @module
 */
import type { ElementwiseForm } from "../elementwise_form.ts";
import type { RectangleLoop, RectangleLoopMaker } from "../finish.ts";
import { SCRATCH_BYTES } from "../kernel.ts";
import { arithmeticOf, type SimdMode } from "./arithmetic.ts";
import { assembled } from "./assembled.ts";
import { instantiate, type ModuleBuilder } from "./assembler.ts";
import { words } from "./elementwise_body.ts";
import { defineLine } from "./elementwise_line.ts";
import { lowerExpressions } from "./lower.ts";
import { moduleSource } from "./module_source.ts";
import type { Node } from "./nodes.ts";
import { argument, operandAddress, sizeShift } from "./operands.ts";
import { i32 } from "./scalar.ts";

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
  const line = defineLine(module, form, roots);
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
      f.while(height, () => {
        f.call(line, scratch, width, ...addresses);
        addresses.forEach((address, i) => f.advance(address, steps[i]));
        f.advance(height, -1);
      });
    },
  );
}
