/**
 * Copying one channel of an image into its planes (`planes.ts`), in WebAssembly: micro-kernels call it before they read what
 * it wrote, so that a plane never leaves the first-level cache. Columns are neighbours in the image, and what is beyond the
 * image must be zeros already.
 *
 * @module
 */
import type { FunctionBuilder, FunctionHandle, Local, ModuleBuilder } from "./assembler.ts";
import { type Halves, halvesOf, type Planes } from "./planes.ts";
import { f32, i32 } from "./scalar.ts";
import { f32x4, v128 } from "./vector.ts";
import { type Inside, inside } from "./window_axis.ts";

/** What the code of a copy is written for. */
export interface PlaneFill {
  /** The columns of the image that each split has. */
  readonly columns: readonly Inside[];
  /** Columns of the image from one of a split to the next. */
  readonly step: number;
  /** Bytes of a line of a plane. */
  readonly lineBytes: number;
  /** Bytes from the plane of a split of the columns to that of the next. */
  readonly planeBytes: number;
  /** Splits of the rows. */
  readonly splits: number;
}

/** Address of the table of `writeFillTable`; of the image; of the planes. */
type Fill = FunctionHandle<readonly ["i32", "i32", "i32"], null>;

/** Vectors of a row that are written out. */
const UNROLLED = 16;

/** The copy for an image with so many columns. */
export function planeFillOf({ down, across, lines, pitch }: Planes, columns: number): PlaneFill {
  return {
    columns: across.starts.map((right) => inside(across, right, 0, pitch, columns)),
    step: across.step,
    lineBytes: 4 * pitch,
    planeBytes: 4 * lines * pitch,
    splits: down.starts.length,
  };
}

/** What tells the code of a copy from others. */
export function fillKey(fill: PlaneFill | null): string {
  if (fill === null) return "";
  const columns = fill.columns.map(({ from, count, source }) => `${from},${count},${source}`);
  return [fill.step, fill.lineBytes, fill.planeBytes, fill.splits, ...columns].join("/");
}

/** The most bytes of a table for so many splits of the rows. */
export function fillTableBytes(splits: number): number {
  return 4 + 12 * splits;
}

/**
 * Writes the table of the rows from the one with number `first` on: bytes from one line of a split to the next in the image;
 * then for each split of the rows its byte in the image, its byte in the planes and its lines.
 */
export function writeFillTable(
  int32: Int32Array,
  table: number,
  { down, across, lines, pitch }: Planes,
  first: number,
  rows: number,
  rowStride: number,
): void {
  let entry = table >>> 2;
  int32[entry++] = down.step * rowStride;
  down.starts.forEach((lower, i) => {
    const line = inside(down, lower, first, lines, rows);
    int32[entry++] = line.source * rowStride;
    int32[entry++] = 4 * (i * across.starts.length * lines + line.from) * pitch;
    int32[entry++] = line.count;
  });
}

/** Copies a row of neighbours to neighbours. */
function copyNeighbours(f: FunctionBuilder, from: Local<"i32">, to: Local<"i32">, count: number): void {
  const vectors = count >>> 2;
  if (vectors > UNROLLED) {
    const [at, into, end] = [
      f.local("i32", from),
      f.local("i32", to),
      f.local("i32", i32.add(to, 16 * (vectors & -4))),
    ];
    f.until(into, end, 64, () => {
      for (let v = 0; v < 4; v++) f.store("v128", into, v128.load(at, 16 * v), 16 * v);
      f.advance(at, 64);
    });
  }
  for (let v = vectors > UNROLLED ? vectors & -4 : 0; v < vectors; v++) {
    f.store("v128", to, v128.load(from, 16 * v), 16 * v);
  }
  if ((count & 3) === 0) return;
  // The last four, again where they are no vector.
  if (count >= 4) return f.store("v128", to, v128.load(from, 4 * count - 16), 4 * count - 16);
  for (let i = 0; i < count; i++) f.store("f32", to, f32.load(from, 4 * i), 4 * i);
}

/** Copies every other element of a row to `even`, and those between them to `odd`. */
function copyHalves(
  f: FunctionBuilder,
  from: Local<"i32">,
  even: Local<"i32">,
  odd: Local<"i32">,
  count: number,
): void {
  const [low, high] = [f.local("v128"), f.local("v128")];
  const four = (source: Local<"i32">, left: Local<"i32">, right: Local<"i32">, offset: number): void => {
    f.set(low, v128.load(source, 2 * offset));
    f.set(high, v128.load(source, 2 * offset + 16));
    f.store("v128", left, f32x4.shuffle(low, high, [0, 2, 4, 6]), offset);
    f.store("v128", right, f32x4.shuffle(low, high, [1, 3, 5, 7]), offset);
  };
  const vectors = count >>> 2;
  if (vectors > UNROLLED) {
    const [at, left, right] = [f.local("i32", from), f.local("i32", even), f.local("i32", odd)];
    const end = f.local("i32", i32.add(even, 16 * (vectors & -2)));
    f.until(left, end, 32, () => {
      four(at, left, right, 0);
      four(at, left, right, 16);
      f.advance(at, 64);
      f.advance(right, 32);
    });
  }
  for (let v = vectors > UNROLLED ? vectors & -2 : 0; v < vectors; v++) four(from, even, odd, 16 * v);
  if ((count & 3) === 0) return;
  if (count >= 4) return four(from, even, odd, 4 * count - 16);
  for (let i = 0; i < count; i++) {
    f.store("f32", even, f32.load(from, 8 * i), 4 * i);
    f.store("f32", odd, f32.load(from, 8 * i + 4), 4 * i);
  }
}

