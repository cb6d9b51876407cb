import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import * as t from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";
import { checkGradients } from "../laws/gradients.ts";
import { operandsOf, PROGRAM, run } from "./compile/programs.ts";

const x = t.tensor([1, 2, 3]);

// deno-lint-ignore no-explicit-any -- what the types forbid may still come from JavaScript
const wrong = (value: unknown): any => value;

Deno.test("grad() gives a tree like its argument, with zeros for what was not used", () => {
  const params = { w: x, b: { c: t.tensor(2), unused: t.ones([2, 2]) }, hole: null, list: [x] };
  const gradient = t.grad((p: typeof params) => t.sum(t.multiply(p.w, p.b.c)))(params);
  assertEquals(gradient.w.toArray(), [2, 2, 2]);
  assertEquals(gradient.b.c.item(), 6);
  assertEquals(gradient.b.unused.toArray(), [[0, 0], [0, 0]]);
  assertEquals(gradient.hole, null);
  assertEquals(gradient.list[0].toArray(), [0, 0, 0]);
});

Deno.test("grad() refuses integers, results that are no scalars, and trees without leaves", () => {
  const sum = (y: Tensor): Tensor => t.sum(y);
  assertThrows(() => t.grad(sum)(x.cast("int32")), TypeError, "float32 or float64 but got int32[3]");
  assertThrows(() => t.grad((p: { n: Tensor }) => p.n)({ n: x.cast("bool") }), TypeError, "the leaf n");
  assertThrows(() => t.grad((y: Tensor) => y)(x), RangeError, "a floating-point scalar but got float32[3]");
  assertThrows(() => t.grad((y: Tensor) => t.argmax(y))(x), RangeError, "int32[]");
  assertThrows(() => t.grad(() => x.sum())(wrong({})), RangeError, "at least one tensor");
  assertThrows(() => t.grad(wrong(() => 3))(x), TypeError, "grad expects");
  assertThrows(() => t.grad(wrong(() => undefined))(x), TypeError, "grad expects");
  assertThrows(() => t.grad(sum)(wrong("x")), TypeError, "to be a tensor but got a string");
  assertThrows(() => t.grad(sum, { argnums: 1 })(x), RangeError, "within its 1 arguments but got 1");
});

Deno.test("grad() takes gradients of the arguments that argnums name", () => {
  const f = (a: Tensor, b: Tensor): Tensor => t.sum(t.multiply(a, t.square(b)));
  assertEquals((t.grad(f, { argnums: 1 })(x, x) as Tensor).toArray(), [2, 8, 18]);
  const both = t.grad(f, { argnums: [1, 0] })(x, x) as unknown as Tensor[];
  assertEquals(both.map((gradient) => gradient.toArray()), [[2, 8, 18], [1, 4, 9]]);
});

Deno.test("grad() adds up the uses of a tensor, also of the same one in two places", () => {
  const f = (y: Tensor): Tensor => t.sum(t.add(t.multiply(y, y), t.multiply(y, 3)));
  assertEquals(t.grad(f)(x).toArray(), [5, 7, 9]);
  const shared = t.grad((p: { a: Tensor; b: Tensor }) => t.sum(t.multiply(p.a, p.b)))({ a: x, b: x });
  assertEquals([shared.a.toArray(), shared.b.toArray()], [[1, 2, 3], [1, 2, 3]]);
});

Deno.test("grad() of a product of many is the product of the others", () => {
  const factors = Array.from({ length: 40 }, (_, i) => t.tensor(1 + 1 / (i + 2), { dtype: "float64" }));
  const product = (list: Tensor[]): Tensor => list.reduce((a, b) => t.multiply(a, b));
  const total = product(factors).item();
  t.grad(product)(factors).forEach((gradient, i) => {
    const expected = total / factors[i].item();
    assertEquals(Math.abs(gradient.item() - expected) < 1e-12 * expected, true);
  });
});

Deno.test("grad() of grad() goes to any order", () => {
  const powers = [(y: Tensor): Tensor => t.power(y, 5)];
  for (let i = 0; i < 5; i++) powers.push(t.grad(powers[i]));
  assertEquals(powers.map((f) => f(t.tensor(2)).item()), [32, 80, 160, 240, 240, 120]);
  const wave = (y: Tensor): Tensor => t.sum(t.grad((z: Tensor) => t.sum(t.multiply(t.sin(z), t.exp(z))))(y));
  checkGradients(wave, [t.tensor([0.3, -0.7])], { order: 2 });
});

