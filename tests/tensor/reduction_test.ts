import { assertEquals } from "@std/assert/equals";
import {
  add,
  compile,
  configure,
  max,
  multiply,
  scope,
  shutdown,
  square,
  subtract,
  sum,
  type Tensor,
  tensor,
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
