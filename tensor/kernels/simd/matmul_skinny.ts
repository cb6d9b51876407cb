/**
 * Float32 products with few rows or few columns: the SIMD form of `../matmul_skinny.ts`.
 *
 * The other operand is streamed once from where it lies. Where its elements along C are neighbours, rows of it
 * are scaled and added, and each element is the same sum as that of `matmul.ts`. Where its elements along k are
 * neighbours, four float32 sums run over k modulo 4 of each `DOT_BLOCK` products; they are added in float64, as
 * (0 + 1) + (2 + 3), and so are the blocks, and the result is rounded once. Where it has no neighbours, as after every
 * second column is taken, the elements that lie less far apart are taken for such.
 *
 * @module
 */
import type { Kernel } from "../kernel.ts";
import { loadApart, placeApart, type Spread, spreadOf } from "./apart.ts";
import type { ModuleBuilder } from "./assembler.ts";
import type { Expression } from "./expression.ts";
import { functionsOf, kept, packingOf } from "./instances.ts";
import { overRow } from "./pack.ts";
import { BLOCK, LONG_BLOCK, multiplyAdd } from "./tile.ts";
import { f32, f64, i32 } from "./scalar.ts";
import { f32x4, v128 } from "./vector.ts";

/** Products along k after which `dot` goes on in float64. */
const DOT_BLOCK = 1024;

interface SkinnyFunctions {
  /**
   * C += x B: address and row of x (bytes, k side by side), address and row of B, C and its row, width, k, and what the
   * columns of B lie apart.
   */
  readonly scale: (
    x: number,
    xRow: number,
    b: number,
    bRow: number,
    c: number,
    cRow: number,
    width: number,
    inner: number,
    bStep: number,
  ) => void;
  /**
   * C = x B with k side by side in x: x and its row, B and its column, C and its steps, columns, k, and what the rows of B
   * lie apart.
   */
  readonly dot: (
    x: number,
    xRow: number,
    b: number,
    bColumn: number,
    c: number,
    cRow: number,
    cColumn: number,
    columns: number,
    inner: number,
    bStep: number,
  ) => void;
}

/** Rows of B that `scale` adds at once, the most first, as far as registers have their factors. */
const [ROWS_AT_ONCE, FACTORS] = [[4, 2, 1], 12];

function defineScale(module: ModuleBuilder, few: number, relaxed: boolean, spread: Spread): void {
  const madd = multiplyAdd(relaxed);
  // deno-fmt-ignore
  module.define("scale", ["i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32"], null,
    (f, x, xRow, b, bRow, c, cRow, width, inner, bStep) => {
      const block = (size: number): void => {
        const factors = Array.from({ length: few }, () => Array.from({ length: size }, () => f.local("v128")));
        const lines = Array.from({ length: size }, () => f.local("i32"));
        const [sources, targets] = [lines, Array.from({ length: few }, () => f.local("i32"))];
        const [at, offset] = [f.local("i32"), f.local("i32")];
        const sums = Array.from({ length: few }, () => f.local("v128"));
        const value = f.local("v128");
        const far = f.local("i32");
        const add = (
          load: (address: Expression<"i32">) => Expression<"v128">,
          read: (address: Expression<"i32">) => Expression<"v128">,
          store: (address: Expression<"i32">, sum: Expression<"v128">) => void,
        ) => (): void => {
          sums.forEach((sum, i) => f.set(sum, load(i32.add(targets[i], offset))));
          if (spread !== 1) f.set(far, placeApart(spread, offset, bStep));
          sources.forEach((line, k) => {
            f.set(value, read(i32.add(line, spread === 1 ? offset : far)));
            sums.forEach((sum, i) => f.set(sum, madd(factors[i][k], value, sum)));
          });
          sums.forEach((sum, i) => store(i32.add(targets[i], offset), sum));
        };
        f.while(i32.geU(inner, size), () => {
          f.set(at, x);
          for (let i = 0; i < few; i++) {
            for (let k = 0; k < size; k++) f.set(factors[i][k], v128.load32Splat(at, 4 * k));
            f.advance(at, xRow);
            f.set(targets[i], i === 0 ? c : i32.add(targets[i - 1], cRow));
          }
          lines.forEach((line, k) => f.set(line, k === 0 ? b : i32.add(lines[k - 1], bRow)));
          overRow(f, offset, width,
            add((address) => v128.load(address), (address) => loadApart(f, spread, address, bStep),
              (address, sum) => f.store("v128", address, sum)),
            add((address) => v128.load32Zero(address), (address) => v128.load32Zero(address),
              (address, sum) => f.storeLane32(address, sum, 0)));
          f.advance(x, 4 * size);
          f.advance(b, i32.mul(bRow, size));
          f.advance(inner, -size);
        });
      };
      ROWS_AT_ONCE.filter((rows) => few * rows <= FACTORS).forEach(block);
    });
}

