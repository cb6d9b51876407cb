import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import {
  add,
  all,
  any,
  cast,
  compile,
  configure,
  flip,
  max,
  multiply,
  scope,
  shutdown,
  slice,
  square,
  subtract,
  sum,
  type Tensor,
  tensor,
  transpose,
} from "../../tensor/mod.ts";

/** Shapes, and the axes of the places and the neighbours that are reduced. */
const CASES: readonly (readonly [shape: readonly number[], axes: readonly number[]])[] = [
  [[64, 32, 3, 3], [0, 2, 3]],
  [[20, 100, 7], [0, 2]],
  [[3, 12, 60, 5], [1, 3]],
  [[5, 6, 9, 8, 4], [0, 2, 4]],
  [[17, 40, 31], [0, 2]],
  [[4, 90, 2, 1, 16], [0, 2, 4]],
];

Deno.test("reductions of few neighbours of several places are those of each output, on any number of threads", () => {
  const f = (x: Tensor, c: Tensor, axes: readonly number[]): readonly Tensor[] => [
    sum(x, { axes }),
    sum(square(subtract(x, c)), { axes }),
    max(add(multiply(x, -3), c), { axes }),
  ];
  try {
    for (const [shape, axes] of CASES) {
      const size = shape.reduce((a, b) => a * b, 1);
      const ones = shape.map((extent, axis) => axes.includes(axis) ? 1 : extent);
      const outputs = ones.reduce((a, b) => a * b, 1);
      const data = Float32Array.from({ length: size }, (_, i) => Math.sin(i * i) + i % 3);
      const shift = Float32Array.from({ length: outputs }, (_, i) => i / 7);
      const sums = new Float64Array(outputs);
      const squares = new Float64Array(outputs);
      const most = new Float32Array(outputs).fill(-Infinity);
      for (let i = 0; i < size; i++) {
        let [rest, output, step] = [i, 0, 1];
        for (let axis = shape.length - 1; axis >= 0; axis--) {
          if (ones[axis] > 1) output += (rest % shape[axis]) * step;
          step *= ones[axis];
          rest = Math.floor(rest / shape[axis]);
        }
        sums[output] += data[i];
        squares[output] += Math.fround(data[i] - shift[output]) ** 2;
        most[output] = Math.max(most[output], Math.fround(Math.fround(data[i] * -3) + shift[output]));
      }
      const results = [1, 2, 3, 8].flatMap((threads) => {
        configure({ threads });
        return scope(() => {
          const [x, c] = [tensor(data, { shape }), tensor(shift, { shape: ones })];
          return [f, compile(f, { static: [2] })].map((g) =>
            g(x, c, axes).map((one) => Array.from(one.data() as Float32Array))
          );
        });
      });
      for (const [total, spread, greatest] of results) {
        const near = (found: number[], to: Float64Array): boolean =>
          found.every((value, i) =>
            Math.abs(value - to[i]) <= 1e-6 * Math.max(size / outputs, Math.abs(to[i]))
          );
        assertEquals([near(total, sums), near(spread, squares)], [true, true], `${shape}`);
        const close = greatest.every((value, i) =>
          Math.abs(value - most[i]) <= 2e-6 * Math.abs(most[i]) + 1e-6
        );
        assertEquals(close, true, `${shape}`);
      }
      results.forEach((one, i) => assertEquals(one, results[i % 2], `${shape}`));
    }
  } finally {
    configure({ threads: 1 });
    shutdown();
  }
});

Deno.test("products of views are added up over any axes, however each of them lies", () => {
  const data = Float32Array.from({ length: 120 * 160 }, (_, i) => Math.sin(i * i) + i % 3);
  const views: readonly ((x: Tensor) => Tensor)[] = [
    (x) => slice(x, [[0, 40], [0, 60]]),
    (x) => slice(x, [[80, 120], [0, 120, 2]]),
    (x) => slice(x, [[0, 120, 3], [1, 121, 2]]),
    (x) => flip(slice(x, [[40, 80], [0, 60]]), 1),
    (x) => transpose(slice(x, [[0, 60], [100, 140]])),
    (x) => transpose(slice(x, [[0, 120, 2], [3, 123, 3]])),
  ];
  scope(() => {
    const x = tensor(data, { shape: [120, 160] });
    for (const first of views) {
      for (const second of views) {
        const [a, b] = [first(x).toArray(), second(x).toArray()] as number[][][];
        for (const axes of [[0], [1], [0, 1]]) {
          const f = (x: Tensor): Tensor => sum(multiply(first(x), second(x)), { axes });
          const expected = new Float64Array(axes.length > 1 ? 1 : axes[0] === 0 ? 60 : 40);
          const place = (i: number, j: number): number => axes.length > 1 ? 0 : axes[0] === 0 ? j : i;
          a.forEach((row, i) => row.forEach((value, j) => expected[place(i, j)] += value * b[i][j]));
          for (const found of [f(x), compile(f)(x)]) {
            found.data().forEach((value, i) => assertAlmostEquals(Number(value), expected[i], 1e-3));
          }
        }
      }
    }
  });
});

Deno.test("rows of two and three bytes are reduced as each of them is", () => {
  for (const length of [2, 3]) {
    for (const rows of [4, 5, 8, 131, 1000]) {
      const data = Float32Array.from({ length: rows * length }, (_, i) => Math.round(2 * Math.sin(i) ** 2));
      const found = scope(() => {
        const x = cast(tensor(data, { shape: [rows, length] }), "bool");
        // Rows that follow each other, and some that do not.
        const apart = slice(
          cast(tensor(data.map((v) => 1 - Math.min(1, v)), { shape: [rows, length] }), "bool"),
          [
            [0, rows, 2],
            null,
          ],
        );
        return [
          all(x, { axes: 1 }),
          any(x, { axes: 1 }),
          sum(cast(x, "int32"), { axes: 1 }),
          any(apart, { axes: 1 }),
          max(cast(cast(x, "uint8"), "int32"), { axes: 1 }),
        ].map((one) => Array.from(one.data() as ArrayLike<number>, Number));
      });
      const ones = Array.from(
        { length: rows },
        (_, row) => data.subarray(row * length, (row + 1) * length).reduce((n, v) => n + Math.min(1, v), 0),
      );
      assertEquals(found, [
        ones.map((n) => n === length ? 1 : 0),
        ones.map((n) => n > 0 ? 1 : 0),
        ones,
        ones.filter((_, row) => row % 2 === 0).map((n) => n < length ? 1 : 0),
        ones.map((n) => n > 0 ? 1 : 0),
      ]);
    }
  }
});
