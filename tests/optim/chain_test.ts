/**
 * Tests of `chain` and `namedChain`.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { adam, type AnyTransform, chain, namedChain, scale, sgd, type Transform } from "../../optim/mod.ts";
import { tensor } from "../../tensor/mod.ts";

const params = { x: tensor(1) };

Deno.test("chain() keys its state by the names of its transforms", () => {
  const state = chain(scale(1), adam({ learningRate: 1 }), scale(2), chain(scale(3)), scale(4)).init(params);
  assertEquals(Object.keys(state), ["kind", "scale", "adam", "scale2", "chain", "scale3"]);
  // The types know the keys, too.
  assertEquals(state.scale3.hyperparameters.factor, 4);
  assertEquals(state.chain.scale.hyperparameters.factor, 3);
  assertEquals(state.adam.scaleByAdam.count, 0);
});

Deno.test("chain() takes a list", () => {
  const list: Transform[] = [scale(2), scale(-3)];
  const optimizer = chain(...list);
  assertEquals(optimizer.step(optimizer.init(params), params, params).params.x.item(), -5);
});

Deno.test("namedChain() stands under its name", () => {
  const optimizer = chain(namedChain("twice", sgd({ learningRate: 2 })));
  assertEquals(optimizer.init(params).twice.kind, "twice");
});

Deno.test("chain() throws for what is no transform", () => {
  assertThrows(
    () => chain(undefined as unknown as AnyTransform),
    TypeError,
    "chain expects a transform but got undefined",
  );
});
