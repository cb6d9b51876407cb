/**
 * Loops over rows of few elements that follow each other in memory: some rows at a time are turned in the scratch area,
 * so that vectors take one element of each of four rows.
 *
 * @module
 */
import type { FunctionHandle, Local, ModuleBuilder } from "./assembler.ts";
import { constant, type Expression, select } from "./expression.ts";
import { loadStrided, sizeShift } from "./operands.ts";
import { transpose } from "./pack.ts";
import { least } from "./reduce_arguments.ts";
import { cellBytes, Tile } from "./rows_across.ts";
import { helpersOf, operandTypes, readRowArguments, type RowLoop } from "./rows_arguments.ts";
import { i32 } from "./scalar.ts";
import { v128 } from "./vector.ts";

type Word = Expression<"i32">;

/** Most elements of a row that is short. */
export const MOST_SHORT = 64;

/** Most and fewest rows of a tile, and about how many elements. */
const [MOST_ROWS, FEWEST_ROWS, ELEMENTS] = [128, 32, 2048];

/** Bytes from an element of a turned row to the next one; not a power of 2, so that columns do not share cache sets. */
const PITCH = 4 * (MOST_ROWS + 16);

/** Bytes of the turned rows of an operand. */
const BUFFER = PITCH * MOST_SHORT;

/** Whether the turned rows of so many operands fit into the scratch area. */
export function isShort(length: number, operands: number): boolean {
  return length > 0 && length <= MOST_SHORT && operands <= 16;
}

/** Rows, the bytes from one to the next, the place of the turned ones, their number, and the elements of a row. */
type Turn = FunctionHandle<readonly ["i32", "i32", "i32", "i32", "i32"], null>;

/** Defines the kernel, for the passes of a loop across rows. */
export function defineShort(module: ModuleBuilder, { form, layout, passes }: RowLoop): void {
  const { same } = layout;
  const dtypes = operandTypes({ form, layout });
  const steps = form.inputs.map((_, i) => same[i] ? "0" as const : "1" as const);
  const loop: RowLoop = { form, layout: { ...layout, along: false, steps }, passes };
  const isWhole = (operand: number): boolean =>
    operand < form.inputs.length
      ? layout.steps[operand] === "1"
      : form.outputs[operand - form.inputs.length]?.whole ?? true;
  const [turn, turnBack] = [defineTurn(module, false), defineTurn(module, true)];
  const helpers = helpersOf(module, passes);
  module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end, scratch) => {
    const given = readRowArguments(f, loop, block);
    const buffers = dtypes.map((_, i) => f.local("i32", i32.add(scratch, cellBytes(passes) + i * BUFFER)));
    const a = {
      ...given,
      steps: dtypes.map((_, i) => f.local("i32", same[i] ? given.steps[i] : isWhole(i) ? PITCH : 0)),
    };
    const tile = new Tile(f, loop, a, helpers, scratch);
    const most = f.local("i32", i32.and(i32.divU(constant("i32", ELEMENTS), a.count), -16));
    f.set(most, least(most, constant("i32", MOST_ROWS)));
    f.set(most, select(i32.ltU(most, FEWEST_ROWS), constant("i32", FEWEST_ROWS), most));
    const rows = f.local("i32");
    const firstOf = (operand: number): Word =>
      i32.add(a.addresses[operand], i32.mul(begin, a.strides[operand][0]));
    f.while(i32.ltU(begin, end), () => {
      f.set(rows, least(most, i32.sub(end, begin)));
      tile.bases.forEach((base, i) => {
        const own = i < form.inputs.length || isWhole(i);
        f.set(base, same[i] ? a.addresses[i] : own ? buffers[i] : firstOf(i));
      });
      form.inputs.forEach((dtype, i) => {
        if (same[i]) return;
        if (isWhole(i)) return f.call(turn, firstOf(i), a.strides[i][0], buffers[i], rows, a.count);
        const place = f.local("i32", firstOf(i));
        const at = f.local("i32", 0);
        f.set(at, 0);
        f.while(i32.leU(i32.add(at, 4), rows), () => {
          f.store("v128", i32.add(buffers[i], i32.shl(at, 2)), loadStrided(f, dtype, place, a.strides[i][0]));
          f.advance(at, 4);
        });
        f.until(at, rows, 1, () => {
          f.store("i32", i32.add(buffers[i], i32.shl(at, 2)), i32.load(place));
          f.advance(place, a.strides[i][0]);
        });
      });
      // Lanes beyond the last row are of no use, and do no harm.
      f.set(tile.width, i32.and(i32.add(rows, 3), -4));
      passes.passes.forEach((pass) => tile.pass(pass));
      f.set(tile.width, rows);
      tile.single();
      form.outputs.forEach(({ whole }, i) => {
        const operand = form.inputs.length + i;
        if (whole) f.call(turnBack, firstOf(operand), a.strides[operand][0], buffers[operand], rows, a.count);
      });
      f.advance(begin, rows);
    });
  });
}

/** Whether all operands have elements that `defineShort` can turn. */
export function isTurnable(loop: Pick<RowLoop, "form" | "layout">): boolean {
  return operandTypes(loop).every((dtype) => sizeShift(dtype) === 2);
}

/** Defines the function that turns rows, or turns them back. */
function defineTurn(module: ModuleBuilder, back: boolean): Turn {
  return module.define(
    null,
    ["i32", "i32", "i32", "i32", "i32"],
    null,
    (f, row, step, turned, rows, count) => {
      const [left, from, to, last] = Array.from({ length: 4 }, () => f.local("i32"));
      const lines = Array.from({ length: 4 }, () => f.local("i32"));
      /** Four elements of four rows, `from` being the place in the first of them. */
      const square = (): void => {
        lines.forEach((line, i) => f.set(line, i === 0 ? from : i32.add(lines[i - 1], step)));
        const sources = back
          ? lines.map((_, i) => v128.load(to, PITCH * i))
          : lines.map((line) => v128.load(line));
        const vectors = transpose(f, sources.map((source) => f.local("v128", source)));
        vectors.forEach((vector, i) =>
          back ? f.store("v128", lines[i], vector) : f.store("v128", to, vector, PITCH * i)
        );
      };
      const one = (): void => back ? f.store("i32", from, i32.load(to)) : f.store("i32", to, i32.load(from));
      const single = (line: Local<"i32">, place: Local<"i32">): void => {
        f.set(from, line);
        f.set(to, place);
        f.set(left, count);
        f.repeat(() => {
          one();
          f.advance(from, 4);
          f.advance(to, PITCH);
          f.advance(left, -1);
        }, () => left);
      };
      const wide = f.local("i32", i32.geU(count, 4));
      f.while(i32.and(wide, i32.geU(rows, 4)), () => {
        f.set(from, row);
        f.set(to, turned);
        f.set(left, count);
        f.repeat(() => {
          square();
          f.advance(left, -4);
          // The last square may have columns of the one before.
          f.set(last, select(i32.ltU(left, 4), left, constant("i32", 4)));
          f.advance(from, i32.shl(last, 2));
          f.advance(to, i32.mul(last, PITCH));
        }, () => i32.gtS(left, 0));
        f.advance(row, i32.shl(step, 2));
        f.advance(turned, 16);
        f.advance(rows, -4);
      });
      f.while(rows, () => {
        single(row, turned);
        f.advance(row, step);
        f.advance(turned, 4);
        f.advance(rows, -1);
      });
    },
  );
}
