/**
 * The micro-kernel of products: a tile of C that stays in registers while k runs.
 *
 * A tile has few rows and up to 24 columns, four to a vector. For each k it takes one element of A a row, spread
 * over a vector, and the columns of B as they lie. Both operands are read in place or from packed panels:
 *
 *     a(i, k) = A + i aRow + k aStep        b(k, j) = B + k bStep + 4 j        c(i, j) = C + i cRow + 4 j
 *
 * in bytes. Each element is the sum of its products in ascending k from 0, and then added to C or stored: the
 * value depends neither on the shape of the tile nor on where the operands lie.
 *
 * The engines have 15 registers at most for vectors on x86-64, and check every access against the size of the
 * memory, so the tiles are those with the fewest accesses for their products: 2 x 24 with fused multiply-add
 * (12 sums, 2 elements of A, 1 vector of B), 2 x 20 without it, where each product needs a register too.
 *
 * @module
 */
import type { FunctionBuilder, FunctionHandle, Local, ModuleBuilder } from "./assembler.ts";
import type { Binary, Expression } from "./expression.ts";
import { i32 } from "./scalar.ts";
import { f32x4, f64x2, v128 } from "./vector.ts";

/**
 * How k runs over the operands:
 *
 * - `"unit"`: neighbours in A, as in a row of it;
 * - `"any"`: in steps of `aStep`;
 * - `"columns"`: in steps of `aStep`, the rows of A being neighbours, as where A is transposed;
 * - `"table"`: neighbours in A; `bStep` is the address of a table of i32, the byte offset of each k in B;
 * - `"lines"`: neighbours in A within lines of `bLine` elements; `aRow` and `aStep` are the addresses of tables of i32, the
 *   byte offsets of the rows from A and of the lines from a row; B is packed, its rows side by side, and k counts lines.
 */
export type TileForm = "unit" | "any" | "columns" | "table" | "lines";

/** The k that are summed in registers: a panel of B of that height stays in the first-level cache. */
export const BLOCK = 256;

/** The k whose blocks are added before they join the rest, so that rounding does not pile up over a long k. */
export const LONG_BLOCK: number = 16 * BLOCK;

/** The k that are written out. */
export const UNROLL = 8;

/** The most vectors of columns in a tile. */
export function tileVectors(relaxed: boolean): number {
  return relaxed ? 6 : 5;
}

/** The rows of the tiles with this many vectors of columns, the largest first. */
export function tileRows(vectors: number, relaxed: boolean): readonly number[] {
  if (vectors > 3) return [2, 1];
  return vectors === 3 ? [3, 2, 1] : relaxed ? [6, 4, 2, 1] : [5, 3, 2, 1];
}

/** Address, row and step of A; address and step of B; address and row of C; rows; k; line; whether to add. */
const PANEL = ["i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32"] as const;

/** `a b + c`, fused where relaxed. */
export function multiplyAdd(
  relaxed: boolean,
  double = false,
): (a: Expression<"v128">, b: Expression<"v128">, c: Expression<"v128">) => Expression<"v128"> {
  const { add, mul, relaxedMadd } = double ? f64x2 : f32x4;
  return relaxed ? relaxedMadd : (a, b, c) => add(c, mul(a, b));
}

function locals(f: FunctionBuilder, count: number): Local<"v128">[] {
  return Array.from({ length: count }, () => f.local("v128"));
}

/** Writes loops that run `body` for each of `count` units, as many at a time as `unroll` says, the most first. */
function unrolled(
  f: FunctionBuilder,
  count: Local<"i32">,
  unroll: readonly number[],
  body: (units: number) => void,
): void {
  for (const units of unroll) {
    f.while(i32.geU(count, units), () => {
      body(units);
      f.advance(count, -units);
    });
  }
}

/**
 * Defines the function that goes down the tiles of `height` rows, as many as the rows fill. One call for all of them,
 * because at a short k what comes before and after the products takes as long as they do.
 */
