/**
 * Moving blocks of float32 between layouts, in WebAssembly.
 *
 * A panel of B is packed as `inner` rows of `vectors` vectors, side by side. Columns beyond `lanes` are zeros.
 *
 * @module
 */
import type { FunctionBuilder, Local, ModuleBuilder } from "./assembler.ts";
import { type CopyPixels, defineCopyPixels, defineTurnPixels, type TurnPixels } from "./copy_pixels.ts";
import type { Expression, Operand } from "./expression.ts";
import { defineHalve, defineJoin, type Halve, type Join } from "./halve.ts";
import { f32, i32 } from "./scalar.ts";
import { defineTurn, transpose, type Turn } from "./turn.ts";
import { f32x4, v128 } from "./vector.ts";

type Vector = Expression<"v128">;

/** The functions of the modules that `PACKING` writes. Addresses and strides: bytes. */
export interface Packing {
  /** Packs a panel whose columns are neighbours in memory. */
  readonly packColumns: (
    from: number,
    kStride: number,
    to: number,
    lanes: number,
    vectors: number,
    inner: number,
  ) => void;
  /** Packs a panel whose rows k are neighbours in memory. */
  readonly packRows: (
    from: number,
    laneStride: number,
    to: number,
    lanes: number,
    vectors: number,
    inner: number,
  ) => void;
  /** Packs a panel of any strides. */
  readonly packAny: (
    from: number,
    laneStride: number,
    kStride: number,
    to: number,
    lanes: number,
    vectors: number,
    inner: number,
  ) => void;
  /** Turns a matrix. */
  readonly turn: Turn;
  /** Copies `rows` rows of `width` neighbours, or adds them to what is there. */
  readonly merge: (
    from: number,
    fromRow: number,
    to: number,
    toRow: number,
    rows: number,
    width: number,
    add: number,
  ) => void;
  /** Fills bytes with zeros, which `fill` of an array in shared memory takes several times as long for. */
  readonly clear: (at: number, bytes: number) => void;
  /** Copies lines in two halves. */
  readonly halve: Halve;
  /** Copies two halves to lines. */
  readonly join: Join;
  /** Copies channels of pixels whose channels are neighbours. */
  readonly copyPixels: CopyPixels;
  /** Copies channels of pixels whose columns are neighbours. */
  readonly turnPixels: TurnPixels;
  /** Reads a word of each line of the cache of `rows` rows of `width` bytes; the result is of no use. */
  readonly touch: (at: number, atRow: number, rows: number, width: number) => number;
  /** Copies a block of four axes between any strides: from, to, extents, strides there, strides here. */
  readonly move: (
    from: number,
    to: number,
    n0: number,
    n1: number,
    n2: number,
    n3: number,
    from0: number,
    from1: number,
    from2: number,
    from3: number,
    to0: number,
    to1: number,
    to2: number,
    to3: number,
  ) => void;
}

/** Writes a loop over `width` neighbours: whole vectors, then what is left. `offset` counts their bytes. */
export function overRow(
  f: FunctionBuilder,
  offset: Local<"i32">,
  width: Operand<"i32">,
  vector: () => void,
  element: () => void,
): void {
  const whole = f.local("i32", i32.shl(i32.shrU(width, 2), 4));
  const end = f.local("i32", i32.shl(width, 2));
  f.set(offset, 0);
  f.until(offset, whole, 16, vector);
  f.until(offset, end, 4, element);
}

/** Packs lanes one element at a time, for k from the current one. */
function packElements(
  f: FunctionBuilder,
  from: Expression<"i32">,
  laneStride: Operand<"i32">,
  kStride: Operand<"i32">,
  to: Expression<"i32">,
  lanes: Operand<"i32">,
  present: Operand<"i32">,
  step: Operand<"i32">,
  inner: Operand<"i32">,
): void {
  const [k, lane] = [f.local("i32"), f.local("i32")];
  const [line, at, target] = [f.local("i32", from), f.local("i32"), f.local("i32", to)];
  f.set(k, 0);
  f.until(k, inner, 1, () => {
    f.set(at, line);
    f.set(lane, 0);
    f.until(lane, lanes, 1, () => {
      const into = i32.add(target, i32.shl(lane, 2));
      f.if(i32.ltU(lane, present), () => f.store("f32", into, f32.load(at)), () => f.store("f32", into, 0));
      f.advance(at, laneStride);
    });
    f.advance(line, kStride);
    f.advance(target, step);
  });
}

/** The widths, in vectors, of the panels that `packColumns` copies without an inner loop. */
const WHOLE = [6, 5, 4] as const;