Deno.test("gradients of a gradient see what the inner function captures", () => {
  const f = (y: Tensor): Tensor =>
    t.grad((z: Tensor) => t.sum(t.multiply(t.square(z), y)))(t.tensor([1, 2, 3])).sum();
  assertEquals(t.grad(f)(x).toArray(), [2, 4, 6]);
});

Deno.test("valueAndGrad() passes aux along", () => {
  const f = (y: Tensor): { value: Tensor; aux: { doubled: Tensor; note: string } } => ({
    value: t.sum(t.square(y)),
    aux: { doubled: t.multiply(y, 2), note: "kept" },
  });
  const { value, gradient, aux } = t.valueAndGrad(f)(x);
  assertEquals([value.item(), gradient.toArray(), aux.doubled.toArray(), aux.note], [
    14,
    [2, 4, 6],
    [2, 4, 6],
    "kept",
  ]);
  assertEquals(t.add(aux.doubled, 1).toArray(), [3, 5, 7]);
});

Deno.test("stopGradient() counts as a constant", () => {
  assertEquals(t.grad((y: Tensor) => t.sum(t.multiply(t.stopGradient(y), y)))(x).toArray(), [1, 2, 3]);
  assertEquals(t.grad((y: Tensor) => t.sum(t.stopGradient(t.square(y))))(x).toArray(), [0, 0, 0]);
  const straight = (y: Tensor): Tensor => t.sum(t.add(y, t.stopGradient(t.subtract(t.round(y), y))));
  assertEquals(t.grad(straight)(t.tensor([0.4])).toArray(), [1]);
});

Deno.test("gradients keep the dtype of their argument", () => {
  const wide = t.tensor([1, 2], { dtype: "float64" });
  const { gradient } = t.valueAndGrad((p: { a: Tensor; b: Tensor }) => t.sum(t.multiply(p.a, p.b)))({
    a: wide,
    b: t.tensor([3, 4]),
  });
  assertEquals([gradient.a.dtype, gradient.b.dtype], ["float64", "float32"]);
});

Deno.test("gradients undo broadcasting", () => {
  const f = (p: { row: Tensor; column: Tensor; scalar: Tensor }): Tensor =>
    t.sum(t.multiply(t.add(p.row, p.column), p.scalar));
  const gradient = t.grad(f)({ row: t.ones([3]), column: t.ones([2, 1]), scalar: t.tensor(2) });
  assertEquals(gradient.row.toArray(), [4, 4, 4]);
  assertEquals(gradient.column.toArray(), [[6], [6]]);
  assertEquals(gradient.scalar.item(), 12);
});

Deno.test("valueAndGrad() frees its intermediate results", () => {
  const big = t.ones([1000]).add(1);
  const f = t.valueAndGrad((y: Tensor) => t.sum(t.exp(t.tanh(t.square(y)))));
  t.dispose(f(big));
  const { blocks, heapUsed: before } = t.info();
  const { value, gradient } = f(big);
  assertEquals(t.info().blocks - blocks, 1);
  t.dispose([value, gradient]);
  assertEquals(t.info().heapUsed, before);
});

Deno.test("gradients of smooth random programs are those of finite differences", () => {
  const smooth = fc.record({
    operation: fc.constantFrom(2, 3, 5, 6),
    x: fc.nat(4),
    y: fc.nat(4),
    // Sums, products and moves of elements, which are smooth everywhere.
    seed: fc.integer({ min: 0, max: 999 }).map((n) => 5 * 44 * n + [0, 1, 2][n % 3]),
  });
  fc.assert(
    fc.property(PROGRAM, fc.array(smooth, { minLength: 1, maxLength: 6 }), (program, steps) => {
      const chosen = {
        ...program,
        steps,
        operands: program.operands.filter((one) => !one.shape.includes(0)),
      };
      if (chosen.operands.length === 0) return;
      const f = (...operands: Tensor[]): Tensor[] => run(chosen, operands).map((y) => t.tanh(y));
      checkGradients(f, operandsOf(chosen), {
        order: 1,
        elements: 3,
        relativeTolerance: 1e-4,
        absoluteTolerance: 1e-5,
      });
    }),
    { numRuns: 60 },
  );
});
