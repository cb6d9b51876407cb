import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import * as t from "../../../tensor/mod.ts";
import { assertPlain, operand, reduceAll } from "./reference.ts";
import { RUNS } from "../../runs.ts";

const total = (elements: number[]): number => elements.reduce((sum, x) => sum + x, 0);

Deno.test("logSumExp(), softmax() and logSoftmax() are those of each line", () => {
  fc.assert(
    fc.property(operand("float64"), fc.nat(3), ({ tensor, plain }, turn) => {
      if (plain.shape.length === 0) return;
      const axis = turn % plain.shape.length;
      const finite = t.where(t.isFinite(tensor), tensor, 1);
      const data = plain.data.map((x) => Number.isFinite(x) ? x : 1);
      const sums = reduceAll({ shape: plain.shape, data }, [axis], (x) => Math.log(total(x.map(Math.exp))));
      assertPlain(t.logSumExp(finite, { axes: axis }), sums, "float64", 1e-12);
      const lines = t.sum(t.softmax(finite, { axes: axis }), { axes: axis });
      const one = plain.shape[axis] === 0 ? 0 : 1;
      assertPlain(lines, { shape: sums.shape, data: sums.data.map(() => one) }, "float64", 1e-12);
      const logarithms = t.exp(t.logSoftmax(finite, { axes: axis }));
      assertPlain(
        logarithms,
        { shape: plain.shape, data: [...t.softmax(finite, { axes: axis }).data()] },
        "float64",
        1e-12,
      );
    }),
    RUNS,
  );
});

Deno.test("softmax() along axes that do not follow each other is that of them all", () => {
  const [outer, middle, inner] = [5, 7, 6];
  const data = Float32Array.from({ length: outer * middle * inner }, (_, i) => 4 * Math.sin(i));
  const x = t.tensor(data, { shape: [outer, middle, inner] });
  const place = (i: number): number => Math.floor(i / inner) % middle;
  const sums = new Float64Array(middle);
  data.forEach((value, i) => sums[place(i)] += Math.exp(value));
  const expected = Array.from(data, (value, i) => Math.exp(value) / sums[place(i)]);
  const f = (y: t.Tensor): t.Tensor => t.softmax(y, { axes: [0, 2] });
  for (const g of [f, t.compile(f), (y: t.Tensor) => t.softmax(y, { axes: [2, 0] })]) {
    const found = g(x);
    assertEquals(found.shape, [outer, middle, inner]);
    assertEquals(
      (found.toArray() as number[][][]).flat(2).every((v, i) => Math.abs(v - expected[i]) < 1e-6),
      true,
    );
  }
  const weights = Float64Array.from(data, (_, i) => Math.cos(3 * i));
  const w = t.tensor(Float32Array.from(weights), { shape: [outer, middle, inner] });
  const slopes = (t.grad((y: t.Tensor) => t.sum(t.multiply(f(y), w)))(x).toArray() as number[][][]).flat(2);
  const means = new Float64Array(middle);
  expected.forEach((value, i) => means[place(i)] += value * weights[i]);
  assertEquals(
    slopes.every((v, i) => Math.abs(v - expected[i] * (weights[i] - means[place(i)])) < 1e-6),
    true,
  );
});