function defineTiles(
  module: ModuleBuilder,
  height: number,
  { vectors, form, relaxed, shared, rest, double }: PanelKind,
): FunctionHandle<typeof PANEL, null> {
  const madd = multiplyAdd(relaxed, double);
  const size = double ? 8 : 4;
  const splat = double ? v128.load64Splat : v128.load32Splat;
  const { add: plus, sub: minus } = double ? f64x2 : f32x4;
  // deno-fmt-ignore
  return module.define(null, PANEL, null, (f, a, aRow, aStep, b, bStep, c, cRow, rows, inner, line, add) => {
    const sums = Array.from({ length: height }, () => locals(f, vectors));
    const steps = form === "any" || form === "columns";
    const pointers = Array.from({ length: form === "columns" ? 1 : height }, () => f.local("i32"));
    const [left, right] = vectors >= height ? [locals(f, height), locals(f, 1)] : [locals(f, 1), locals(f, vectors)];
    const [from, table, to, k, count] = [1, 2, 3, 4, 5].map(() => f.local("i32"));
    const bases = form === "lines" ? pointers.map(() => f.local("i32")) : pointers;
    const rowAt = (i: number): Expression<"i32"> =>
      form === "lines" ? i32.add(a, i32.load(aRow, 4 * i)) : i === 0 ? a : i32.add(pointers[i - 1], aRow);
    // Made once and written for every k: the first product of a process waits for this.
    const byte = (v: number): number => 16 * v - (v + 1 === vectors ? size * shared : 0);
    const columns = Array.from({ length: vectors }, (_, v) => v128.load(from, byte(v)));
    const added = sums.map((row, i) =>
      row.map((sum, v) => vectors >= height ? madd(left[i], right[0], sum) : madd(left[0], right[v], sum))
    );

    const multiply = (k: number): void => {
      if (form === "table") f.set(from, i32.add(b, i32.load(table, 4 * k)));
      const element = (i: number): Expression<"v128"> =>
        form === "columns" ? splat(pointers[0], size * i) : splat(pointers[i], steps ? 0 : size * k);
      if (vectors >= height) {
        for (let i = 0; i < height; i++) f.set(left[i], element(i));
        for (let v = 0; v < vectors; v++) {
          f.set(right[0], columns[v]);
          for (let i = 0; i < height; i++) f.set(sums[i][v], added[i][v]);
        }
      } else {
        for (let v = 0; v < vectors; v++) f.set(right[v], columns[v]);
        for (let i = 0; i < height; i++) {
          f.set(left[0], element(i));
          for (let v = 0; v < vectors; v++) f.set(sums[i][v], added[i][v]);
        }
      }
      if (form === "unit" || steps) f.advance(from, bStep);
      if (form === "lines") f.advance(from, 16 * vectors);
      if (steps) pointers.forEach((pointer) => f.advance(pointer, aStep));
    };
    // A line may be short, so that what is left of it counts.
    const unroll = form === "lines" ? [8, 2, 1] : rest > 0 ? [UNROLL] : [UNROLL, 1];
    const step = (units: number): void => {
      for (let k = 0; k < units; k++) multiply(k);
      if (!steps) pointers.forEach((pointer) => f.advance(pointer, size * units));
      if (form === "table") f.advance(table, 4 * units);
    };
    const run = (): void => {
      f.set(k, inner);
      if (form !== "lines") {
        unrolled(f, k, unroll, step);
        if (rest > 0) step(rest);
        return;
      }
      f.set(table, aStep);
      f.while(k, () => {
        f.set(count, i32.load(table));
        pointers.forEach((pointer, i) => f.set(pointer, i32.add(bases[i], count)));
        f.set(count, line);
        unrolled(f, count, unroll, step);
        f.advance(table, 4);
        f.advance(k, -1);
      });
    };

    f.if(i32.or(i32.ltU(rows, height), i32.eqz(inner)), () => f.return());
    // Accesses whose values are dropped: their checks compute the limits of offsets once, outside of the loops.
    f.set(from, form === "table" ? i32.add(b, i32.load(bStep)) : b);
    for (const column of columns) f.drop(column);
    const offsets = form === "any" ? 1 : form === "columns" ? height : unroll[0];
    for (let k = 0; k < Math.min(offsets, 16 / size * vectors); k++) f.drop(splat(from, size * k));

    f.repeat(() => {
      bases.forEach((base, i) => f.set(base, rowAt(i)));
      for (const sum of sums.flat()) f.set(sum, v128.constI32x4(0));
      f.set(from, b);
      f.set(table, bStep);
      run();
      const store = (combine: Binary<"v128"> | null) => (): void => {
        const adding = combine !== null;
        f.set(to, c);
        for (let i = 0; i < height; i++) {
          const sum = (v: number): Expression<"v128"> => combine!(v128.load(to, byte(v)), sums[i][v]);
          // What is shared is read before it is added to.
          const last = vectors - 1;
          if (adding && shared > 0) f.set(sums[i][last], sum(last));
          for (let v = 0; v < vectors; v++) {
            f.store("v128", to, adding && (v < last || shared === 0) ? sum(v) : sums[i][v], byte(v));
          }
          if (i + 1 < height) f.advance(to, cRow);
        }
      };
      f.if(
        add,
        double ? () => f.if(i32.gtS(add, 0), store(plus), store(minus)) : store(plus),
        store(null),
      );
      if (form === "lines") f.advance(aRow, 4 * height);
      else f.advance(a, i32.mul(aRow, height));
      f.advance(c, i32.mul(cRow, height));
      f.advance(rows, -height);
    }, () => i32.geU(rows, height));
  });
}

