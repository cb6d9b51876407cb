import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import {
  all,
  any,
  cast,
  compile,
  configure,
  greater,
  max,
  min,
  multiply,
  scope,
  shutdown,
  slice,
  square,
  subtract,
  sum,
  type Tensor,
  tensor,
} from "../../tensor/mod.ts";

const shapes = fc.record({
  columns: fc.integer({ min: 2, max: 17 }),
  /** How many times as large a matrix is as the least that is widened. */
  scale: fc.constantFrom(1, 1, 2, 16),
  /** Rows beyond those that make the matrix large. */
  more: fc.integer({ min: -40, max: 40 }),
  /** Rows and columns before the view. */
  rowsBefore: fc.constantFrom(0, 0, 3),
  columnsBefore: fc.constantFrom(0, 0, 1),
});

Deno.test("reductions of few columns of many rows are those of each column", () => {
  fc.assert(
    fc.property(shapes, ({ columns, scale, more, rowsBefore, columnsBefore }) => {
      const rows = Math.ceil((columns < 8 ? 1 << 12 : 1 << 13) * scale / columns) + more;
      const [height, width] = [rows + rowsBefore, columns + columnsBefore];
      const data = Float32Array.from({ length: height * width }, (_, i) => Math.sin(i) + i % width);
      const shift = Float32Array.from({ length: columns }, (_, j) => j / 2);
      const at = (i: number, j: number): number => data[(i + rowsBefore) * width + columnsBefore + j];
      const view = (x: Tensor): Tensor => slice(x, [[rowsBefore, height], [columnsBefore, width]]);
      const f = (x: Tensor, m: Tensor): readonly Tensor[] => [
        sum(square(subtract(view(x), m)), { axes: 0 }),
        sum(multiply(view(x), 3), { axes: 0 }),
        max(subtract(m, view(x)), { axes: 0 }),
        any(greater(view(x), m), { axes: 0 }),
      ];
      const expected = Array.from({ length: columns }, (_, j) => {
        let [squares, total, most, above] = [0, 0, -Infinity, 0];
        for (let i = 0; i < rows; i++) {
          const x = at(i, j);
          squares += (x - shift[j]) ** 2;
          total += 3 * x;
          most = Math.max(most, Math.fround(shift[j] - x));
          if (x > shift[j]) above = 1;
        }
        return [squares, total, most, above];
      });
      const found = scope(() => {
        const [x, m] = [tensor(data, { shape: [height, width] }), tensor(shift)];
        return [f, compile(f)].map((g) =>
          g(x, m).map((one) => Array.from(one.data() as ArrayLike<number>, Number))
        );
      });
      for (const results of found) {
        expected.forEach(([squares, total, most, above], j) => {
          const near = (value: number, to: number): boolean =>
            Math.abs(value - to) <= 1e-5 * Math.max(1, Math.abs(to), rows);
          assertEquals(
            near(results[0][j], squares) && near(results[1][j], total),
            true,
            `${results.map((r) => r[j])}`,
          );
          assertEquals([results[2][j], results[3][j]], [most, above]);
        });
      }
    }),
    { numRuns: 12 },
  );
});

Deno.test("reductions of few columns do not depend on the number of threads", () => {
  const data = Float32Array.from({ length: 7 * 30_001 }, (_, i) => Math.sin(i));
  const results = new Set<string>();
  try {
    for (const threads of [1, 2, 3, 8]) {
      configure({ threads });
      const totals = scope(() => sum(square(tensor(data, { shape: [30_001, 7] })), { axes: 0 }).data());
      results.add(Array.from(totals as Float32Array).join());
    }
  } finally {
    configure({ threads: 1 });
    shutdown();
  }
  assertEquals(results.size, 1);
});

Deno.test("reductions of few columns within matrices are those of each column, on any number of threads", () => {
  const shapes = [[40, 1024, 3], [70, 961, 3], [25, 1000, 5], [9, 1600, 7]] as const;
  try {
    for (const [matrices, rows, columns] of shapes) {
      const data = Float32Array.from({ length: matrices * rows * columns }, (_, i) => Math.sin(i));
      const size = [matrices, rows, columns];
      const totals = new Float64Array(matrices * columns);
      const greatest = new Float32Array(matrices * columns).fill(-Infinity);
      data.forEach((value, i) => {
        const place = columns * Math.floor(i / (rows * columns)) + i % columns;
        totals[place] += value ** 2;
        greatest[place] = Math.max(greatest[place], value);
      });
      const results = [1, 2, 3].map((threads) => {
        configure({ threads });
        return scope(() => {
          const x = tensor(data, { shape: size });
          return [sum(square(x), { axes: 1 }), max(x, { axes: 1 })].map((one) =>
            Array.from(one.data() as Float32Array)
          );
        });
      });
      for (const [sums, most] of results) {
        assertEquals([sums, most], results[0]);
        assertEquals(sums.every((value, i) => Math.abs(value - totals[i]) <= 1e-6 * rows), true);
        assertEquals(most, Array.from(greatest));
      }
    }
  } finally {
    configure({ threads: 1 });
    shutdown();
  }
});