/** For two and three elements from one to the next: where the second of two vectors lies, and what is taken of them. */
const PICKS: Readonly<Record<number, readonly [offset: number, order: readonly number[]]>> = {
  2: [12, [0, 2, 5, 7]],
  3: [24, [0, 3, 4, 7]],
};

/** Copies elements that are `step` elements apart to neighbours. */
function copyApart(
  f: FunctionBuilder,
  from: Local<"i32">,
  to: Local<"i32">,
  count: number,
  step: number,
): void {
  const single = (i: number): void => f.store("f32", to, f32.load(from, 4 * step * i), 4 * i);
  const pick = PICKS[step];
  if (pick === undefined || count < 4) {
    if (count <= UNROLLED) return Array.from({ length: count }, (_, i) => i).forEach(single);
    const [at, into] = [f.local("i32", from), f.local("i32", to)];
    const end = f.local("i32", i32.add(to, 4 * count));
    return f.until(into, end, 4, () => {
      f.store("f32", into, f32.load(at));
      f.advance(at, 4 * step);
    });
  }
  const [offset, order] = pick;
  const four = (source: Local<"i32">, target: Local<"i32">, i: number): void =>
    f.store(
      "v128",
      target,
      f32x4.shuffle(v128.load(source, 4 * step * i), v128.load(source, 4 * step * i + offset), order),
      4 * i,
    );
  const vectors = count >>> 2;
  if (vectors > UNROLLED) {
    const [at, into] = [f.local("i32", from), f.local("i32", to)];
    const end = f.local("i32", i32.add(to, 16 * vectors));
    f.until(into, end, 16, () => {
      four(at, into, 0);
      f.advance(at, 16 * step);
    });
  } else {
    for (let v = 0; v < vectors; v++) four(from, to, 4 * v);
  }
  // The last four, again where they are no vector.
  if ((count & 3) !== 0) four(from, to, count - 4);
}

/** Defines the copy. */
export function definePlaneFill(module: ModuleBuilder, fill: PlaneFill): Fill {
  const { columns, step, lineBytes, planeBytes, splits } = fill;
  const halves: Halves | null = step === 2 ? halvesOf(columns) : null;
  return module.define(null, ["i32", "i32", "i32"], null, (f, table, image, planes) => {
    const [entry, end] = [f.local("i32", i32.add(table, 4)), f.local("i32", i32.add(table, 4 + 12 * splits))];
    const lineStep = f.local("i32", i32.load(table));
    const [row, line, left] = [f.local("i32"), f.local("i32"), f.local("i32")];
    const froms = columns.map(() => f.local("i32"));
    const tos = columns.map(() => f.local("i32"));
    f.until(entry, end, 12, () => {
      f.set(row, i32.add(image, i32.load(entry)));
      f.set(line, i32.add(planes, i32.load(entry, 4)));
      f.set(left, i32.load(entry, 8));
      columns.forEach(({ from, source }, split) => {
        f.set(froms[split], i32.add(row, 4 * source));
        f.set(tos[split], i32.add(line, split * planeBytes + 4 * from));
      });
      f.while(left, () => {
        if (halves !== null) {
          const { even, odd, count } = halves;
          copyHalves(f, froms[even], tos[even], tos[odd], count);
          for (const split of [even, odd]) {
            if (columns[split].count > count) {
              f.store("f32", tos[split], f32.load(froms[split], 8 * count), 4 * count);
            }
          }
        } else {
          columns.forEach(({ count }, split) => {
            if (step === 1) copyNeighbours(f, froms[split], tos[split], count);
            else copyApart(f, froms[split], tos[split], count, step);
          });
        }
        for (const from of froms) f.advance(from, lineStep);
        for (const to of tos) f.advance(to, lineBytes);
        f.advance(left, -1);
      });
    });
  });
}

/**
 * Fills `planes` from `image`, and so on `count` times with what is `imageStep` bytes further in the image and `planeStep`
 * bytes further in the planes; `table` is that of `writeFillTable`.
 */
export function fillSeveral(
  f: FunctionBuilder,
  fill: Fill,
  { table, image, imageStep, planes, planeStep, count }: {
    readonly table: Local<"i32">;
    readonly image: Local<"i32">;
    readonly imageStep: Local<"i32">;
    readonly planes: Local<"i32">;
    readonly planeStep: number;
    readonly count: Local<"i32">;
  },
): void {
  const [from, to, left] = [f.local("i32", image), f.local("i32", planes), f.local("i32", count)];
  f.while(left, () => {
    f.call(fill, table, from, to);
    f.advance(from, imageStep);
    f.advance(to, planeStep);
    f.advance(left, -1);
  });
}