/** What a module of panels is made for. */
export interface PanelKind {
  /** Vectors of columns. */
  readonly vectors: number;
  /** How k runs. */
  readonly form: TileForm;
  /** Whether multiplication and addition are fused. */
  readonly relaxed: boolean;
  /** Rows of the tiles, the largest first. */
  readonly heights: readonly number[];
  /** Columns of the last vector that the one before has as well, where the columns are four or more. */
  readonly shared: number;
  /** Whether there is `series` as well; for all forms but `"lines"`. */
  readonly many: boolean;
  /** The k beyond multiples of `UNROLL` that all products have; 0 where it is any number. */
  readonly rest: number;
  /** Whether elements are float64, two to a vector, of which `-1` for `add` subtracts from C; else float32. */
  readonly double?: boolean;
}

/**
 * Defines `panel`: C (+)= A B for `vectors` vectors of columns and any number of rows that tiles of `heights` rows, the
 * largest first, fill, tile by tile downwards. Its parameters, all i32: address, row and step of A; address and step
 * of B; address and row of C; rows; the number of k (of lines in the form `"lines"`); elements in a line; 1 to add
 * to C, 0 to store. `series` does so for `count` panels, of matrices or side by side; after `count` come the bytes from one to
 * the next in A, B and C.
 */
export function definePanel(module: ModuleBuilder, kind: PanelKind): void {
  const { form, heights, many } = kind;
  const tiles = heights.map((rows) => ({ rows, run: defineTiles(module, rows, kind) }));
  // deno-fmt-ignore
  const panel = module.define("panel", PANEL, null, (f, a, aRow, aStep, b, bStep, c, cRow, rows, inner, line, add) => {
    const whole = f.local("i32");
    tiles.forEach((tile, i) => {
      f.call(tile.run, a, aRow, aStep, b, bStep, c, cRow, rows, inner, line, add);
      if (i + 1 === tiles.length) return;
      f.set(whole, i32.divU(rows, tile.rows));
      f.set(whole, i32.mul(whole, tile.rows));
      if (form === "lines") f.advance(aRow, i32.shl(whole, 2));
      else f.advance(a, i32.mul(aRow, whole));
      f.advance(c, i32.mul(cRow, whole));
      f.set(rows, i32.sub(rows, whole));
    });
  });
  if (!many) return;
  // deno-fmt-ignore
  module.define("series", [...PANEL, "i32", "i32", "i32", "i32"], null,
    (f, a, aRow, aStep, b, bStep, c, cRow, rows, inner, line, add, count, aNext, bNext, cNext) => {
      f.while(count, () => {
        f.call(panel, a, aRow, aStep, b, bStep, c, cRow, rows, inner, line, add);
        f.advance(a, aNext);
        f.advance(b, bNext);
        f.advance(c, cNext);
        f.advance(count, -1);
      });
    });
}

/** The functions that `definePanel` defines. Addresses, rows, steps: bytes. */
export interface Panels {
  /** One panel of columns. */
  readonly panel: (
    a: number,
    aRow: number,
    aStep: number,
    b: number,
    bStep: number,
    c: number,
    cRow: number,
    rows: number,
    inner: number,
    line: number,
    add: number,
  ) => void;
  /** One after the other; where there are many. */
  readonly series: (
    a: number,
    aRow: number,
    aStep: number,
    b: number,
    bStep: number,
    c: number,
    cRow: number,
    rows: number,
    inner: number,
    line: number,
    add: number,
    count: number,
    aNext: number,
    bNext: number,
    cNext: number,
  ) => void;
}

/**
 * The vectors of the next panel where `rest` vectors of columns are left: the most, but never so many that a single one
 * is left over, because a tile that narrow is slow.
 */
export function panelVectors(rest: number, most: number): number {
  return rest === most + 1 ? most - 1 : Math.min(rest, most);
}