function defineDot(module: ModuleBuilder, few: number, relaxed: boolean, spread: Spread): void {
  const madd = multiplyAdd(relaxed);
  // deno-fmt-ignore
  module.define("dot", ["i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32"], null,
    (f, x, xRow, b, bColumn, c, cRow, cColumn, columns, inner, bStep) => {
      const block = (size: number): void => {
        const sums = Array.from({ length: few }, () => Array.from({ length: size }, () => f.local("v128")));
        const rows = Array.from({ length: few }, () => f.local("i32"));
        const lines = Array.from({ length: size }, () => f.local("i32"));
        const values = rows.map(() => f.local("v128"));
        const [at, offset, value] = [f.local("i32"), f.local("i32"), f.local("v128")];
        const totals = sums.map((row) => row.map(() => f.local("f64")));
        const [rest, length, far] = [f.local("i32"), f.local("i32"), f.local("i32")];
        const add = (
          load: (address: Expression<"i32">) => Expression<"v128">,
          read: (address: Expression<"i32">) => Expression<"v128">,
        ) => (): void => {
          rows.forEach((row, i) => f.set(values[i], load(i32.add(row, offset))));
          if (spread !== 1) f.set(far, placeApart(spread, offset, bStep));
          lines.forEach((line, j) => {
            f.set(value, read(i32.add(line, spread === 1 ? offset : far)));
            rows.forEach((_, i) => f.set(sums[i][j], madd(values[i], value, sums[i][j])));
          });
        };
        f.while(i32.geU(columns, size), () => {
          rows.forEach((row, i) => f.set(row, i === 0 ? x : i32.add(rows[i - 1], xRow)));
          lines.forEach((line, j) => f.set(line, j === 0 ? b : i32.add(lines[j - 1], bColumn)));
          for (const total of totals.flat()) f.set(total, 0);
          f.set(rest, inner);
          f.while(rest, () => {
            f.set(length, DOT_BLOCK);
            f.if(i32.ltU(rest, DOT_BLOCK), () => f.set(length, rest));
            for (const sum of sums.flat()) f.set(sum, v128.constI32x4(0));
            overRow(f, offset, length,
              add((address) => v128.load(address), (address) => loadApart(f, spread, address, bStep)),
              add((address) => v128.load32Zero(address), (address) => v128.load32Zero(address)));
            sums.forEach((row, i) => row.forEach((sum, j) => {
              const lane = (l: number): Expression<"f64"> => f64.promoteF32(f32x4.extractLane(sum, l));
              const four = f64.add(f64.add(lane(0), lane(1)), f64.add(lane(2), lane(3)));
              f.set(totals[i][j], f64.add(totals[i][j], four));
            }));
            for (const row of rows) f.advance(row, i32.shl(length, 2));
            for (const line of lines) f.advance(line, i32.mul(length, bStep));
            f.set(rest, i32.sub(rest, length));
          });
          for (let i = 0; i < few; i++) {
            f.set(at, i === 0 ? c : i32.add(c, i32.mul(cRow, i)));
            for (const total of totals[i]) {
              f.store("f32", at, f32.demoteF64(total));
              f.advance(at, cColumn);
            }
          }
          f.advance(b, i32.mul(bColumn, size));
          f.advance(c, i32.mul(cColumn, size));
          f.advance(columns, -size);
        });
      };
      block(few === 3 ? 3 : 4);
      block(1);
    });
}

/** What the functions of each spread are kept under, strict and relaxed: making a name takes as long as a small product. */
const NAMES: Readonly<Record<Spread, readonly [string, string]>> = {
  1: ["skinny|strict", "skinny|relaxed"],
  2: ["skinny|strict|2", "skinny|relaxed|2"],
  3: ["skinny|strict|3", "skinny|relaxed|3"],
  any: ["skinny|strict|any", "skinny|relaxed|any"],
};