function definePackColumns(module: ModuleBuilder): void {
  // deno-fmt-ignore
  module.define("packColumns", ["i32", "i32", "i32", "i32", "i32", "i32"], null,
    (f, from, kStride, to, lanes, vectors, inner) => {
      const [k, offset] = [f.local("i32", 0), f.local("i32")];
      const end = f.local("i32", i32.shl(vectors, 4));
      for (const count of WHOLE) {
        f.if(i32.and(i32.eq(lanes, 4 * count), i32.eq(vectors, count)), () => {
          const values = Array.from({ length: count }, () => f.local("v128"));
          f.until(k, inner, 1, () => {
            values.forEach((value, v) => f.set(value, v128.load(from, 16 * v)));
            values.forEach((value, v) => f.store("v128", to, value, 16 * v));
            f.advance(from, kStride);
            f.advance(to, 16 * count);
          });
          f.return();
        });
      }
      f.until(k, inner, 1, () => {
        overRow(f, offset, lanes,
          () => f.store("v128", i32.add(to, offset), v128.load(i32.add(from, offset))),
          () => f.store("f32", i32.add(to, offset), f32.load(i32.add(from, offset))));
        f.until(offset, end, 4, () => f.store("f32", i32.add(to, offset), 0));
        f.advance(from, kStride);
        f.advance(to, end);
      });
    });
}

function definePackRows(module: ModuleBuilder): void {
  // deno-fmt-ignore
  module.define("packRows", ["i32", "i32", "i32", "i32", "i32", "i32"], null,
    (f, from, laneStride, to, lanes, vectors, inner) => {
      const step = f.local("i32", i32.shl(vectors, 4));
      const whole = f.local("i32", i32.and(inner, -4));
      const [k, target] = [f.local("i32"), f.local("i32")];
      const rows = Array.from({ length: 4 }, () => f.local("i32"));
      const values = rows.map(() => f.local("v128"));
      f.while(i32.geU(lanes, 4), () => {
        rows.forEach((row, i) => f.set(row, i === 0 ? from : i32.add(rows[i - 1], laneStride)));
        f.set(target, to);
        f.set(k, 0);
        f.until(k, whole, 4, () => {
          rows.forEach((row, i) => f.set(values[i], v128.load(row)));
          for (const column of transpose(f, values)) {
            f.store("v128", target, column);
            f.advance(target, step);
          }
          rows.forEach((row) => f.advance(row, 16));
        });
        packElements(f, rows[0], laneStride, 4, target, 4, 4, step, i32.sub(inner, whole));
        f.advance(from, i32.shl(laneStride, 2));
        f.advance(to, 16);
        f.advance(lanes, -4);
        f.advance(vectors, -1);
      });
      f.if(vectors, () =>
        packElements(f, from, laneStride, 4, to, i32.shl(vectors, 2), lanes, step, inner));
    });
}

function definePackAny(module: ModuleBuilder): void {
  // deno-fmt-ignore
  module.define("packAny", ["i32", "i32", "i32", "i32", "i32", "i32", "i32"], null,
    (f, from, laneStride, kStride, to, lanes, vectors, inner) =>
      packElements(f, from, laneStride, kStride, to, i32.shl(vectors, 2), lanes, i32.shl(vectors, 4), inner));
}

function defineMerge(module: ModuleBuilder): void {
  // deno-fmt-ignore
  module.define("merge", ["i32", "i32", "i32", "i32", "i32", "i32", "i32"], null,
    (f, from, fromRow, to, toRow, rows, width, add) => {
      const [offset, last] = [f.local("i32"), f.local("i32", i32.sub(i32.shl(width, 2), 16))];
      const target = i32.add(to, offset);
      const source = i32.add(from, offset);
      const overRows = (row: () => void): void =>
        f.while(rows, () => {
          row();
          f.advance(from, fromRow);
          f.advance(to, toRow);
          f.advance(rows, -1);
        });
      f.if(add, () =>
        overRows(() =>
          overRow(
            f,
            offset,
            width,
            () => f.store("v128", target, f32x4.add(v128.load(target), v128.load(source))),
            () => f.store("f32", target, f32.add(f32.load(target), f32.load(source))),
          )
        ), () => {
        const copy = (): void => f.store("v128", target, v128.load(source));
        f.if(i32.geS(last, 0), () =>
          overRows(() => {
            f.set(offset, 0);
            f.until(offset, last, 16, copy);
            // The last four, again where they are no vector.
            f.set(offset, last);
            copy();
          }));
        overRows(() => {
          f.set(offset, 0);
          f.until(offset, i32.shl(width, 2), 4, () => f.store("f32", target, f32.load(source)));
        });
      });
    });
}

function defineClear(module: ModuleBuilder): void {
  module.define("clear", ["i32", "i32"], null, (f, at, bytes) => f.fill(at, 0, bytes));
}

