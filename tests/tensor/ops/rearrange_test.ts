import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { checkGradients } from "../../laws/gradients.ts";
import { assertPlain, build, elementAt, operand, type Plain } from "./reference.ts";
import { RUNS } from "../../runs.ts";

const modulo = (i: number, n: number): number => ((i % n) + n) % n;

/** Any tensor with at least one axis and no empty one. */
const FULL = operand("float32").filter(({ plain }) => plain.shape.length > 0 && !plain.shape.includes(0));

function moved(
  plain: Plain,
  shape: readonly number[],
  from: (position: readonly number[]) => readonly number[],
): Plain {
  return build(shape, (position) => elementAt(plain, from(position)));
}

Deno.test("roll(), tile() and repeat() are index arithmetic, for any layout", () => {
  fc.assert(
    fc.property(
      FULL,
      fc.nat(3),
      fc.integer({ min: -9, max: 9 }),
      fc.nat(3),
      ({ tensor, plain }, pick, shift, times) => {
        const { shape } = plain;
        const axis = pick % shape.length;
        const along = (position: readonly number[], f: (i: number) => number): number[] =>
          position.map((i, j) => j === axis ? f(i) : i);
        const rolled = moved(plain, shape, (p) => along(p, (i) => modulo(i - shift, shape[axis])));
        assertPlain(t.roll(tensor, shift, axis), rolled, "float32");
        const counts = shape.map((_, j) => j === axis ? times : 1);
        const tiled = moved(
          plain,
          shape.map((n, j) => n * counts[j]),
          (p) => along(p, (i) => i % shape[axis]),
        );
        assertPlain(t.tile(tensor, counts), tiled, "float32");
        const repeated = moved(
          plain,
          shape.with(axis, shape[axis] * times),
          (p) => along(p, (i) => Math.floor(i / times)),
        );
        assertPlain(t.repeat(tensor, times, { axis }), repeated, "float32");
      },
    ),
    RUNS,
  );
});

Deno.test("roll() without axes goes through the flattened tensor", () => {
  const x = t.tensor([[1, 2, 3], [4, 5, 6]]);
  assertEquals(t.roll(x, 2).toArray(), [[5, 6, 1], [2, 3, 4]]);
  assertEquals(t.roll(x, [1, -1], [0, 1]).toArray(), [[5, 6, 4], [2, 3, 1]]);
  assertEquals(t.roll(x, 7, [1]).toArray(), [[3, 1, 2], [6, 4, 5]]);
  assertEquals(t.roll(t.zeros([0]), 3).shape, [0]);
});

/** What is at a place beyond the elements. */
const BEYOND: Readonly<Record<string, (i: number, n: number) => number>> = {
  edge: (i, n) => Math.max(0, Math.min(n - 1, i)),
  wrap: modulo,
  symmetric: (i, n) => {
    const j = modulo(i, 2 * n);
    return j < n ? j : 2 * n - 1 - j;
  },
  reflect: (i, n) => {
    if (n === 1) return 0;
    const j = modulo(i, 2 * n - 2);
    return j < n ? j : 2 * n - 2 - j;
  },
};

for (const [mode, beyond] of Object.entries(BEYOND)) {
  Deno.test(`pad() of mode ${mode} takes elements from inside, as far as it reaches`, () => {
    fc.assert(
      fc.property(FULL, fc.nat(5), fc.nat(5), ({ tensor, plain }, before, after) => {
        const shape = plain.shape.map((n) => n + before + after);
        const expected = moved(
          plain,
          shape,
          (p) => p.map((i, axis) => beyond(i - before, plain.shape[axis])),
        );
        const widths = plain.shape.map(() => [before, after] as const);
        assertPlain(t.pad(tensor, widths, { mode: mode as t.PadMode }), expected, "float32");
      }),
      RUNS,
    );
  });
}

Deno.test("pad() has statistics, ramps, odd mirrors, values for each side and interiors", () => {
  const x = t.tensor([1, 4, 2]);
  const padded = (options: t.PadOptions): unknown => t.pad(x, [[2, 1]], options).toArray();
  assertEquals(padded({ mode: "maximum" }), [4, 4, 1, 4, 2, 4]);
  assertEquals(padded({ mode: "minimum", statLength: 2 }), [1, 1, 1, 4, 2, 2]);
  assertEquals(padded({ mode: "mean", statLength: 2 }), [2.5, 2.5, 1, 4, 2, 3]);
  assertEquals(padded({ mode: "median" }), [2, 2, 1, 4, 2, 2]);
  assertEquals(padded({ mode: "linearRamp", endValue: [[5, 0]] }), [5, 3, 1, 4, 2, 0]);
  assertEquals(padded({ mode: "reflect", reflectType: "odd" }), [0, -2, 1, 4, 2, 0]);
  assertEquals(padded({ mode: "symmetric", reflectType: "odd" }), [-2, 1, 1, 4, 2, 2]);
  assertEquals(padded({ value: [[7, 8]] }), [7, 7, 1, 4, 2, 8]);
  assertEquals(t.pad(x, [[-1, 1]], { interior: [1], value: 9 }).toArray(), [9, 4, 9, 2, 9]);
  assertEquals(t.pad(t.tensor([1, 2], { dtype: "int32" }), 1, { mode: "mean" }).toArray(), [2, 1, 2, 2]);
  for (const mode of ["reflect", "wrap", "linearRamp", "mean", "maximum"] as const) {
    checkGradients((y) => t.pad(y as Tensor, [[2, 3]], { mode }), [x]);
  }
  checkGradients((y) => t.pad(y as Tensor, [[4, 3]], { mode: "reflect", reflectType: "odd" }), [x]);
  checkGradients((y, v) => t.pad(y as Tensor, [[-1, 2]], { value: v as Tensor, interior: [2] }), [
    x,
    t.tensor(3),
  ]);
});

