import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { checkGradients } from "../../laws/gradients.ts";
import { RUNS } from "../../runs.ts";

/** Few different numbers, so that many are equal. */
const TIES = fc.array(fc.constantFrom(0, -0, 1, -1, 2, NaN), { maxLength: 9 });

Deno.test("lexsort() and sortKeyVal() keep the order of equals", () => {
  const pairs = fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(pairs, (list) => {
      const [first, last] = [list.map((pair) => pair[0]), list.map((pair) => pair[1])];
      const expected = list.map((_, i) => i).sort((i, j) =>
        last[i] - last[j] || first[i] - first[j] || i - j
      );
      assertEquals(t.lexsort([t.tensor(first), t.tensor(last)]).toArray(), expected);
      const [keys, values] = t.sortKeyVal(t.tensor(last), t.tensor(first));
      const order = list.map((_, i) => i).sort((i, j) => last[i] - last[j] || i - j);
      assertEquals([keys.toArray(), values.toArray()], [
        order.map((i) => last[i]),
        order.map((i) => first[i]),
      ]);
    }),
    RUNS,
  );
});

Deno.test("topK() takes NaN first, 0 before -0, and the first of equals", () => {
  fc.assert(
    fc.property(TIES, fc.nat(9), (data, k) => {
      const rank = (x: number): number => x !== x ? Infinity : Object.is(x, -0) ? -1e-9 : x;
      const order = data.map((_, i) => i).sort((i, j) => rank(data[j]) - rank(data[i]) || i - j);
      const count = Math.min(k, data.length);
      const [values, indices] = t.topK(t.tensor(data), count);
      assertEquals(indices.toArray(), order.slice(0, count));
      assertEquals(values.toArray(), order.slice(0, count).map((i) => data[i]));
    }),
    RUNS,
  );
  const x = t.tensor([[3, 1, 2], [5, 9, 7]], { dtype: "int32" });
  assertEquals(t.topK(x, 1, { axis: 0 })[0].toArray(), [[5, 9, 7]]);
  checkGradients((y) => t.topK(y as Tensor, 2)[0], [t.tensor([[3, 1, 2], [5, 9, 7]])]);
});
