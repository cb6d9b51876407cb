import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import * as t from "../../../tensor/mod.ts";
import type { Tensor } from "../../../tensor/mod.ts";
import { RUNS } from "../../runs.ts";
import { checkGradients } from "../../laws/gradients.ts";

const float64 = (values: readonly number[]): Tensor => t.tensor([...values], { dtype: "float64" });

Deno.test("associativeScan() of pairs is a linear recurrence, from the front and from the back", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 })), {
        minLength: 1,
        maxLength: 17,
      }),
      fc.boolean(),
      (pairs, reverse) => {
        const [a, b] = [0, 1].map((i) => float64(pairs.map((pair) => pair[i])));
        // h = a h + b of two steps, the first of them first.
        const both = (first: { a: Tensor; b: Tensor }, then: { a: Tensor; b: Tensor }) => ({
          a: t.multiply(first.a, then.a),
          b: t.add(t.multiply(then.a, first.b), then.b),
        });
        const result = t.associativeScan(both, { a, b }, { reverse }).b.toArray() as number[];
        const order = reverse ? pairs.toReversed() : pairs;
        let h = 0;
        const expected = order.map(([factor, more]) => h = factor * h + more);
        assertEquals(
          result.map((x) => x + 0),
          (reverse ? expected.toReversed() : expected).map((x) => x + 0),
        );
      },
    ),
    RUNS,
  );
});

Deno.test("associativeScan(), interp() and insert() have the gradients of finite differences", () => {
  const x = float64([0.3, -0.7, 1.1, 0.4, 0.9]);
  checkGradients((y: Tensor) => t.associativeScan(t.multiply, y), [x]);
  checkGradients((y: Tensor) => t.interp(y, float64([-1, 0, 2]), float64([1, 3, -2])), [x]);
  checkGradients((y: Tensor) => t.insert(y, [1, 3], t.slice(y, [[0, 2]])), [x]);
});

Deno.test("block() puts lists together along the last axes", () => {
  const x = t.block([[t.ones([2, 1]), t.zeros([2, 2])], [3, t.tensor([4, 5])]]);
  assertEquals(x.toArray(), [[1, 0, 0], [1, 0, 0], [3, 4, 5]]);
});

Deno.test("piecewise() takes the function of the first condition that holds, and 0 by default", () => {
  const x = t.tensor([-2, 0.5, 3]);
  const conditions = [t.less(x, 0), t.greater(x, 1)];
  assertEquals(t.piecewise(x, conditions, [t.abs, 7]).toArray(), [2, 0, 7]);
  assertEquals(t.piecewise(x, conditions, [t.abs, 7, t.negative]).toArray(), [2, -0.5, 7]);
});

Deno.test("applyAlongAxis() puts the axes of the result in the place of the axis", () => {
  const x = t.reshape(t.arange(24), [2, 3, 4]);
  const outer = t.applyAlongAxis((line) => t.outer(line, line), x, 1);
  assertEquals(outer.shape, [2, 3, 3, 4]);
  assertEquals(t.at(outer, [1, 2, 0, 3]).get().item(), 23 * 15);
});

Deno.test("unravelIndex() undoes ravelMultiIndex()", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }), (shape) => {
      const size = shape.reduce((product, extent) => product * extent, 1);
      const places = t.arange(size, { dtype: "int32" });
      const index = t.unravelIndex(places, shape);
      assertEquals(t.ravelMultiIndex(index, shape).toArray(), places.toArray());
    }),
    RUNS,
  );
});

Deno.test("polyfit() finds the polynomial that gave the points", () => {
  const p = float64([2, -1, 0.5, 3]);
  const x = t.linspace(-2, 5, { count: 9, dtype: "float64" });
  const found = t.polyfit(x, t.polyval(p, x), 3);
  assertEquals(t.allClose(found, p, { absoluteTolerance: 1e-9 }).item(), 1);
});

Deno.test("unique() of slices gives each once, with positions, inverse and counts", () => {
  const x = t.tensor([[1, 2], [0, 5], [1, 2]], { dtype: "int32" });
  const { values, indices, inverse, counts } = t.uniqueAll(x, { axis: 0 });
  assertEquals(values.toArray(), [[0, 5], [1, 2]]);
  assertEquals([indices, inverse, counts].map((one) => one.toArray()), [[1, 0], [1, 0, 1], [1, 2]]);
});
