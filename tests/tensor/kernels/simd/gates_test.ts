import { assertEquals } from "@std/assert/equals";
import fc from "fast-check";
import { binary, type Expression, input, unary } from "../../../../tensor/kernels/expression.ts";
import { gatedProductOf, gateOf, usersOf } from "../../../../tensor/kernels/simd/gates.ts";
import { runElementwise } from "./run_elementwise.ts";

const [y, w] = [input(0), input(1)];

function gate(slope: number): Expression {
  return binary("add", unary("tanh", binary("multiply", w, slope)), 1);
}

/** Units in the last place between a number and an exact one. */
function unitsBetween(actual: number, exact: number): number {
  if (actual === Math.fround(exact)) return 0;
  const exponent = Math.max(-126, Math.floor(Math.log2(Math.abs(exact))));
  return Math.abs(actual - exact) / 2 ** (exponent - 23);
}

const SLOPES = [1, -1, 0.79788456, 3, -0.25, 1e-3];

Deno.test("A product with 1 + tanh() has no cancellation", () => {
  const finite = fc.float({ min: -30, max: 30, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(finite, finite), { minLength: 1, maxLength: 50 }),
      fc.constantFrom(...SLOPES),
      fc.boolean(),
      (pairs, slope, half) => {
        const factor = half ? binary("multiply", 0.5, y) : y;
        const expression = binary("multiply", factor, gate(slope));
        const ys = pairs.map(([a]) => (Math.abs(a) < 1e-30 ? 0 : a));
        const us = pairs.map(([, b]) => b / Math.max(1, Math.abs(slope)));
        const results = runElementwise(`${slope}|${half}`, expression, [ys, us], "relaxed");
        ys.forEach((value, i) => {
          const u = Math.fround(slope) * Math.fround(us[i]);
          const exact = (half ? 1 : 2) * value / (1 + Math.exp(-2 * u));
          assertEquals(unitsBetween(results[i], exact) <= (u > 0 ? 2.1 : 4 - 1.5 * u), true, `${value} ${u}`);
        });
      },
    ),
  );
});

Deno.test("A product with 1 + tanh() of numbers beyond all bounds is what the sum makes it", () => {
  const ends = [Infinity, 1e30, 100, -100, -1e30, -Infinity, NaN, 0, -0];
  for (const slope of SLOPES) {
    const rows = [ends.map(() => 3), ends];
    const results = runElementwise(`ends|${slope}`, binary("multiply", y, gate(slope)), rows, "relaxed");
    ends.forEach((end, i) => {
      const expected = 3 * (1 + Math.tanh(slope * end));
      const near = Object.is(results[i], expected) || Math.abs(results[i] - expected) <= 1e-6;
      assertEquals(near, true, `${results[i]} of ${slope} ${end} where ${expected} was expected`);
    });
  }
});

Deno.test("1 - tanh()^2 comes from 1 + tanh() where that is needed too", () => {
  const t = unary("tanh", w);
  const square = binary("multiply", t, t);
  const slope = binary("subtract", 1, square);
  const sum = binary("add", t, 1);
  const expression = binary("multiply", slope, sum);
  const us = Array.from({ length: 401 }, (_, i) => i / 20 - 10);
  const results = runElementwise("slope", expression, [us, us], "relaxed");
  us.forEach((u, i) => {
    const exact = Math.tanh(Math.fround(u));
    assertEquals(
      Math.abs(results[i] - (1 - exact ** 2) * (1 + exact)) < 1e-6,
      true,
      `${u} ${results[i]} ${(1 - exact ** 2) * (1 + exact)}`,
    );
  });
  assertEquals(gateOf(slope, usersOf([expression]))?.sum, sum);
});

Deno.test("Where tanh() itself is needed, it is computed", () => {
  const t = unary("tanh", w);
  const sum = binary("add", t, 1);
  const product = binary("multiply", y, sum);
  assertEquals(gatedProductOf(product, usersOf([product]))?.sum, sum);
  assertEquals(gatedProductOf(product, usersOf([product, sum])), null);
  assertEquals(gateOf(sum, usersOf([product, sum]))?.sum, sum);
  assertEquals(gateOf(sum, usersOf([product, t])), null);
  assertEquals(gateOf(sum, usersOf([product, binary("multiply", t, t)])), null);
  const other = binary("add", t, 2);
  assertEquals(gateOf(other, usersOf([other])), null);
});

Deno.test("Strict arithmetic of 1 + tanh() is that of its parts", () => {
  const us = Array.from({ length: 100 }, (_, i) => i / 5 - 10);
  const tanh = runElementwise("tanh", unary("tanh", w), [us, us], "strict");
  const sums = runElementwise(
    "sum",
    binary("multiply", y, binary("add", unary("tanh", w), 1)),
    [us, us],
    "strict",
  );
  us.forEach((u, i) => assertEquals(sums[i], Math.fround(Math.fround(u) * Math.fround(tanh[i] + 1))));
});