/** Many matrices of few columns, their rows cut out of a longer tensor. */
const manyMatrices = fc.record({
  matrices: fc.integer({ min: 60, max: 90 }),
  rows: fc.integer({ min: 1, max: 70 }),
  columns: fc.integer({ min: 2, max: 33 }),
  rowsBefore: fc.constantFrom(0, 0, 3),
});

Deno.test("reductions of few columns of many matrices are those of each column, on any number of threads", () => {
  try {
    fc.assert(
      fc.property(manyMatrices, ({ matrices, rows, columns, rowsBefore }) => {
        const height = rows + rowsBefore;
        const data = Float32Array.from({ length: matrices * height * columns }, (_, i) => 5 * Math.sin(i));
        const scales = Float32Array.from({ length: matrices }, (_, i) => 1 + i / 8);
        const options = { axes: 1 };
        const results = [1, 3].map((threads) => {
          configure({ threads });
          return scope(() => {
            const x = slice(tensor(data, { shape: [matrices, height, columns] }), [null, [
              rowsBefore,
              height,
            ]]);
            const scaled = multiply(x, tensor(scales, { shape: [matrices, 1, 1] }));
            const whole = cast(x, "int32");
            return [
              sum(scaled, options),
              sum(square(x), options),
              max(x, options),
              min(scaled, options),
              sum(whole, options),
              max(whole, options),
              any(greater(x, 4.9), options),
              all(greater(x, -4.9), options),
              sum(cast(x, "float16"), options),
            ].map((one) => Array.from(one.data() as ArrayLike<number>, Number));
          });
        });
        assertEquals(results[1], results[0]);
        for (let i = 0; i < matrices * columns; i++) {
          const [matrix, column] = [Math.floor(i / columns), i % columns];
          const list = Array.from(
            { length: rows },
            (_, row) => data[(matrix * height + rowsBefore + row) * columns + column],
          );
          const scaled = list.map((value) => Math.fround(value * scales[matrix]));
          const added = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
          const expected = [
            added(scaled),
            added(list.map((value) => value ** 2)),
            Math.max(...list),
            Math.min(...scaled),
            added(list.map(Math.trunc)),
            Math.max(...list.map(Math.trunc)),
            list.some((value) => value > Math.fround(4.9)) ? 1 : 0,
            list.every((value) => value > Math.fround(-4.9)) ? 1 : 0,
            added(list),
          ];
          expected.forEach((value, of) => {
            const far = Math.abs(results[0][of][i] - value);
            const bound = of < 2 ? 1e-5 * rows * scales[matrix] * 5 : of === 8 ? 0.02 * rows : 0;
            assertEquals(far <= bound, true, `result ${of} of ${i}: ${results[0][of][i]}, not ${value}`);
          });
        }
      }),
      { numRuns: 40 },
    );
  } finally {
    configure({ threads: 1 });
    shutdown();
  }
});

Deno.test("the greatest of few columns of many matrices is NaN where one of them is", () => {
  const [matrices, rows, columns] = [100, 11, 3];
  for (let row = 0; row < rows; row++) {
    const data = Float32Array.from({ length: matrices * rows * columns }, (_, i) => Math.sin(i));
    data[(7 * rows + row) * columns + 1] = NaN;
    const found = scope(() =>
      Array.from(max(tensor(data, { shape: [matrices, rows, columns] }), { axes: 1 }).data() as Float32Array)
    );
    assertEquals(found.flatMap((value, i) => Number.isNaN(value) ? [i] : []), [7 * columns + 1]);
  }
});

Deno.test("neighbours and places that are reduced together have the sums of them all", () => {
  const shape = [70, 40, 4, 3];
  const data = Float32Array.from({ length: 70 * 40 * 12 }, (_, i) => Math.sin(i));
  const found = scope(() =>
    Array.from(sum(tensor(data, { shape }), { axes: [1, 3] }).data() as Float32Array)
  );
  const expected = new Float64Array(280);
  data.forEach((value, i) => expected[4 * Math.floor(i / 480) + Math.floor(i / 3) % 4] += value);
  assertEquals(found.every((value, i) => Math.abs(value - expected[i]) < 1e-4), true);
});