/** The functions for so many rows; each are made when first asked for. */
function skinnyOf(
  memory: WebAssembly.Memory,
  relaxed: boolean,
  spread: Spread,
): (rows: number) => SkinnyFunctions {
  return kept(memory, NAMES[spread][relaxed ? 1 : 0], () => {
    const made: (SkinnyFunctions | undefined)[] = [];
    const make = (rows: number): SkinnyFunctions =>
      functionsOf(memory, `skinny|${rows}|${relaxed}${spread === 1 ? "" : `|${spread}`}`, (module) => {
        defineScale(module, rows, relaxed, spread);
        defineDot(module, rows, relaxed, spread);
      });
    return (rows) => made[rows] ??= make(rows);
  });
}

/**
 * One unit is a strip of the longer side of C, over all of the shorter side.
 *
 * Arguments: those of `matmulSkinnyFloat32` up to whether A is the operand of the longer side; 1 if that
 * operand's neighbours lie along k, or what is nearer; elements of a strip; 1 for fused multiply-add; batch axes.
 */
export const matmulSkinnySimd: Kernel = (views, at, begin, end): void => {
  const heap = views.float64;
  // Small products are too short for the engine to make much of destructuring.
  const few = heap[at + 3];
  const inner = heap[at + 4];
  const many = heap[at + 5];
  const fewStride = heap[at + 6] | 0;
  const fewInner = heap[at + 7] | 0;
  const manyInner = 4 * heap[at + 8];
  const manyStride = 4 * heap[at + 9];
  const outFew = heap[at + 10];
  const outMany = heap[at + 11];
  const swapped = heap[at + 12] === 1;
  const alongK = heap[at + 13] === 1;
  const strip = heap[at + 14];
  const relaxed = heap[at + 15] === 1;
  const axes = heap[at + 16];
  const step = alongK ? manyInner : manyStride;
  const functions = skinnyOf(views.memory, relaxed, spreadOf(step / 4));
  const memory = views.float32;
  const inPlace = fewInner === 1;
  // Sums of a block of k, of a long block, and of all.
  const buffer = 4 * few * strip;
  const block = views.scratch;
  const long = block + buffer;
  const all = long + buffer;
  const copy = all + buffer;
  const result = inner <= BLOCK ? block : all;
  const packing = packingOf(views.memory);
  const strips = Math.ceil(many / strip);
  let copied = -1;
  for (let unit = begin; unit < end; unit++) {
    const matrix = Math.floor(unit / strips);
    const first = (unit - matrix * strips) * strip;
    const width = Math.min(strip, many - first);
    let a = heap[at];
    let b = heap[at + 1];
    for (let axis = 0, rest = matrix, p = at + 17; axis < axes; axis++, p += 3) {
      const index = rest % heap[p];
      rest = Math.floor(rest / heap[p]);
      a += index * heap[p + 1];
      b += index * heap[p + 2];
    }
    if (!inPlace && copied !== matrix) {
      copied = matrix;
      const from = 4 * (swapped ? b : a);
      packing.move(from, copy, 1, 1, few, inner, 0, 0, 4 * fewStride, 4 * fewInner, 0, 0, 4 * inner, 4);
    }
    const source = inPlace ? 4 * (swapped ? b : a) : copy;
    const sourceRow = inPlace ? 4 * fewStride : 4 * inner;
    const from = 4 * (swapped ? a : b) + first * manyStride;
    const to = heap[at + 2] + matrix * few * many + first * outMany;
    if (alongK) {
      for (let i = 0, rows = 0; i < few; i += rows) {
        rows = few - i === 4 ? 2 : Math.min(3, few - i);
        const x = source + i * sourceRow;
        const y = 4 * (to + i * outFew);
        functions(rows).dot(x, sourceRow, from, manyStride, y, 4 * outFew, 4 * outMany, width, inner, step);
      }
      continue;
    }
    for (let k = 0; k < inner; k += BLOCK) {
      const length = Math.min(BLOCK, inner - k);
      memory.fill(0, block / 4, (block + buffer) / 4);
      const row = from + k * manyInner;
      functions(few).scale(source + 4 * k, sourceRow, row, manyInner, block, 4 * strip, width, length, step);
      if (inner <= BLOCK) break;
      packing.merge(block, 0, long, 0, 1, few * strip, k % LONG_BLOCK === 0 ? 0 : 1);
      if ((k + length) % LONG_BLOCK !== 0 && k + length !== inner) continue;
      packing.merge(long, 0, all, 0, 1, few * strip, k < LONG_BLOCK ? 0 : 1);
    }
    if (outMany !== 1) {
      packing.move(result, 4 * to, 1, 1, few, width, 0, 0, 4 * strip, 4, 0, 0, 4 * outFew, 4 * outMany);
    } else packing.merge(result, 4 * strip, 4 * to, 4 * outFew, few, width, 0);
  }
};
