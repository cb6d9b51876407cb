/**
 * Tests of `optimTree`.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import { adam, chain, globalNorm, hyperparameters, optimTree, sgd } from "../../../optim/mod.ts";
import { compile, random, tensor, zeros } from "../../../tensor/mod.ts";

const x = { a: tensor([1, -2]), hole: null, b: [tensor(3), tensor([[4]], { dtype: "float64" })] };
const y = { a: tensor([2, 2]), hole: null, b: [tensor(2), tensor([[2]], { dtype: "float64" })] };

Deno.test("optimTree does arithmetic leaf by leaf, keeping holes and dtypes", () => {
  for (const run of [(f: () => typeof x) => f(), (f: () => typeof x) => compile(f)()]) {
    const sum = run(() => optimTree.addScale(x, y, { factor: tensor(0.5, { dtype: "float64" }) }));
    assertEquals(sum.hole, null);
    assertEquals([sum.a.toArray(), sum.a.dtype], [[2, -1], "float32"]);
    assertEquals([sum.b[1].toArray(), sum.b[1].dtype], [[[5]], "float64"]);
  }
  assertEquals(optimTree.add(x, y).a.toArray(), [3, 0]);
  assertEquals(optimTree.subtract(x, y).a.toArray(), [-1, -4]);
  assertEquals(optimTree.multiply(x, y).b[0].item(), 6);
  assertEquals(optimTree.divide(x, y).a.toArray(), [0.5, -1]);
  assertEquals(optimTree.scale(3, x).b[1].toArray(), [[12]]);
});

Deno.test("optimTree throws for trees of different structure", () => {
  for (const f of [optimTree.add, optimTree.subtract, optimTree.multiply, optimTree.divide, optimTree.vdot]) {
    assertThrows(() => f({ a: tensor(1) }, { b: tensor(1) }), TypeError, `optimTree.${f.name} expects trees`);
  }
});

Deno.test("norms of trees are norms of their elements as a vector", () => {
  const values = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 2, maxLength: 12 });
  fc.assert(fc.property(values, fc.nat(11), (values, cut) => {
    const at = cut % values.length;
    const parts = { a: tensor(values.slice(0, at)), b: tensor(values.slice(at)) };
    const whole = tensor(values);
    for (const order of [1, 2, "infinity"] as const) {
      assertEquals(optimTree.norm(parts, { order }).item(), optimTree.norm(whole, { order }).item());
    }
    assertEquals(optimTree.norm(parts).item(), globalNorm(parts).item());
    assertEquals(optimTree.norm(parts, { squared: true }).item(), optimTree.vdot(parts, parts).item());
    assertEquals(optimTree.max(parts).item(), Math.max(...values));
    assertEquals(optimTree.min(parts).item(), Math.min(...values));
    assertEquals(optimTree.size(parts), values.length);
  }));
  assertEquals([optimTree.norm({}).item(), optimTree.max([]).item(), optimTree.vdot([], []).item()], [
    0,
    -Infinity,
    0,
  ]);
  assertThrows(() => optimTree.norm(x, { order: 3 as 2 }), RangeError, 'order 1, 2 or "infinity" but got 3');
  assertThrows(
    () => optimTree.sum({ a: 1 }),
    TypeError,
    "optimTree.sum expects tensors but got a number at a",
  );
});

Deno.test("optimTree.allClose() sees a difference, and NaN", () => {
  assertEquals(optimTree.allClose(x, x).item(), 1);
  assertEquals(optimTree.allClose(x, y).item(), 0);
  assertEquals(optimTree.allClose(tensor(NaN), tensor(NaN)).item(), 0);
  assertEquals(optimTree.allClose(tensor(Infinity), tensor(Infinity)).item(), 1);
  assertEquals(optimTree.allClose(tensor(1), tensor(1.1), { relative: 0.2 }).item(), 1);
});

Deno.test("optimTree makes trees like others", () => {
  assertEquals(optimTree.zerosLike(x).b[1].dtype, "float64");
  assertEquals(optimTree.onesLike(x, { dtype: "int32" }).a.dtype, "int32");
  assertEquals(optimTree.castLike(x, optimTree.cast(x, "float64")).a.dtype, "float64");
  const noise = optimTree.randomLike(random.key(1), { a: zeros([3]), b: zeros([3]), hole: null });
  assertEquals(String(noise.a.toArray()) === String(noise.b.toArray()), false);
  assertEquals(noise.a.toArray(), random.normal(random.split(random.key(1), 2).at(0), [3]).toArray());
  assertEquals(noise.hole, null);
});

Deno.test("optimTree finds and replaces parts of a state", () => {
  const params = { x: tensor([1, 2]) };
  const optimizer = chain(sgd({ learningRate: 0.1, momentum: 0.9 }), adam({ learningRate: 0.01 }));
  const state = optimizer.init(params);
  assertEquals(optimTree.get(state, "absent"), undefined);
  const adamState = optimTree.get(state, "scaleByAdam") as { readonly kind: string };
  assertEquals(adamState.kind, "scaleByAdam");
  assertThrows(
    () => optimTree.get(state, "count"),
    RangeError,
    "optimTree.get expects one count but got sgd/",
  );
  const filter = (path: string) => path.startsWith("adam/scaleByAdam/");
  assertEquals(optimTree.get(state, "count", { filter }), 0);
  const changed = optimTree.set(state, { count: 7 }, { filter });
  assertEquals(optimTree.getAllWithPath(changed, "count").filter(({ value }) => value === 7).length, 1);
  assertEquals(optimTree.get(state, "count", { filter }), 0);
  assertEquals(hyperparameters(changed), hyperparameters(state));
  assertThrows(() => optimTree.set(state, { none: 1 }), RangeError, "expects a part called none");
});
