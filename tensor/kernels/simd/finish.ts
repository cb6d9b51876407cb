/**
 * Elementwise work on finished rectangles in WebAssembly SIMD: the vector form of `../finish.ts`.
 *
 * @module
 */
import type { ElementwiseForm } from "../elementwise.ts";
import { SCRATCH_BYTES } from "../kernel.ts";
import { arithmeticOf, type SimdMode } from "./arithmetic.ts";
import type { FunctionHandle, ModuleBuilder } from "./assembler.ts";
import { type Body, defineBody, words } from "./elementwise_body.ts";
import { TAIL_BYTES } from "./elementwise.ts";
import { allNodes } from "./emit.ts";
import { defineMover, type Mover } from "./layout.ts";
import { lowerExpressions } from "./lower.ts";
import { moduleSource } from "./module_source.ts";
import type { Node } from "./nodes.ts";
import { argument, operandAddress, sizeShift } from "./operands.ts";
import { i32 } from "./scalar.ts";

/** Source of the loop over a rectangle, as `finishSource`; null where vectors do not cover an expression. */
export function simdFinishSource(form: ElementwiseForm, mode: SimdMode): (() => string) | null {
  const roots = lowerExpressions(form.expressions, form.inputs, form.outputs, arithmeticOf(mode));
  if (roots === null) return null;
  return () =>
    moduleSource(
      (module) => defineFinish(module, form, roots),
      ["strides", "matrix", "row", "height", "column", "width"],
    );
}

function defineFinish(module: ModuleBuilder, form: ElementwiseForm, roots: readonly Node[]): void {
  const dtypes = [...form.inputs, ...form.outputs];
  const shifts = dtypes.map(sizeShift);
  const scalar = dtypes.map((_, i) => form.steps[i] === "0");
  const size = allNodes(roots).length;
  const wide = size <= 100 ? 16 : size <= 300 ? 8 : 4;
  const bodyOf = (width: number): Body =>
    defineBody(module, roots, dtypes, scalar, form.inputs.length, width);
  const narrow = bodyOf(4);
  const bodies = wide === 4 ? [{ width: 4, run: narrow }] : [
    { width: wide, run: bodyOf(wide) },
    { width: 4, run: narrow },
  ];
  const line = defineLine(module, form, bodies);
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

/** The function that goes along a line of any number of elements; the last one to three by way of the scratch area. */
function defineLine(
  module: ModuleBuilder,
  form: ElementwiseForm,
  bodies: readonly { readonly width: number; readonly run: Body }[],
): Body {
  const dtypes = [...form.inputs, ...form.outputs];
  const shifts = dtypes.map(sizeShift);
  const movers = new Map<number, Mover>(
    [...new Set(shifts)].map((shift) => [shift, defineMover(module, shift)]),
  );
  const narrow: FunctionHandle<readonly "i32"[], null> = bodies[bodies.length - 1].run;
  return module.define(null, words(2 + dtypes.length), null, (f, scratch, count, ...addresses) => {
    const scalar = dtypes.map((_, i) => form.steps[i] === "0");
    for (const { width, run } of bodies) {
      const whole = f.local("i32", i32.and(count, -width));
      f.if(whole, () => {
        f.call(run, whole, ...addresses);
        addresses.forEach((address, i) => {
          if (!scalar[i]) f.advance(address, i32.shl(whole, shifts[i]));
        });
      });
      f.set(count, i32.and(count, width - 1));
    }
    f.if(count, () => {
      const tail = (i: number) => scalar[i] ? addresses[i] : i32.add(scratch, i * TAIL_BYTES);
      const move = (i: number, back: boolean): void => {
        const step = 1 << shifts[i];
        const [target, source] = back ? [addresses[i], tail(i)] : [tail(i), addresses[i]];
        f.call(movers.get(shifts[i])!, target, step, source, step, count);
      };
      for (let i = 0; i < form.inputs.length; i++) if (!scalar[i]) move(i, false);
      f.call(narrow, 4, ...addresses.map((_, i) => tail(i)));
      for (let i = form.inputs.length; i < dtypes.length; i++) move(i, true);
    });
  });
}