Deno.test("diagonals are read and built, on any side", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: -5, max: 5 }),
      (rows, columns, offset) => {
        const x = t.reshape(t.arange(rows * columns, { start: 0 }), [rows, columns]);
        const data = x.toArray() as number[][];
        const expected = data.flatMap((row, i) => i + offset in row ? [row[i + offset]] : []);
        assertEquals(t.diagonal(x, { offset }).toArray(), expected);
        assertEquals(t.diagonal(t.transpose(x), { offset, axis1: 1, axis2: 0 }).toArray(), expected);
        assertEquals(t.trace(x, { offset }).item(), expected.reduce((a, b) => a + b, 0));
        const lower = data.map((row, i) => row.map((value, j) => j - i <= offset ? value : 0));
        assertEquals(t.tril(x, offset).toArray(), lower);
        const upper = data.map((row, i) => row.map((value, j) => j - i >= offset ? value : 0));
        assertEquals(t.triu(x, offset).toArray(), upper);
        assertEquals(t.multiply(t.tri(rows, { columns, offset }), x).toArray(), lower);
        const vector = t.arange(rows, { start: 0 }).add(1);
        assertEquals(t.diagonal(t.diag(vector, offset), { offset }).toArray(), vector.toArray());
        assertEquals(t.sum(t.diag(vector, offset)).item(), t.sum(vector).item());
      },
    ),
    RUNS,
  );
  checkGradients((x) => t.diag(t.diag(x as Tensor, 1), 1), [t.tensor([1, 2, 3])]);
  checkGradients((x) => t.diagonal(x as Tensor, { offset: -1, axis1: 2, axis2: 0 }), [t.ones([2, 3, 4])]);
  checkGradients((x) => t.tril(x as Tensor).add(t.triu(x as Tensor, 1)), [t.ones([2, 3, 4])]);
});

Deno.test("split() and arraySplit() cut, and concatenate() joins again", () => {
  fc.assert(
    fc.property(FULL, fc.integer({ min: 1, max: 4 }), ({ tensor, plain }, parts) => {
      const pieces = t.arraySplit(tensor, parts);
      assertEquals(pieces.length, parts);
      const sizes = pieces.map((piece) => piece.shape[0]);
      assertEquals(sizes, sizes.toSorted((a, b) => b - a));
      assertPlain(t.concatenate(pieces), plain, "float32");
    }),
    RUNS,
  );
  assertEquals(t.split(t.tensor([1, 2, 3, 4]), 2).map((part) => part.toArray()), [[1, 2], [3, 4]]);
  assertEquals(t.split(t.ones([2, 4]), [1, 1, 3], { axis: 1 }).map((part) => part.shape[1]), [1, 0, 2, 1]);
});

Deno.test("quarter turns and flips agree", () => {
  const x = t.tensor([[1, 2, 3], [4, 5, 6]]);
  assertEquals(t.rot90(x).toArray(), [[3, 6], [2, 5], [1, 4]]);
  assertEquals(t.rot90(x, -1).toArray(), t.rot90(x, 3).toArray());
  assertEquals(t.rot90(t.rot90(x, 2), 2).toArray(), x.toArray());
  assertEquals(t.fliplr(t.flipud(x)).toArray(), t.rot90(x, 2).toArray());
  assertEquals(t.rot90(t.ones([2, 3, 4]), 1, [1, 2]).shape, [2, 4, 3]);
});

Deno.test("stacks give vectors the axes that NumPy gives them", () => {
  const [a, b] = [t.tensor([1, 2]), t.tensor([3, 4], { dtype: "int32" })];
  assertEquals(t.vstack([a, b]).toArray(), [[1, 2], [3, 4]]);
  assertEquals(t.hstack([a, b]).toArray(), [1, 2, 3, 4]);
  assertEquals(t.dstack([a, b]).toArray(), [[[1, 3], [2, 4]]]);
  assertEquals(t.columnStack([a, t.ones([2, 2])]).toArray(), [[1, 1, 1], [2, 1, 1]]);
  assertEquals(t.append(t.ones([1, 2]), t.ones([2, 2]), { axis: 0 }).shape, [3, 2]);
  assertEquals(t.stack([b, a]).dtype, "float32");
  assertEquals(t.concatenate([b, t.tensor([true])]).toArray(), [3, 4, 1]);
  assertEquals([t.atLeast2d(a).shape, t.atLeast3d(a).shape, t.atLeast3d(t.ones([2, 3])).shape], [
    [1, 2],
    [1, 2, 1],
    [2, 3, 1],
  ]);
});

Deno.test("grids of numbers", () => {
  const [x, y] = [t.tensor([1, 2, 3]), t.tensor([4, 5])];
  assertEquals(t.meshgrid([x, y], { indexing: "ij" })[1].toArray(), [[4, 5], [4, 5], [4, 5]]);
  assertEquals(t.meshgrid([x, y], { sparse: true }).map((one) => one.shape), [[1, 3], [2, 1]]);
  assertEquals(t.linspace(0, 1, { count: 4, endpoint: false }).toArray(), [0, 0.25, 0.5, 0.75]);
  assertEquals(t.logspace(0, 3, { count: 4, base: 2 }).toArray(), [1, 2, 4, 8]);
  assertEquals(t.geomspace(-1, -100, { count: 3 }).toArray(), [-1, -10, -100]);
  assertEquals(t.identity(2).toArray(), [[1, 0], [0, 1]]);
  assertEquals(t.fullLike(t.ones([2], { dtype: "int32" }), 3).dtype, "int32");
  assertEquals(t.diagflat(t.tensor([[1, 2]])).toArray(), [[1, 0], [0, 2]]);
});