function defineTouch(module: ModuleBuilder): void {
  module.define("touch", ["i32", "i32", "i32", "i32"], "i32", (f, at, atRow, rows, width) => {
    const offset = f.local("i32");
    const sum = f.local("i32");
    f.while(rows, () => {
      f.set(offset, 0);
      f.until(offset, width, 64, () => f.set(sum, i32.xor(sum, i32.load(i32.add(at, offset)))));
      f.advance(at, atRow);
      f.advance(rows, -1);
    });
    return sum;
  });
}

const I32 = "i32";

function defineMove(module: ModuleBuilder): void {
  const sizes = [I32, I32, I32, I32] as const;
  // deno-fmt-ignore
  module.define("move", [I32, I32, ...sizes, ...sizes, ...sizes], null,
    (f, from, to, n0, n1, n2, n3, from0, from1, from2, from3, to0, to1, to2, to3) => {
      const axes = [[n0, from0, to0], [n1, from1, to1], [n2, from2, to2]] as const;
      const at = [from, ...axes.slice(1).map(() => f.local("i32"))];
      const target = [to, ...axes.slice(1).map(() => f.local("i32"))];
      const [left, source, into] = [f.local("i32"), f.local("i32"), f.local("i32")];
      // Rows that follow each other on both sides are one.
      const joined = i32.and(i32.eq(from2, i32.mul(n3, from3)), i32.eq(to2, i32.mul(n3, to3)));
      f.if(joined, () => {
        f.set(n3, i32.mul(n3, n2));
        f.set(n2, 1);
      });
      const isUnit = f.local("i32", i32.and(i32.eq(to3, 4), i32.eq(from3, 4)));
      const isShort = f.local("i32", i32.and(isUnit, i32.leU(i32.sub(n3, 4), 4)));
      // The last four of a row, in bytes.
      const end = f.local("i32", i32.shl(i32.sub(n3, 4), 2));
      const isHalved = f.local("i32", i32.and(i32.eq(to3, 4), i32.eq(from3, 8)));
      const [fours, toFours] = [f.local("i32", i32.shl(from3, 2)), f.local("i32", i32.shl(to3, 2))];
      const inFours = (body: () => void): void =>
        f.while(i32.geU(left, 4), () => {
          body();
          f.advance(source, fours);
          f.advance(into, toFours);
          f.advance(left, -4);
        });
      const single = (): void => {
        f.store("f32", into, f32.load(source));
        f.advance(source, from3);
        f.advance(into, to3);
      };
      const row = (): void => f.if(isShort, shortRow, longRow);
      const shortRow = (): void => {
        const value = v128.load(i32.add(at[2], end));
        f.store("v128", target[2], v128.load(at[2]));
        f.store("v128", i32.add(target[2], end), value);
      };
      const longRow = (): void => {
        f.set(source, at[2]);
        f.set(into, target[2]);
        f.set(left, n3);
        f.if(isUnit, () => {
          inFours(() => f.store("v128", into, v128.load(source)));
          // The last four again, as far as there are so many.
          f.if(i32.and(i32.ne(left, 0), i32.geU(n3, 4)), () => {
            const back = f.local("i32", i32.shl(i32.sub(left, 4), 2));
            f.store("v128", i32.add(into, back), v128.load(i32.add(source, back)));
            f.set(left, 0);
          });
        }, () =>
          f.if(isHalved, () =>
            inFours(() =>
              f.store("v128", into, f32x4.shuffle(v128.load(source), v128.load(source, 12), [0, 2, 5, 7]))
            ), () =>
            f.while(i32.geU(left, 4), () => {
              for (let i = 0; i < 4; i++) single();
              f.advance(left, -4);
            })));
        f.while(left, () => {
          single();
          f.advance(left, -1);
        });
      };
      const loop = (axis: number): void => {
        if (axis === axes.length) return row();
        const [count, step, toStep] = axes[axis];
        const rest = f.local("i32", count);
        if (axis > 0) {
          f.set(at[axis], at[axis - 1]);
          f.set(target[axis], target[axis - 1]);
        }
        f.while(rest, () => {
          loop(axis + 1);
          f.advance(at[axis], step);
          f.advance(target[axis], toStep);
          f.advance(rest, -1);
        });
      };
      loop(0);
    });
}

/** What defines each function of `Packing`: a module has one, because few of them are needed at a time. */
export const PACKING: { readonly [K in keyof Packing]: (module: ModuleBuilder) => void } = {
  packColumns: definePackColumns,
  packRows: definePackRows,
  packAny: definePackAny,
  turn: defineTurn,
  merge: defineMerge,
  clear: defineClear,
  touch: defineTouch,
  halve: defineHalve,
  join: defineJoin,
  copyPixels: defineCopyPixels,
  turnPixels: defineTurnPixels,
  move: defineMove,
};
