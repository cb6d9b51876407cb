/**
 * Tests of `dropout`.
 *
 * @module
 */
import { assertAlmostEquals } from "@std/assert/almost-equals";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import fc from "fast-check";
import { dense, dropout, sequential } from "../../nn/mod.ts";
import { grad, ones, random, sum, type Tensor, tensor } from "../../tensor/mod.ts";
import { checkGradients } from "../laws/gradients.ts";

const empty = { params: {}, state: {} };

Deno.test("dropout() is the identity in evaluation", () => {
  const x = tensor([[1, 2]]);
  assertEquals(dropout({ rate: 0.5 }).apply(empty, x).output.toArray(), [[1, 2]]);
  assertEquals(dropout({ rate: 1 }).apply(empty, x, { training: false }).output.toArray(), [[1, 2]]);
});

Deno.test("dropout() drops the share of its rate and keeps the mean", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.1, max: 0.9, noNaN: true }), fc.nat(1000), (rate, seed) => {
      const { output } = dropout({ rate }).apply(empty, ones([10000]), {
        training: true,
        key: random.key(seed),
      });
      const kept = output.data().filter((value) => value !== 0);
      assertAlmostEquals(kept.length / 10000, 1 - rate, 0.03);
      for (const value of kept) assertAlmostEquals(value, 1 / (1 - rate), 1e-5);
    }),
    { numRuns: 20 },
  );
});

Deno.test("dropout() drops the same elements for the same key only", () => {
  const draw = (seed: number): unknown =>
    dropout({ rate: 0.5 }).apply(empty, ones([64]), { training: true, key: random.key(seed) }).output
      .toArray();
  assertEquals(draw(1), draw(1));
  assertEquals(JSON.stringify(draw(1)) === JSON.stringify(draw(2)), false);
});

Deno.test("dropout() with a rate of 1 gives zeros and a gradient of zeros", () => {
  const layer = dropout({ rate: 1 });
  const options = { training: true, key: random.key(0) };
  assertEquals(layer.apply(empty, tensor([1, Infinity]), options).output.toArray(), [0, 0]);
  const slope = grad((x: Tensor) => sum(layer.apply(empty, x, options).output));
  assertEquals(slope(tensor([1, 2])).toArray(), [0, 0]);
});

Deno.test("dropout() has the gradients of finite differences", () => {
  const layer = dropout({ rate: 0.5 });
  const key = random.key(3);
  checkGradients(
    (x: Tensor) => layer.apply(empty, x, { training: true, key }).output.tanh(),
    [random.normal(random.key(4), [2, 3])],
  );
});

Deno.test("dropout() throws for a rate out of range", () => {
  for (const rate of [-0.1, 1.1, NaN]) {
    assertThrows(() => dropout({ rate }), RangeError, `dropout expects rate between 0 and 1 but got ${rate}`);
  }
  assertThrows(() => dropout({} as { rate: number }), TypeError, "dropout expects rate to be a number");
});

Deno.test("dropout() names its path where it misses its key", () => {
  const net = sequential({
    block: sequential({ drop: dropout({ rate: 0.5 }) }),
    head: dense({ features: 1 }),
  });
  const variables = net.init(random.key(0), [2]);
  assertThrows(
    () => net.apply(variables, ones([1, 2]), { training: true }),
    TypeError,
    "dropout at block/drop expects a random key in training but got none: pass { training: true, key }",
  );
  assertEquals(net.apply(variables, ones([1, 2])).output.shape, [1, 1]);
});
