/**
 * Copies by tiles in WebAssembly SIMD: the SIMD form of `../transpose.ts`. Squares of four elements, or of two that
 * take eight bytes, are turned in registers.
 *
 * @module
 */
import { type DType, itemSize } from "../../dtype.ts";
import type { KernelReference } from "../kernel.ts";
import { TILE } from "../transpose.ts";
import type { FunctionBuilder, FunctionHandle, Local, ModuleBuilder } from "./assembler.ts";
import { constant, type Expression, select } from "./expression.ts";
import { simdKernel } from "./generated.ts";
import { argument } from "./operands.ts";
import { transpose } from "./turn.ts";
import { i32, i64 } from "./scalar.ts";
import { f64x2, i32x4, i8x16, v128 } from "./vector.ts";

type Word = Expression<"i32">;
type Vector = Expression<"v128">;

/** Columns that are copied together: a cache line of float32. */
const STRIP = 16;

type Size = 1 | 4 | 8;

/** Source, its step from column to column, target, its step from row to row, rows, columns; steps in bytes. */
type Tile = FunctionHandle<readonly ["i32", "i32", "i32", "i32", "i32", "i32"], null>;

/** The loop for elements like those of `dtype`, with the arguments and the units of the JavaScript loop. */
export function simdTransposeKernel(dtype: DType, outer: number): KernelReference {
  const size = itemSize(dtype) as Size;
  const shift = Math.log2(size);
  return simdKernel(`simd|transpose|${size}|${outer}`, (module) => {
    const tile = defineTile(module, size);
    module.define("run", ["i32", "i32", "i32", "i32"], null, (f, block, begin, end) => {
      const number = (index: number): Local<"i32"> => f.local("i32", argument(block, index));
      const bytes = (index: number): Local<"i32"> => f.local("i32", i32.shl(argument(block, index), shift));
      const [source, target, rows, columns] = [bytes(0), bytes(1), number(2), number(3)];
      const [step, stride] = [bytes(4), bytes(5)];
      const axes = Array.from({ length: outer }, (_, i) => ({
        extent: number(6 + i),
        from: bytes(6 + outer + i),
        to: bytes(6 + 2 * outer + i),
      }));
      const tiles = (extent: Word): Word => i32.divU(i32.add(extent, TILE - 1), TILE);
      const [across, down] = [f.local("i32", tiles(columns)), f.local("i32", tiles(rows))];
      const [rest, quotient, column, row, index] = Array.from({ length: 5 }, () => f.local("i32"));
      const [from, to] = [f.local("i32"), f.local("i32")];
      /** Divides `rest`, whose remainder goes to `remainder`. */
      const divide = (extent: Word, remainder: Local<"i32">): void => {
        f.set(quotient, i32.divU(rest, extent));
        f.set(remainder, i32.sub(rest, i32.mul(quotient, extent)));
        f.set(rest, quotient);
      };
      f.until(begin, end, 1, () => {
        f.set(rest, begin);
        divide(across, column);
        divide(down, row);
        f.set(column, i32.mul(column, TILE));
        f.set(row, i32.mul(row, TILE));
        f.set(from, i32.add(source, i32.add(i32.shl(row, shift), i32.mul(column, step))));
        f.set(to, i32.add(target, i32.add(i32.shl(column, shift), i32.mul(row, stride))));
        for (const axis of axes.toReversed()) {
          divide(axis.extent, index);
          f.advance(from, i32.mul(index, axis.from));
          f.advance(to, i32.mul(index, axis.to));
        }
        f.call(tile, from, step, to, stride, atMost(i32.sub(rows, row)), atMost(i32.sub(columns, column)));
      });
    });
  });
}

function atMost(extent: Word): Word {
  return select(i32.ltU(extent, TILE), extent, constant("i32", TILE));
}

/** Defines the function that copies one tile. */
function defineTile(module: ModuleBuilder, size: Size): Tile {
  const side = size === 8 ? 2 : 4;
  const types = ["i32", "i32", "i32", "i32", "i32", "i32"] as const;
  return module.define(null, types, null, (f, source, step, target, stride, rows, columns) => {
    const [from, to, left] = [f.local("i32"), f.local("i32"), f.local("i32")];
    const strip = (width: number): void => {
      const lines = Array.from({ length: width }, () => f.local("i32"));
      f.while(i32.geU(columns, width), () => {
        lines.forEach((line, i) => f.set(line, i === 0 ? source : i32.add(lines[i - 1], step)));
        f.set(to, target);
        f.set(left, rows);
        f.while(i32.geU(left, side), () => {
          const targets = Array.from({ length: side }, (_, i) => i === 0 ? to : f.local("i32"));
          targets.slice(1).forEach((local, i) => f.set(local, i32.add(targets[i], stride)));
          for (let j = 0; j < width; j += side) {
            turn(f, size, lines.slice(j, j + side), targets, j * size);
          }
          for (const line of lines) f.advance(line, side * size);
          f.set(to, i32.add(targets[side - 1], stride));
          f.advance(left, -side);
        });
        f.while(left, () => {
          lines.forEach((line, j) => {
            move(f, size, line, to, j * size);
            f.advance(line, size);
          });
          f.advance(to, stride);
          f.advance(left, -1);
        });
        f.advance(source, i32.mul(step, width));
        f.advance(target, width * size);
        f.advance(columns, -width);
      });
    };
    strip(STRIP);
    strip(side);
    f.while(columns, () => {
      f.set(from, source);
      f.set(to, target);
      f.set(left, rows);
      f.while(left, () => {
        move(f, size, from, to, 0);
        f.advance(from, size);
        f.advance(to, stride);
        f.advance(left, -1);
      });
      f.advance(source, step);
      f.advance(target, size);
      f.advance(columns, -1);
    });
  });
}

function move(f: FunctionBuilder, size: Size, from: Word, to: Word, offset: number): void {
  if (size === 1) f.store8(to, i32.load8U(from), offset);
  else if (size === 4) f.store("i32", to, i32.load(from), offset);
  else f.store("i64", to, i64.load(from), offset);
}

/** Copies a square: columns of it from `lines`, rows of it to `targets`. */
function turn(
  f: FunctionBuilder,
  size: Size,
  lines: readonly Word[],
  targets: readonly Word[],
  offset: number,
): void {
  const kept = (value: Vector): Local<"v128"> => f.local("v128", value);
  if (size === 8) {
    const [a, b] = lines.map((line) => kept(v128.load(line)));
    f.store("v128", targets[0], f64x2.shuffle(a, b, [0, 2]), offset);
    f.store("v128", targets[1], f64x2.shuffle(a, b, [1, 3]), offset);
    return;
  }
  if (size === 1) {
    const bytes = kept(v128.load32Zero(lines[0]));
    for (let i = 1; i < 4; i++) f.set(bytes, i32x4.replaceLane(bytes, i, i32.load(lines[i])));
    // deno-fmt-ignore
    const turned = kept(i8x16.shuffle(bytes, bytes, [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15]));
    targets.forEach((target, i) => f.storeLane32(target, turned, i, offset));
    return;
  }
  const rows = transpose(f, lines.map((line) => kept(v128.load(line))));
  targets.forEach((target, i) => f.store("v128", target, rows[i], offset));
}
