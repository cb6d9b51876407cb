/**
 * Our transforms against the numbers that optax printed, step by step.
 *
 * @module
 */

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { tensor } from "../../tensor/mod.ts";
import { sgd } from "../../optim/mod.ts";
import { distance, type GoldenFile, UnsupportedError } from "./replay.ts";
import { WITHOUT } from "./optax_without.ts";
import { transformFromOptax } from "./optax_transforms.ts";
import { optaxReplayer } from "./replay_optax.ts";
import { trainingReplayer } from "./replay_training.ts";

const folder = new URL(".", import.meta.url);
for (const { name } of Deno.readDirSync(folder)) {
  if (!name.startsWith("optax_") || !name.endsWith(".json")) continue;
  const file = JSON.parse(Deno.readTextFileSync(new URL(name, folder))) as GoldenFile;
  const replayer = [optaxReplayer, trainingReplayer].find(({ match }) => match(file));
  if (replayer === undefined) continue;
  Deno.test(`${name} has optax's updates and params`, () => {
    const { results, skipped } = replayer.replay(file);
    assertEquals(results.filter(({ passed }) => !passed).map(({ message }) => message), []);
    const left = skipped.filter(({ operation }) => !Object.hasOwn(WITHOUT, operation));
    assertEquals(left, []);
    for (const { case: one, operation } of skipped) console.log(`${one} is left out: ${WITHOUT[operation]}`);
    assertEquals(results.length + skipped.length, file.cases.length);
  });
}

Deno.test("replayOptax() reports the first difference", () => {
  const golden = {
    name: "sgd",
    dtype: "float32",
    transform: "optax.sgd(1.0)",
    options: { learning_rate: 1 },
    params: { x: { shape: [2], data: [1, 1] } },
    grads: [{ x: { shape: [2], data: [0.5, 0.5] } }],
    expect: [{ updates: { x: [-0.5, -0.5] }, params: { x: [0.5, 0.50001] } }],
  };
  assertEquals(optaxReplayer.replay({ cases: [golden] }).results, [{
    case: "sgd float32",
    passed: false,
    message: "sgd float32: step 0, params/x[1]: expected 0.5000100135803223 but got 0.5, " +
      "168 units in the last place apart",
  }]);
});

Deno.test("transformFromOptax() refuses what it does not know", () => {
  const build = (call: string, options: object): unknown =>
    transformFromOptax(call, { ...options }, (schedule) => schedule);
  assertThrows(() => build("optax.none", {}), UnsupportedError, "optax.none");
  assertThrows(
    () => build("optax.sgd", { learning_rate: 1, none: 1 }),
    UnsupportedError,
    "optax.sgd with none",
  );
});

Deno.test("distance() counts the numbers between two", () => {
  assertEquals(distance(1, 1 + 2 ** -23, "float32"), 1);
  assertEquals(distance(1, 1 + 2 ** -52, "float64"), 1);
  assertEquals(distance(-(2 ** -149), 2 ** -149, "float32"), 2);
  assertEquals(distance(NaN, NaN, "float32"), 0);
});

Deno.test("sgd() takes a learning rate that was changed in the state", () => {
  const optimizer = sgd({ learningRate: 0.1 });
  const params = { x: tensor(1) };
  const { state } = optimizer.step(optimizer.init(params), params, params);
  const changed = {
    ...state,
    scaleByLearningRate: { ...state.scaleByLearningRate, hyperparameters: { learningRate: 1 } },
  };
  assertEquals(optimizer.step(changed, params, params).params.x.item(), 0);
});
