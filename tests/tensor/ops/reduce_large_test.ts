import { assertEquals } from "@std/assert/equals";
import { configure, max, min, scope, shutdown, sum, type Tensor, tensor } from "../../../tensor/mod.ts";

/** Numbers that an element's place decides, some of them exceptional. */
function numbers(count: number, exceptional: boolean): Float32Array {
  const data = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const word = Math.imul(i + 1, 0x9e37_79b1) >>> 0;
    data[i] = exceptional && word % 1_000_003 === 0 ? [NaN, -0, -Infinity][word % 3] : word / 2 ** 32 - 0.5;
  }
  return data;
}

const SHAPES: readonly (readonly [number, number])[] = [
  [500, 8196],
  [1050, 4001],
  [9000, 509],
  [70_000, 63],
  [40_003, 2],
  [20_001, 5],
  [4999, 15],
  [
    300,
    257,
  ],
];

for (const [rows, columns] of SHAPES) {
  Deno.test(`reductions of ${rows} rows of ${columns} columns are those of each column, on any number of threads`, () => {
    const exceptional = numbers(rows * columns, true);
    const plain = numbers(rows * columns, false);
    const greatest = new Float32Array(columns).fill(-Infinity);
    const least = new Float32Array(columns).fill(Infinity);
    const sums = new Float64Array(columns);
    for (let i = 0; i < exceptional.length; i++) {
      const column = i % columns;
      greatest[column] = Math.max(greatest[column], exceptional[i]);
      least[column] = Math.min(least[column], exceptional[i]);
      sums[column] += plain[i];
    }
    const run = (
      data: Float32Array,
      reduce: (x: Tensor, options: { axes: number }) => Tensor,
    ): Float32Array =>
      scope(() => reduce(tensor(data, { shape: [rows, columns] }), { axes: 0 }).data() as Float32Array);
    let before: Float32Array | null = null;
    try {
      for (const threads of [1, 2, 3]) {
        configure({ threads });
        for (let time = 0; time < 2; time++) {
          assertEquals(run(exceptional, max), greatest);
          assertEquals(run(exceptional, min), least);
          const found = run(plain, sum);
          assertEquals(found, before ?? found);
          before = found;
        }
      }
    } finally {
      configure({ threads: 1 });
      shutdown();
    }
    const worst = before!.reduce((most, value, i) => Math.max(most, Math.abs(value - sums[i])), 0);
    assertEquals(worst <= rows * 2 ** -24, true, `off by ${worst}`);
  });
}
