import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import {
  broadcastTo,
  compile,
  configure,
  logSumExp,
  scope,
  shutdown,
  slice,
  softmax,
  standardize,
  type Tensor,
  tensor,
  variance,
} from "../../tensor/mod.ts";

const EPS = 1e-5;

const shapes = fc.record({
  outer: fc.integer({ min: 1, max: 90 }),
  length: fc.oneof(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 8, max: 150 })),
  neighbours: fc.integer({ min: 1, max: 9 }),
  /** Elements before and after each run of neighbours. */
  margin: fc.constantFrom(0, 0, 1),
});

Deno.test("rows of which few are neighbours are those of each place", () => {
  fc.assert(
    fc.property(shapes, ({ outer, length, neighbours, margin }) => {
      const wide = neighbours + 2 * margin;
      const data = Float32Array.from({ length: outer * length * wide }, (_, i) => 3 * Math.sin(i) + i % wide);
      const f = (x: Tensor): readonly Tensor[] => {
        const rows = slice(x, [null, null, [margin, margin + neighbours]]);
        return [
          softmax(rows, { axes: 1 }),
          standardize(rows, { axes: 1, eps: EPS }),
          logSumExp(rows, { axes: 1 }),
          variance(rows, { axes: 1 }),
        ];
      };
      const found = scope(() => {
        const x = tensor(data, { shape: [outer, length, wide] });
        return [f, compile(f)].map((g) => g(x).map((one) => Array.from(one.data() as Float32Array)));
      });
      for (let i = 0; i < outer; i++) {
        for (let k = 0; k < neighbours; k++) {
          const row = Array.from({ length }, (_, j) => data[(i * length + j) * wide + margin + k]);
          const most = Math.max(...row);
          const sum = row.reduce((total, v) => total + Math.exp(v - most), 0);
          const mean = row.reduce((total, v) => total + v, 0) / length;
          const square = row.reduce((total, v) => total + (v - mean) ** 2, 0) / length;
          const expected = [
            row.map((v) => Math.exp(v - most) / sum),
            row.map((v) => (v - mean) / Math.sqrt(square + EPS)),
            [most + Math.log(sum)],
            [square],
          ];
          for (const results of found) {
            expected.forEach((values, of) =>
              values.forEach((value, j) => {
                const at = values.length === length && of < 2
                  ? (i * length + j) * neighbours + k
                  : i * neighbours + k;
                const far = Math.abs(results[of][at] - value) / Math.max(1, Math.abs(value));
                assertEquals(
                  far < 1e-5,
                  true,
                  `result ${of}, ${[i, j, k]}: ${results[of][at]}, not ${value}`,
                );
              })
            );
          }
        }
      }
    }),
    { numRuns: 100 },
  );
});

Deno.test("rows of one tensor that few neighbours have in common are turned no further than they can be", () => {
  // Turned, they still lie across rows: there is no copy that they could be turned to.
  const [outer, length, neighbours] = [400, 4, 3];
  const data = Float32Array.from({ length: outer * length }, (_, i) => Math.sin(i));
  const all = (x: Tensor): Tensor => broadcastTo(x, [outer, length, neighbours]);
  scope(() => {
    const x = tensor(data, { shape: [outer, length, 1] });
    for (const f of [variance, logSumExp]) {
      const one = Array.from(f(x, { axes: 1 }).data() as Float32Array);
      for (
        const g of [(rows: Tensor) => f(all(rows), { axes: 1 })].flatMap((plain) => [plain, compile(plain)])
      ) {
        const found = Array.from(g(x).data() as Float32Array);
        const isNear = found.every((value, i) => Math.abs(value - one[Math.floor(i / neighbours)]) < 1e-5);
        assertEquals([found.length, isNear], [outer * neighbours, true]);
      }
    }
  });
});

Deno.test("rows of which few are neighbours do not depend on the number of threads", () => {
  const data = Float32Array.from({ length: 101 * 83 * 3 }, (_, i) => Math.sin(i));
  const results = new Set<string>();
  try {
    for (const threads of [1, 2, 3, 8]) {
      configure({ threads });
      const value = scope(() => softmax(tensor(data, { shape: [101, 83, 3] }), { axes: 1 }).data());
      results.add(Array.from(value as Float32Array).join());
    }
  } finally {
    configure({ threads: 1 });
    shutdown();
  }
  assertEquals(results.size, 1);
});
